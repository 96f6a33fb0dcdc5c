using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Resources;

/// <summary>One statement of a function's resource policy, as Lambda writes it.</summary>
internal sealed record Grant
{
    public required string Sid { get; init; }

    public required string Principal { get; init; }

    public required string Action { get; init; }

    /// <summary>Version or alias that it is for; null for the function itself.</summary>
    public string? Qualifier { get; init; }

    public string? SourceArn { get; init; }

    public string? SourceAccount { get; init; }

    public string? OrganizationId { get; init; }

    public string? UrlAuthType { get; init; }

    public string? EventSourceToken { get; init; }

    public bool ViaUrlOnly { get; init; }

    /// <summary>A restriction is given but not knowable.</summary>
    public bool IsUnknown { get; init; }

    public SourceLocation? Location { get; init; }

    public Node ToStatement(string arn, string partition)
    {
        var entries = new List<Entry>
        {
            Nodes.Entry("Sid", Sid),
            Nodes.Entry("Effect", "Allow"),
            new("Principal", PrincipalNode(partition), 0, 0),
            Nodes.Entry("Action", Action),
            Nodes.Entry("Resource", Qualifier is null ? arn : $"{arn}:{Qualifier}"),
        };
        var conditions = Conditions().GroupBy(condition => condition.Operator)
            .Select(group =>
                new Entry(group.Key, Nodes.Map([.. group.Select(condition => Nodes.Entry(condition.Key, condition.Value))]), 0, 0));
        if (IsUnknown)
            conditions = [.. conditions, new(Text.Hole("Condition"), Nodes.Map(Nodes.Entry("aws:SourceArn", Text.Hole(Sid))), 0, 0)];
        var all = conditions.ToList();
        if (all.Count > 0) entries.Add(new("Condition", new Mapping(all, 0, 0), 0, 0));
        return new Mapping(entries, 0, 0);
    }

    private IEnumerable<(string Operator, string Key, string Value)> Conditions()
    {
        if (UrlAuthType is not null) yield return ("StringEquals", "lambda:FunctionUrlAuthType", UrlAuthType);
        if (SourceAccount is not null) yield return ("StringEquals", "AWS:SourceAccount", SourceAccount);
        if (OrganizationId is not null) yield return ("StringEquals", "aws:PrincipalOrgID", OrganizationId);
        if (EventSourceToken is not null) yield return ("StringEquals", "lambda:EventSourceToken", EventSourceToken);
        if (SourceArn is not null) yield return ("ArnLike", "AWS:SourceArn", SourceArn);
        if (ViaUrlOnly) yield return ("Bool", "lambda:InvokedViaFunctionUrl", "true");
    }

    private Node PrincipalNode(string partition)
    {
        if (Principal == "*") return Nodes.Text("*");
        var isService = Principal.EndsWith(".amazonaws.com", StringComparison.Ordinal)
            || Principal.EndsWith(".amazon.com", StringComparison.Ordinal)
            || Principal.EndsWith(".amazonaws.com.cn", StringComparison.Ordinal)
            || Principal.EndsWith($".{Text.Hole("AWS::URLSuffix")}", StringComparison.Ordinal);
        if (isService) return Nodes.Map(Nodes.Entry("Service", Principal));
        var isAccount = Principal == Text.Hole("AWS::AccountId") || (Principal.Length == 12 && Principal.All(char.IsAsciiDigit));
        return Nodes.Map(Nodes.Entry("AWS", isAccount ? $"arn:{partition}:iam::{Principal}:root" : Principal));
    }
}

/// <summary>Makes nodes that stand nowhere in the template.</summary>
internal static class Nodes
{
    public static Scalar Text(string text) => new(text, ScalarKind.Text, Marks.None, 0, 0);

    public static Entry Entry(string key, string text) => new(key, Text(text), 0, 0);

    public static Mapping Map(params Entry[] entries) => new(entries, 0, 0);

    public static Sequence List(IEnumerable<Node> items) => new([.. items], 0, 0);
}
