using ServerlessSec.Packages;

namespace ServerlessSec.Inventory;

/// <summary>The folders whose files a list of assemblies accounts for.</summary>
internal sealed class PackageOwners(PackageTree tree)
{
    private readonly HashSet<string> folders =
        tree.Files.Where(static file => file.Path.EndsWith(".deps.json", StringComparison.Ordinal)).Select(static file => EntryPath.Folder(file.Path))
            .ToHashSet(StringComparer.Ordinal);

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
}
