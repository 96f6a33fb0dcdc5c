using System.Collections.Immutable;
using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Resolving;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Resources;

/// <summary>Policy documents and references to policies as snapshots.</summary>
internal sealed class Policies(Template template)
{
    /// <summary>A document that stands in the template.</summary>
    public PolicySnapshot Document(PolicyKind kind, string name, Item document, string? arn = null)
    {
        // A document that only deployment decides is one whose statements are unknown.
        var node = document.Node is Mapping mapping
            ? mapping
            : Nodes.Map(new Entry("Statement", Nodes.List([document.Node ?? Nodes.Text(Text.Hole(document.Path))]), 0, 0));
        return new()
        {
            Kind = kind,
            Name = name,
            Arn = arn,
            Json = TemplateJson.Write(node, template.Budget),
            Location = document.Location,
            StatementLocations = document.IsMapping
                ? [.. document["Statement"].Elements.Select(statement => statement.Location)]
                : [document.Location],
        };
    }

    /// <summary>A policy that SAM writes by itself.</summary>
    public PolicySnapshot Written(string name, SourceLocation? location, params Mapping[] statements) => new()
    {
        Kind = PolicyKind.Inline,
        Name = name,
        Json = TemplateJson.Write(
            Nodes.Map(Nodes.Entry("Version", "2012-10-17"), new("Statement", Nodes.List(statements), 0, 0)),
            template.Budget),
        Location = location,
        StatementLocations = location is null ? [] : [.. statements.Select(_ => location)],
    };

    public static Mapping Allow(string actions, params string[] resources) => Nodes.Map(
        Nodes.Entry("Effect", "Allow"),
        new("Action", Nodes.List(actions.Split(' ').Select(Nodes.Text)), 0, 0),
        new("Resource", Nodes.List(resources.Select(Nodes.Text)), 0, 0));

    /// <summary>What SAM gives a traced function; the older name in the partition <c>aws</c>.</summary>
    public string XRayPolicy =>
        template.Resolver.Pseudo("AWS::Partition") is "aws" or "⟨AWS::Partition⟩" ? "AWSXrayWriteOnlyAccess" : "AWSXRayDaemonWriteAccess";

    /// <summary>An AWS managed policy by its name, with the path that it lives under.</summary>
    public PolicySnapshot Managed(string name, SourceLocation? location)
    {
        var partition = template.Resolver.Pseudo("AWS::Partition");
        var path = name.StartsWith("AWSLambda", StringComparison.Ordinal)
            && (name.EndsWith("ExecutionRole", StringComparison.Ordinal) || name.EndsWith("RolePolicy", StringComparison.Ordinal))
            ? "service-role/" : "";
        return new()
        {
            Kind = PolicyKind.AwsManaged,
            Name = name,
            Arn = $"arn:{partition}:iam::aws:policy/{path}{name}",
            Location = location,
        };
    }

    /// <summary>A policy by ARN, by what <c>Ref</c> gives, or (in SAM) by an AWS managed policy's name.</summary>
    public PolicySnapshot Reference(Item item, PolicyKind? kind = null)
    {
        var text = item.Text ?? Text.Hole(item.Path);
        if (template.ByArn(text) is { Type: "AWS::IAM::ManagedPolicy" } own)
        {
            return Document(kind ?? PolicyKind.CustomerManaged, own.Id, own.Properties["PolicyDocument"], text);
        }

        var isArn = text.StartsWith("arn:", StringComparison.Ordinal);
        if (!isArn && Text.IsExact(text))
            return Managed(ArnText.LastPart(text), item.Location) with { Kind = kind ?? PolicyKind.AwsManaged };
        var isAws = isArn && ArnText.Split(text, ':') is { Count: >= 5 } parts && parts[4] == "aws";
        return new()
        {
            Kind = kind ?? (isAws ? PolicyKind.AwsManaged : PolicyKind.CustomerManaged),
            Name = isArn ? ArnText.LastPart(text) : text,
            Arn = text,
            Location = item.Location,
        };
    }

    public ImmutableArray<PolicySnapshot> Inline(Item list) =>
        [.. list.Elements.Select(item =>
            Document(PolicyKind.Inline, item["PolicyName"].Text ?? $"{item.Path}", item.IsMapping ? item["PolicyDocument"] : item))];
}
