using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Linux;

/// <summary>
/// dpkg's <c>/var/lib/dpkg/status</c>, or <c>status.d</c> with a file for each package, which images without dpkg itself
/// have; <c>info/*.list</c> and <c>*.md5sums</c> say which files a package brought.
/// </summary>
internal sealed class DpkgCataloger : SystemCataloger
{
    private const string Status = "var/lib/dpkg/status";
    private const string StatusFolder = "var/lib/dpkg/status.d/";
    private const string Info = "var/lib/dpkg/info/";

    public override string Name => "dpkg";

    protected override bool IsPart(string path) =>
        path.Contains("var/lib/dpkg/", StringComparison.Ordinal) && (RootOf(path, Status) is not null || Within(path, StatusFolder) is not null || IsList(path));

    protected override void ReadPart(PackageTree tree, PackageFile file, Sink sink)
    {
        if (IsList(file.Path))
        {
            foreach (var line in Lines(sink.Bytes(file))) Own(tree, sink, Within(file.Path, Info)!, line);
            return;
        }

        if (Within(file.Path, StatusFolder) is { } folder && file.Path.EndsWith(".md5sums", StringComparison.Ordinal))
        {
            foreach (var line in Lines(sink.Bytes(file)))
            {
                if (line.IndexOf(' ', StringComparison.Ordinal) is var space and > 0) Own(tree, sink, folder, line[space..].Trim());
            }

            return;
        }

        var root = RootOf(file.Path, Status) ?? Within(file.Path, StatusFolder)!;
        // Packages leave other things beside their description.
        if (root.Length + StatusFolder.Length < file.Path.Length && EntryPath.Name(file.Path).Contains('.', StringComparison.Ordinal) && !HasPackage(sink.Bytes(file))) return;
        var distribution = Distribution.Of(tree, root, "debian");
        var faults = 0;
        foreach (var fields in Stanzas(sink.Bytes(file))) faults += Tell(fields, file, root, distribution, sink) ? 0 : 1;
        if (faults > 0)
            sink.Gap(this, file, GapKind.Unread, "malformed package", $"'{file.Path}' describes {faults} packages without a proper name and version.");
    }

    private static bool HasPackage(byte[] text) => text.AsSpan().StartsWith("Package:"u8);

    private static bool IsList(string path) => Within(path, Info) is not null && path.EndsWith(".list", StringComparison.Ordinal);

    /// <summary>The root of a file that lies in <paramref name="folder"/> itself.</summary>
    private static string? Within(string path, string folder) => RootOf(EntryPath.Folder(path), folder);

    private bool Tell(Dictionary<string, string> fields, PackageFile file, string root, Distribution distribution, Sink sink)
    {
        // "install ok installed": what was removed, and what only left its configuration, is not there.
        if (fields.GetValueOrDefault("Status") is { } status && status.Split(' ')[^1] is "not-installed" or "config-files") return true;
        if (!fields.TryGetValue("Package", out var name) || !fields.TryGetValue("Version", out var version) || !IsWord(name) || !IsWord(version)) return false;

        var key = Key(Name, root, name);
        sink.Add(key, new()
        {
            Purl = Purl.Deb(distribution.Vendor, name, version),
            Ecosystem = distribution.Ecosystem,
            Name = name,
            Version = version,
            Source = Source(fields.GetValueOrDefault("Source"), version),
            Occurrences = [new(file.Path, file.Layer, OccurrenceKind.Installed, Name)],
        });
        foreach (var member in new[] { "Depends", "Pre-Depends" })
        {
            foreach (var need in fields.GetValueOrDefault(member, "").Split(',', StringSplitOptions.RemoveEmptyEntries))
                sink.Edge(key, [.. need.Split('|').Take(16).Select(one => Key(Name, root, one.Trim().Split(' ', ':', '(')[0]))]);
        }

        return true;
    }

    /// <summary>Of <c>Source: gcc-12 (12.2.0-14)</c>; without a version it is the package's own.</summary>
    private static SourcePackage? Source(string? text, string version)
    {
        if (text is null) return null;
        var parts = text.Split(' ', 2);
        var own = parts.Length == 2 ? parts[1].Trim(' ', '(', ')') : version;
        return IsWord(parts[0]) && IsWord(own) ? new(parts[0], own) : null;
    }

    /// <summary>Fields of each paragraph; lines that go on are left out, since no field that is asked for has any.</summary>
    private static IEnumerable<Dictionary<string, string>> Stanzas(byte[] text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Lines(text))
        {
            if (line.Length == 0)
            {
                if (fields.Count > 0) yield return fields;
                fields = new(StringComparer.Ordinal);
            }
            else if (line[0] is not (' ' or '\t') && line.IndexOf(':', StringComparison.Ordinal) is var colon and > 0)
            {
                fields.TryAdd(line[..colon], line[(colon + 1)..].Trim());
            }
        }

        if (fields.Count > 0) yield return fields;
    }
}
