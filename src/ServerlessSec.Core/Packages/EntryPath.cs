namespace ServerlessSec.Packages;

/// <summary>Makes a path within a package of the name that an archive gives.</summary>
public static class EntryPath
{
    /// <summary>True for a name that stays within the package; <paramref name="path"/> is then clean, and empty where
    /// the name says nothing.</summary>
    public static bool TryClean(string name, out string path, out string reason)
    {
        path = "";
        reason = Fault(name);
        if (reason.Length > 0) return false;

        if (IsClean(name))
        {
            path = name;
            return true;
        }

        var segments = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".").ToArray();
        if (segments.Contains(".."))
        {
            reason = "path leads out of the package";
            return false;
        }

        path = string.Join('/', segments);
        reason = Fault(path);
        return reason.Length == 0;
    }

    /// <summary>The folder of a file, with its slash; empty at the root.</summary>
    public static string Folder(string path) => path[..(path.LastIndexOf('/') + 1)];

    /// <summary>The last segment.</summary>
    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>What <paramref name="relative"/> means in <paramref name="folder"/>; it leads nowhere out.</summary>
    public static string Join(string folder, string relative)
    {
        var segments = new List<string>();
        foreach (var segment in (folder + relative).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == "..") segments.RemoveRange(Math.Max(0, segments.Count - 1), Math.Min(1, segments.Count));
            else if (segment != ".") segments.Add(segment);
        }

        return (folder.StartsWith('/') ? "/" : "") + string.Join('/', segments);
    }

    /// <summary>Whether a link at <paramref name="link"/> to <paramref name="target"/> stays within the package.</summary>
    public static bool StaysInside(string link, string target)
    {
        if (Fault(target).Length > 0) return false;

        var depth = link.AsSpan().Count('/');
        foreach (var segment in target.AsSpan().Split('/'))
        {
            depth += target.AsSpan()[segment] switch { "" or "." => 0, ".." => -1, _ => 1 };
            if (depth < 0) return false;
        }

        return true;
    }

    private static string Fault(string name)
    {
        if (name.Contains('\\', StringComparison.Ordinal)) return "backslash in a path";
        if (name.StartsWith('/')) return "absolute path";
        if (name is [(>= 'a' and <= 'z') or (>= 'A' and <= 'Z'), ':', ..]) return "drive letter in a path";
        return name.AsSpan().ContainsAnyInRange('\0', '\x1f') ? "control character in a path" : "";
    }

    private static bool IsClean(string name) =>
        name.Length > 0
            && name[0] != '.'
            && name[^1] != '/'
            && !name.Contains("//", StringComparison.Ordinal)
            && !name.Contains("/.", StringComparison.Ordinal);
}
