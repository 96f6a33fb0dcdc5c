using System.Collections.Immutable;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Npm;

/// <summary>One package of a lock file that has no places: it names what is there once, and who needs it.</summary>
internal sealed record LockedPackage
{
    public required string Name { get; init; }

    /// <summary>Null where the lock file does not say.</summary>
    public string? Version { get; init; }

    public ImmutableArray<ComponentHash> Hashes { get; init; } = [];

    /// <summary>Keys of other entries; for one need all the forms that the lock file may know it by.</summary>
    public ImmutableArray<ImmutableArray<string>> Needs { get; init; } = [];

    /// <summary>The lock file itself calls it a tool; null where it leaves that to who asks for it.</summary>
    public bool? IsDevelopment { get; init; }

    /// <summary>A workspace or other folder of the project itself.</summary>
    public bool IsFirstParty { get; init; }
}

/// <summary>
/// What Yarn, pnpm and bun lock. Where packages are installed beside the lock file, they are the truth, and it adds hashes
/// alone; what only tools of the project need is told apart.
/// </summary>
internal sealed class LockedGraph
{
    private readonly Dictionary<string, LockedPackage> packages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> aliases = new(StringComparer.Ordinal);
    private readonly List<(ImmutableArray<string> Forms, bool IsDevelopment)> wishes = [];

    public void Add(string key, LockedPackage package) => packages[key] = package;

    public bool Has(string key) => packages.ContainsKey(key) || aliases.ContainsKey(key);

    /// <summary>Another way to ask for what stands at <paramref name="key"/>.</summary>
    public void Alias(string alias, string key) => aliases.TryAdd(alias, key);

    /// <summary>The project itself asks for what one of <paramref name="forms"/> names.</summary>
    public void Wish(bool isDevelopment, params ImmutableArray<string> forms) => wishes.Add((forms, isDevelopment));

    public void Tell(Cataloger cataloger, PackageTree tree, PackageFile file, Sink sink)
    {
        var isInstalled = NpmPaths.HasInstalled(tree, sink, EntryPath.Folder(file.Path));
        var deployed = Reached(sink);
        var unnamed = new List<string>();
        foreach (var (key, package) in packages)
        {
            if (package.IsFirstParty) continue;
            var component = NpmPackage.Component(package.Name, package.Version, new(file.Path, file.Layer, OccurrenceKind.Locked, cataloger.Name));
            if (component is null) unnamed.Add(package.Name);
            else if (isInstalled) sink.EnrichSame(component with { Hashes = package.Hashes });
            else sink.Add(Place(file, key), component with { Hashes = package.Hashes, Development = package.IsDevelopment ?? (deployed is not null && !deployed.Contains(key)) });
        }

        if (unnamed.Count > 0 && !isInstalled) NpmPackage.SayUnnamed(cataloger, sink, file, unnamed);
        if (!isInstalled) Connect(file, sink);
    }

    private void Connect(PackageFile file, Sink sink)
    {
        if (wishes.Count > 0) sink.Rooted(file.Path + "/");
        foreach (var (forms, _) in wishes)
        {
            if (Find(forms) is { } key) sink.Direct(Place(file, key));
        }

        foreach (var (key, package) in packages)
        {
            foreach (var need in package.Needs)
            {
                if (Find(need) is { } target) sink.Edge(Place(file, key), Place(file, target));
            }
        }
    }

    /// <summary>What the project needs when it runs; null where nobody says what it asks for.</summary>
    private HashSet<string>? Reached(Sink sink)
    {
        if (wishes.Count == 0) return null;
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(wishes.Where(static w => !w.IsDevelopment).Select(w => Find(w.Forms)).OfType<string>());
        while (open.TryPop(out var key))
        {
            if (!reached.Add(key)) continue;
            // Too large a graph: all of it counts as deployed.
            if (!sink.TrySpend(packages[key].Needs.Length)) return null;
            foreach (var need in packages[key].Needs)
            {
                if (Find(need) is { } target) open.Push(target);
            }
        }

        return reached;
    }

    private string? Find(ImmutableArray<string> forms)
    {
        foreach (var form in forms)
        {
            if (packages.ContainsKey(form)) return form;
            if (aliases.TryGetValue(form, out var key)) return key;
        }

        return null;
    }

    private static string Place(PackageFile file, string key) => $"{file.Path}/{key}";
}
