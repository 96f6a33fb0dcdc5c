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
            else if (Distribution(file.Path) is { } folder) folders.Add(EntryPath.Folder(folder));
        }
    }

    public bool IsOwned(string path)
    {
        if (folders.Count == 0) return false;
        for (var end = path.LastIndexOf('/'); end >= 0; end = end == 0 ? -1 : path.LastIndexOf('/', end - 1))
        {
            if (folders.Contains(path[..(end + 1)])) return true;
        }

        return !path.StartsWith('/') && folders.Contains("");
    }

    private static string? Distribution(string path)
    {
        if (path.EndsWith(".egg-info", StringComparison.Ordinal)) return path;
        var folder = path.LastIndexOf('/') is var slash and > 0 ? path[..slash] : "";
        return folder.EndsWith(".dist-info", StringComparison.Ordinal) || folder.EndsWith(".egg-info", StringComparison.Ordinal)
            ? folder
            : null;
    }
}
