using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Npm;

/// <summary>
/// <c>package-lock.json</c> of versions 1 to 3, <c>npm-shrinkwrap.json</c>, and what npm leaves in <c>node_modules</c>. Where
/// packages are installed beside it, they are the truth: the lock file then adds hashes, and names what has code but no manifest.
/// </summary>
internal sealed class NpmLockCataloger : Cataloger
{
    private const string Lock = "package-lock.json";
    private const string Shrinkwrap = "npm-shrinkwrap.json";
    private const string Hidden = "node_modules/.package-lock.json";

    public override string Name => "npm-lock";

    public override string Ecosystem => NpmPackage.Ecosystem;

    public override bool Wants(string path)
    {
        if (Is(path, Hidden)) return !NpmPaths.IsInsideModules(path[..^Hidden.Length]);
        return NpmPaths.IsOwn(path, Lock) || NpmPaths.IsOwn(path, Shrinkwrap);
    }

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        var isHidden = Is(file.Path, Hidden);
        var folder = isHidden ? file.Path[..^Hidden.Length] : EntryPath.Folder(file.Path);

        // npm ignores a package-lock.json beside a shrinkwrap.
        if (Is(file.Path, Lock) && tree.Find(folder + Shrinkwrap) is not null) return;

        using var document = ManifestJson.Object(sink.Bytes(file), sink.Limits);
        var entries = NpmLock.Read(document.RootElement, sink.Limits);
        var isInstalled = isHidden || NpmPaths.HasInstalled(tree, sink, folder);
        var added = new HashSet<string>(StringComparer.Ordinal);
        var unnamed = new List<string>();
        var differing = new List<string>();
        foreach (var (key, entry) in entries)
        {
            if (entry.IsFirstParty || !key.Contains(NpmPaths.Modules, StringComparison.Ordinal)) continue;

            var manifest = $"{folder}{key}/{NpmPaths.Manifest}";
            var component = NpmPackage.Component(entry.Name, entry.Version, new Occurrence(file.Path, file.Layer, OccurrenceKind.Locked, Name));
            if (component is not null)
                component = component with { Hashes = entry.Hashes, Licences = entry.Licences, Deprecated = entry.Deprecated, Development = entry.IsDevelopment };
            if (sink.Has(manifest))
            {
                if (component is not null) sink.Enrich(manifest, component);
                if (component is not null && sink.PackageAt(manifest) is { } there && there.Name == component.Name && there.Version != component.Version)
                    differing.Add($"{component.Name} {component.Version} ({there.Version})");
                continue;
            }

            if (isInstalled && !HoldsFiles(tree, folder + key)) continue;
            if (component is null) unnamed.Add(entry.Name);
            else Add(sink, manifest, component, key, added);
        }

        LockedGraph.SayUnnamed(this, sink, file, unnamed);
        NpmDeclarations.SayDiffering(this, file, sink, "installed version not as locked", "locks", differing);
        if (added.Count > 0) Connect(tree, sink, folder, entries, added);
    }

    private static void Add(Sink sink, string manifest, Component component, string key, HashSet<string> added)
    {
        sink.Add(manifest, component);
        added.Add(key);
    }

    private static void Connect(PackageTree tree, Sink sink, string folder, Dictionary<string, NpmLockEntry> entries, HashSet<string> added)
    {
        foreach (var (key, entry) in entries)
        {
            var isRoot = !key.Contains(NpmPaths.Modules, StringComparison.Ordinal);
            if (isRoot) sink.Rooted(folder + NpmPaths.Modules);
            if (!isRoot && !added.Contains(key)) continue;

            foreach (var name in entry.Needs)
            {
                if (Resolve(entries, sink, key, name) is not { } target) continue;
                if (isRoot) sink.Direct(Manifest(folder, target));
                else sink.Edge(Manifest(folder, key), Manifest(folder, target));
            }
        }

        if (!entries.ContainsKey("")) ConnectProject(tree, sink, folder, entries);
    }

    /// <summary>Version 1 leaves what the project asks for to the manifest beside it.</summary>
    private static void ConnectProject(PackageTree tree, Sink sink, string folder, Dictionary<string, NpmLockEntry> entries)
    {
        if (tree.Find(folder + NpmPaths.Manifest) is not { } manifest) return;

        using var document = ManifestJson.Object(sink.Bytes(manifest), sink.Limits);
        sink.Rooted(folder + NpmPaths.Modules);
        foreach (var name in NpmPackage.Wished(document.RootElement))
        {
            if (Resolve(entries, sink, "", name) is { } target) sink.Direct(Manifest(folder, target));
        }
    }

    private static string Manifest(string folder, string key) => $"{folder}{key}/{NpmPaths.Manifest}";

    /// <summary>The entry that serves <paramref name="name"/> in the folder <paramref name="from"/>, looked for outwards.</summary>
    private static string? Resolve(Dictionary<string, NpmLockEntry> entries, Sink sink, string from, string name)
    {
        for (var at = from; sink.TrySpend(); at = at[..Math.Max(0, at.LastIndexOf('/'))])
        {
            var key = at.Length == 0 ? NpmPaths.Modules + name : $"{at}/{NpmPaths.Modules}{name}";
            if (entries.ContainsKey(key)) return key;
            if (at.Length == 0) return null;
        }

        return null;
    }

    /// <summary>Files of the package's own, not only of packages nested in it.</summary>
    private static bool HoldsFiles(PackageTree tree, string folder)
    {
        var files = tree.Under(folder + "/");
        var nested = $"{folder}/{NpmPaths.Modules}";
        return files.Length > 0
            && !(files[0].Path.StartsWith(nested, StringComparison.Ordinal) && files[^1].Path.StartsWith(nested, StringComparison.Ordinal));
    }

    private static bool Is(string path, string name) =>
        path.EndsWith(name, StringComparison.Ordinal) && (path.Length == name.Length || path[^(name.Length + 1)] == '/');
}
