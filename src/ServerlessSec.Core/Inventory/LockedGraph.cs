using System.Collections.Immutable;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory;

/// <summary>One package of a lock file that has no places: it names what is there once, and who needs it.</summary>
internal sealed record LockedPackage
{
    public required string Name { get; init; }

    /// <summary>Null where the lock file does not say.</summary>
    public string? Version { get; init; }

    public ImmutableArray<ComponentHash> Hashes { get; init; } = [];

    public ImmutableArray<string> Licences { get; init; } = [];

    /// <summary>Keys of other entries; for one need all the forms that the lock file may know it by.</summary>
    public ImmutableArray<ImmutableArray<string>> Needs { get; init; } = [];

    /// <summary>The lock file itself says whether it is a tool; null where it leaves that to who asks for it.</summary>
    public bool? IsDevelopment { get; init; }

    /// <summary>A workspace or other folder of the project itself.</summary>
    public bool IsFirstParty { get; init; }
}

/// <summary>
/// What a lock file names, by keys of its own. Where packages are installed beside it, they are the truth, and it adds
/// hashes alone; what only tools of the project need is told apart.
/// </summary>
internal sealed class LockedGraph
{
    private readonly Dictionary<string, LockedPackage> packages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> aliases = new(StringComparer.Ordinal);
    private readonly List<(ImmutableArray<string> Forms, bool IsDevelopment)> wishes = [];

    /// <summary>The first of two entries with one key stands; aliases lead to it.</summary>
    public void Add(string key, LockedPackage package) => packages.TryAdd(key, package);

    public bool Has(string key) => packages.ContainsKey(key) || aliases.ContainsKey(key);

    /// <summary>Another way to ask for what stands at <paramref name="key"/>.</summary>
    public void Alias(string alias, string key) => aliases.TryAdd(alias, key);

    /// <summary>The project itself asks for what one of <paramref name="forms"/> names.</summary>
    public void Wish(bool isDevelopment, params ImmutableArray<string> forms) => wishes.Add((forms, isDevelopment));

    /// <param name="isInstalled">Whether packages are installed beside the lock file.</param>
    /// <param name="make">The component of an entry with a version; null where name and version make none.</param>
    public void Tell(Cataloger cataloger, PackageFile file, Sink sink, bool isInstalled, Func<LockedPackage, string, Component?> make)
    {
        var deployed = Reached(sink);
        var unnamed = new List<string>();
        var occurrence = new Occurrence(file.Path, file.Layer, OccurrenceKind.Locked, cataloger.Name);
        foreach (var (key, package) in packages)
        {
            if (package.IsFirstParty) continue;
            var component = package.Version is { } version ? make(package, version) : null;
            if (component is null)
            {
                unnamed.Add(package.Name);
                continue;
            }

            component = component with { Hashes = package.Hashes, Licences = package.Licences, Occurrences = [occurrence] };
            if (isInstalled) sink.EnrichSame(component);
            else sink.Add(Place(file, key), component with { Development = package.IsDevelopment ?? (deployed is not null && !deployed.Contains(key)) });
        }

        if (isInstalled) return;
        SayUnnamed(cataloger, sink, file, unnamed);
        Connect(file, sink);
    }

    /// <summary>Says which locked packages nobody can name exactly; nothing where there are none.</summary>
    public static void SayUnnamed(Cataloger cataloger, Sink sink, PackageFile file, List<string> names)
    {
        if (names.Count == 0) return;
        var some = string.Join(
            ", ",
            names.Order(StringComparer.Ordinal).Take(5).Select(name => $"'{(name.Length > 80 ? name[..80] : name)}'"));
        sink.Gap(cataloger, file, GapKind.Unread, "version not in lock file",
            $"'{file.Path}' locks {names.Count} {(names.Count == 1 ? "package" : "packages")} without a "
                + $"usable name and version, from a repository or archive: {some}{(names.Count > 5 ? ", …" : "")}.");
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
