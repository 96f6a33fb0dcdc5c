using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ServerlessSec.Iam;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Emulation.Permissions;

/// <summary>A role as it was deployed.</summary>
/// <param name="Id">What it is called in what is told of it.</param>
public sealed record RoleGrants(string Id, string Arn, ImmutableArray<PolicyDocument> Policies, PolicyDocument? Boundary)
{
    // A customer's key leaves it to IAM who may use it, as keys do that are made in the console.
    private static readonly PolicyDocument KeyPolicy = Parse("key", PolicyKind.Resource, $$"""
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{{EmulatedCloud.Account}}:root"},"Action":"kms:*","Resource":"*"}]}
        """);

    /// <param name="id">As in <see cref="Id"/>.</param>
    /// <param name="arn">Of the role.</param>
    /// <param name="json">Documents by name under <c>policies</c>, and the <c>boundary</c>.</param>
    public static RoleGrants Read(string id, string arn, JsonNode json) => new(
        id,
        arn,
        [.. json["policies"]!.AsObject().Select(static p => Parse(p.Key, PolicyKind.Inline, p.Value!.GetValue<string>()))],
        json["boundary"] is { } boundary ? Parse("boundary", PolicyKind.Boundary, boundary.GetValue<string>()) : null);

    /// <summary>Every action on every resource that it allows.</summary>
    public IEnumerable<GrantUse> All() =>
        from statement in Allows()
        from action in statement.Actions
        from resource in statement.Resources
        select new GrantUse(Id, statement.Sid ?? statement.Policy, action, resource);

    /// <summary>Those of them that allow what is asked for; none where it is not allowed for certain.</summary>
    public ImmutableArray<GrantUse> Allowing(Grant asked)
    {
        var request = new AccessRequest
        {
            Principal = Arn,
            Action = asked.Action,
            Resource = asked.Resource,
            HasNoResource = asked.Resource == "*",
            ResourceAccount = EmulatedCloud.Account,
            Context = new(asked.Context, ["aws:username"], isComplete: true),
        };
        if (Access.Decide(request, Policies, Boundary, asked.Action.StartsWith("kms:", StringComparison.Ordinal) ? KeyPolicy : null) != Verdict.Allowed) return [];
        var (action, resource) = (ActionPattern.Parse(asked.Action), ArnPattern.Parse(asked.Resource));
        return
        [
            .. from statement in Allows()
               from named in statement.Actions
               where ActionPattern.Overlaps(ActionPattern.Parse(named), action) == Match.Yes
               from target in statement.Resources
               where ArnPattern.Overlaps(ArnPattern.Parse(target), resource) == Match.Yes
               select new GrantUse(Id, statement.Sid ?? statement.Policy, named, target),
        ];
    }

    private IEnumerable<PolicyStatement> Allows() => Policies.SelectMany(static p => p.Statements).Where(static s => s.Allow);

    private static PolicyDocument Parse(string name, PolicyKind kind, string json) => PolicyParser.Parse(new() { Name = name, Kind = kind, Json = json }, ScanLimits.Default);
}
