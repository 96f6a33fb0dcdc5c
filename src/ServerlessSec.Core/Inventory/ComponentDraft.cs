namespace ServerlessSec.Inventory;

/// <summary>One component while its sightings come in.</summary>
internal sealed class ComponentDraft
{
    private readonly Component first;
    private readonly HashSet<Occurrence> occurrences = [];
    private readonly HashSet<ComponentHash> hashes = [];
    private readonly HashSet<string> licences = new(StringComparer.Ordinal);
    private Relation relation;
    private bool isDevelopment = true;
    private string? deprecated;

    public ComponentDraft(string purl, Component component)
    {
        Purl = purl;
        first = component;
        Merge(component);
    }

    public string Purl { get; }

    public string Name => first.Name;

    public string Ecosystem => first.Ecosystem;

    public bool IsLocked => occurrences.Any(occurrence => occurrence.Kind == OccurrenceKind.Locked);

    /// <summary>Needed for more than development.</summary>
    public bool IsDeployed => !isDevelopment;

    /// <summary>The package has it, or will once it is built; what the runtime brings or something only claims is none.</summary>
    public bool IsCopy => occurrences.Any(occurrence => occurrence.Kind is not (OccurrenceKind.Supplied or OccurrenceKind.Claimed));

    /// <summary>Without version.</summary>
    public Purl Package => first.Purl.WithoutVersion;

    public string Version => first.Version;

    public HashSet<string> DependsOn { get; } = new(StringComparer.Ordinal);

    public void Merge(Component component)
    {
        occurrences.UnionWith(component.Occurrences);
        isDevelopment &= component.Development;
        Relate(component.Relation);
        Enrich(component);
    }

    public void Enrich(Component component)
    {
        hashes.UnionWith(component.Hashes);
        licences.UnionWith(component.Licences);
        deprecated ??= component.Deprecated;
    }

    /// <summary>Direct outweighs transitive, and either outweighs not knowing.</summary>
    public void Relate(Relation seen)
    {
        if (seen == Relation.Direct || relation == Relation.Unknown) relation = seen;
    }

    public Component ToComponent() => first with
    {
        Occurrences = [.. occurrences
            .OrderBy(occurrence => occurrence.Path, StringComparer.Ordinal)
            .ThenBy(occurrence => occurrence.Cataloger, StringComparer.Ordinal)
            .ThenBy(occurrence => occurrence.Recognition?.Trace, StringComparer.Ordinal)],
        Hashes = [.. hashes.OrderBy(hash => hash.Algorithm, StringComparer.Ordinal).ThenBy(hash => hash.Hex, StringComparer.Ordinal)],
        Licences = [.. licences.Order(StringComparer.Ordinal)],
        Relation = relation,
        Development = isDevelopment,
        Deprecated = deprecated,
        DependsOn = [.. DependsOn.Order(StringComparer.Ordinal)],
    };
}
