using ServerlessSec.Packages;

namespace ServerlessSec.Inventory;

/// <summary>The folders whose files an installed distribution or a list of assemblies accounts for.</summary>
internal sealed class PackageOwners
{
    private readonly HashSet<string> folders = new(StringComparer.Ordinal);

    public PackageOwners(PackageTree tree)
    {
        foreach (var file in tree.Files)
        {
            if (file.Path.EndsWith(".deps.json", StringComparison.Ordinal)) folders.Add(EntryPath.Folder(file.Path));
            else if (Distribution(file.Path) is { Length: > 0 } folder) folders.Add(folder[..(folder.LastIndexOf('/') + 1)].ToString());
        }
    }

    public bool IsOwned(string path)
    {
        if (folders.Count == 0) return false;
        var known = folders.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var end = path.LastIndexOf('/'); end >= 0; end = end == 0 ? -1 : path.LastIndexOf('/', end - 1))
        {
            if (known.Contains(path.AsSpan(0, end + 1))) return true;
        }

        return !path.StartsWith('/') && folders.Contains("");
    }

    /// <summary>The path of what describes a distribution, of a file that is it or lies in it; else empty.</summary>
    private static ReadOnlySpan<char> Distribution(string path)
    {
        if (path.EndsWith(".egg-info", StringComparison.Ordinal)) return path;
        var folder = path.AsSpan(0, Math.Max(0, path.LastIndexOf('/')));
        return folder.EndsWith(".dist-info") || folder.EndsWith(".egg-info") ? folder : [];
    }
}
