using System.Collections.Immutable;
using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Resources;

/// <summary>A function while the template's resources add to it.</summary>
internal sealed class FunctionDraft(TemplateResource resource, Names names)
{
    public TemplateResource Resource { get; } = resource;

    public string Id => Resource.Id;

    public Names Names { get; } = names;

    public Item Properties => Resource.Properties;

    public FunctionConfiguration Configuration { get; set; } = new();

    public PackageReference Package { get; set; } = new();

    public FunctionUrl? Url { get; set; }

    public ExecutionRole? Role { get; set; }

    /// <summary>What SAM adds to the role it makes, by events and connectors.</summary>
    public List<PolicySnapshot> AddedPolicies { get; } = [];

    public LogGroup Logs { get; set; } = new();

    public List<Trigger> Triggers { get; } = [];

    public List<Grant> Grants { get; } = [];

    public ImmutableSortedDictionary<string, string> Tags { get; set; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public Dictionary<Evidence, string> Missing { get; } = [];

    public GapList Gaps { get; } = new();

    /// <summary>The alias that SAM publishes and lets events call; null for none.</summary>
    public string? Alias { get; set; }

    public void Unresolved(Item item, Evidence evidence = Evidence.Configuration) =>
        Unresolved(item.Location, evidence);

    public void Unresolved(SourceLocation? location, Evidence evidence)
    {
        var path = location?.Property;
        var name = path?.Split(".Properties.")[^1] ?? "a property";
        Gaps.Add(
            GapKind.Unresolved,
            evidence,
            path,
            "unresolved value",
            $"The value of '{name}' of function '{Id}' is only known at deployment.");
    }

    public FunctionSnapshot Finish(Template template) => new()
    {
        Id = Id,
        Arn = Names.Arn,
        Location = Resource.Location,
        Configuration = Configuration,
        ResourcePolicies = [.. Grants.GroupBy(grant => grant.Qualifier)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Policy(group, template))],
        Url = Url,
        Role = Role,
        Triggers = [.. Triggers],
        Logs = Logs,
        Package = Package,
        Tags = Tags,
        Missing = Missing.ToImmutableSortedDictionary(),
        Gaps = Gaps.Gaps,
    };

    // https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html: one document per qualifier, called "default".
    private PolicySnapshot Policy(IGrouping<string?, Grant> grants, Template template)
    {
        var statements = grants.Select(grant => grant.ToStatement(Names.Arn, template.Resolver.Pseudo("AWS::Partition")));
        var document = Nodes.Map(
            Nodes.Entry("Version", "2012-10-17"),
            Nodes.Entry("Id", "default"),
            new("Statement", Nodes.List(statements), 0, 0));
        var locations = grants.Select(grant => grant.Location ?? Resource.Location).ToImmutableArray();
        return new()
        {
            Kind = PolicyKind.Resource,
            Name = grants.Key ?? "default",
            Arn = grants.Key is null ? Names.Arn : $"{Names.Arn}:{grants.Key}",
            Json = TemplateJson.Write(document, template.Budget),
            Location = locations[0],
            StatementLocations = locations,
        };
    }
}
