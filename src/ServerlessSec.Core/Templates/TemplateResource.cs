using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates;

/// <summary>One resource as it stands in the template, Globals merged in.</summary>
internal sealed class TemplateResource(string id, string type, Mapping body, Mapping? rawProperties, SourceLocation location)
{
    public string Id { get; } = id;

    public string Type { get; } = type;

    public Mapping Body { get; } = body;

    public Mapping? RawProperties { get; } = rawProperties;

    public SourceLocation Location { get; } = location;

    public bool IsSam => Type.StartsWith("AWS::Serverless::", StringComparison.Ordinal);

    public bool IsFunction => Type is "AWS::Serverless::Function" or "AWS::Lambda::Function";

    /// <summary>Resolved, once everything is known that can be.</summary>
    public Item Properties { get; set; } = Item.Root("", "", null, 0, 0);

    public Names? Names { get; set; }

    public bool IsNaming { get; set; }
}

/// <summary>What refers to a resource: all with holes where deployment decides.</summary>
/// <param name="Name">Its physical name or id.</param>
/// <param name="Ref">What <c>Ref</c> gives.</param>
internal sealed record Names(string Name, string Arn, string Ref);
