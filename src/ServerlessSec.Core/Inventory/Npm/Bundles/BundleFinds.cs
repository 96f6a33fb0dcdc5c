namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>Packages recognised in one bundle: at the places where they were installed, and by name alone.</summary>
internal sealed class BundleFinds(int limit)
{
    private sealed class Find(string name)
    {
        public string Name => name;

        public Recognition? Named { get; set; }

        public SortedDictionary<string, Recognition> Versions { get; } = new(StringComparer.Ordinal);
    }

    private readonly Dictionary<string, Find> places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Find> names = new(StringComparer.Ordinal);
    private int versions;

    /// <summary>Whether there were more than fit.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Where packages were installed of which files are in the bundle.</summary>
    public IEnumerable<string> Places => places.Keys;

    public void Add(ModulePath path, string? version, Recognition why) => Add(places, path.Place, path.Name, version ?? path.Version, why);

    /// <summary>A trace that does not tell where the package was installed.</summary>
    public void Add(string name, string? version, Recognition why) => Add(names, name, name, version, why);

    private void Add(Dictionary<string, Find> finds, string key, string name, string? version, Recognition why)
    {
        if (!NpmPackage.IsName(name)) return;
        if (!finds.TryGetValue(key, out var find))
        {
            if (IsFull |= places.Count + names.Count >= limit) return;
            finds[key] = find = new(name);
        }

        why = why with { Trace = Shorten(why.Trace) };
        if (version is null || NpmPackage.Component(name, version) is not { } component)
        {
            if (find.Named is null || find.Named.Confidence < why.Confidence) find.Named = why;
        }
        else if (find.Versions.TryGetValue(component.Version, out var known) ? known.Confidence < why.Confidence : TryCount(find, why))
        {
            find.Versions[component.Version] = why;
        }
    }

    /// <summary>Of a version that is one too many the name stays.</summary>
    private bool TryCount(Find find, Recognition why)
    {
        if (versions == limit)
        {
            IsFull = true;
            find.Named ??= why;
            return false;
        }

        versions++;
        return true;
    }

    /// <summary>Each package once for each version; of traces that contradict each other at one place the surest stands.</summary>
    public IEnumerable<(string Name, string? Version, Recognition Why)> All()
    {
        Settle();
        SettleFamilies();
        foreach (var find in places.Values.Concat(names.Values))
        {
            if (find.Versions.Count == 0)
            {
                yield return (find.Name, null, find.Named!);
                continue;
            }

            var best = find.Versions.Values.Max(why => why.Confidence);
            foreach (var (version, why) in find.Versions)
            {
                if (why.Confidence >= best) yield return (find.Name, version, why);
            }
        }
    }

    /// <summary>What is known by name goes to the place of that name, if there is one that lacks it.</summary>
    private void Settle()
    {
        var byName = places.Values.ToLookup(find => find.Name, StringComparer.Ordinal);
        foreach (var (name, find) in names.ToArray())
        {
            if (!byName.Contains(name)) continue;
            names.Remove(name);
            var known = byName[name].SelectMany(static other => other.Versions.Keys).ToHashSet(StringComparer.Ordinal);
            var open = new Queue<Find>(byName[name].Where(static other => other.Versions.Count == 0));
            foreach (var (version, why) in find.Versions)
            {
                if (!known.Contains(version) && open.TryDequeue(out var place)) place.Versions[version] = why;
            }
        }
    }

    /// <summary>Of packages that are released together, those without a version have that of the others, where these have but one.</summary>
    private void SettleFamilies()
    {
        foreach (var family in places.Values.Concat(names.Values).Where(find => ReleasedTogether.Of(find.Name) is not null).GroupBy(find => ReleasedTogether.Of(find.Name)))
        {
            Find[] members = [.. family];
            if (members.DistinctBy(find => find.Name).Count() != members.Length) continue;
            if (members.SelectMany(find => find.Versions.Keys).Distinct().ToArray() is not [var version]) continue;
            var sure = members.First(find => find.Versions.Count > 0);
            foreach (var find in members.Where(find => find.Versions.Count == 0))
                find.Versions[version] = new(Technique.VersionConstant, 0.6, $"{sure.Name} {version}, which is released together with it");
        }
    }

    private static string Shorten(string trace)
    {
        const int most = 120;
        return trace.Length <= most ? trace : string.Concat(trace.AsSpan(0, most), "…");
    }
}
