namespace ServerlessSec.Inventory.Rust;

/// <summary>One <c>[[package]]</c> of a <c>Cargo.lock</c>.</summary>
internal sealed class LockedCrate
{
    public string Name { get; set; } = "";

    public string Version { get; set; } = "";

    public string Checksum { get; set; } = "";

    public bool IsLocal { get; set; } = true;

    public List<string> Needs { get; } = [];
}

/// <summary>Reads the part of TOML in which Cargo writes its lock file: tables, texts, and lists of texts.</summary>
internal static class CargoLock
{
    /// <summary>Throws <see cref="FormatException"/> where it is no lock file.</summary>
    public static List<LockedCrate> Read(string text)
    {
        var crates = new List<LockedCrate>();
        LockedCrate? crate = null;
        var isKnown = false;
        var inList = false;
        foreach (var raw in text.TrimStart('\ufeff').Split('\n'))
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            if (inList)
            {
                inList = TakeList(line, crate);
            }
            else if (line[0] == '[')
            {
                crate = line == "[[package]]" ? new() : null;
                if (crate is not null) crates.Add(crate);
                isKnown |= crate is not null;
            }
            else if (line.IndexOf('=', StringComparison.Ordinal) is var split and > 0)
            {
                isKnown |= line[..split].Trim() == "version";
                inList = Take(line[..split].Trim(), line[(split + 1)..].Trim(), crate);
            }
            else
            {
                throw new FormatException("a line that is no TOML");
            }
        }

        if (inList) throw new FormatException("a list that has no end");
        return isKnown ? crates : throw new FormatException("no package");
    }

    /// <returns>Whether a list began that goes on.</returns>
    private static bool Take(string name, string value, LockedCrate? crate)
    {
        if (value.StartsWith('[')) return TakeList(value[1..], name == "dependencies" ? crate : null);
        if (crate is null || !(value.Length >= 2 && value[0] == '"' && value[^1] == '"')) return false;

        var text = value[1..^1];
        switch (name)
        {
            case "name": crate.Name = text; break;
            case "version": crate.Version = text; break;
            case "checksum": crate.Checksum = text; break;
            case "source": crate.IsLocal = false; break;
        }

        return false;
    }

    private static bool TakeList(string line, LockedCrate? crate)
    {
        var end = line.IndexOf(']', StringComparison.Ordinal);
        foreach (var item in (end < 0 ? line : line[..end]).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (item.Length > 2 && item[0] == '"' && item[^1] == '"') crate?.Needs.Add(item[1..^1]);
        }

        return end < 0;
    }
}
