using System.Collections.Immutable;
using ServerlessSec.Facts;
using ServerlessSec.Facts.Graph;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Permissions;

/// <summary>How findings about a role name one of its statements.</summary>
internal static class Statement
{
    /// <summary>Policy name, actions and resources, without account and Region.</summary>
    public static string Place(RoleGrant grant) =>
        Text.Show($"{grant.Policy}: {string.Join(',', grant.Actions)} on {string.Join(',', grant.Resources.Select(WithoutOwner))}");

    private const string NotAction = "NotAction ";
    private const string NotResource = "NotResource ";

    /// <summary>The engine writes each pattern of a <c>NotAction</c> behind that word.</summary>
    public static bool IsAllBut(RoleGrant grant) => grant.Actions.Any(a => a.StartsWith(NotAction, StringComparison.Ordinal));

    /// <summary>Actions as the middle of a sentence.</summary>
    public static string Actions(RoleGrant grant) =>
        IsAllBut(grant)
            ? $"all actions but {Excepted(grant.Actions, NotAction)}"
            : $"the wildcard{(grant.Actions.Length > 1 ? "s" : "")} {Wording.List(grant.Actions)}";

    public static string Resources(RoleGrant grant) =>
        grant.Resources.All(r => r.StartsWith(NotResource, StringComparison.Ordinal))
            ? $"every resource but {Excepted(grant.Resources, NotResource)}"
            : IsOnAll(grant) ? "every resource" : Wording.List(grant.Resources, 3);

    /// <summary>What may narrow a grant, as the end of a sentence.</summary>
    public static string Narrowed(RoleFacts role, RoleGrant grant) =>
        !grant.Conditional ? ""
            : role.Boundary is { IsComplete: false } ? ", unless its boundary, which was not seen, takes it away"
            : ", under a condition";

    /// <summary>What stands in one place is mended in one place: a managed policy has one place for all of its statements.</summary>
    public static IEnumerable<IEnumerable<RoleGrant>> ByPlace(IEnumerable<RoleGrant> grants) =>
        grants.GroupBy(g => (g.Policy, g.Location, g.Location is null ? string.Join(' ', g.Resources) : ""));

    /// <summary>Several grants of one place as one.</summary>
    public static RoleGrant Whole(IEnumerable<RoleGrant> grants) => grants.Aggregate((a, b) => a with
    {
        Actions = Union(a.Actions, b.Actions),
        Resources = Union(a.Resources, b.Resources),
        Conditional = a.Conditional && b.Conditional,
    });

    private static ImmutableArray<string> Union(ImmutableArray<string> a, ImmutableArray<string> b) =>
        [.. a.Union(b, StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Whether a service-wide grant has the action.</summary>
    public static bool Covers(RoleGrant wide, string action) =>
        IsAllBut(wide) || wide.Actions.Any(a => IsWithin(action, a));

    /// <summary>Whether two grants come from one statement.</summary>
    public static bool IsSame(RoleGrant a, RoleGrant b) =>
        a.Policy == b.Policy && (a.Location is { } at && b.Location is { } other
            ? at == other
            : a.Resources.SequenceEqual(b.Resources)
                && a.Conditional == b.Conditional
                && a.Actions.Any(x => b.Actions.Any(y => IsWithin(x, y) || IsWithin(y, x))));

    /// <summary>Whether a resource takes in all there are of a kind: <c>*</c>, or an ARN whose name is a bare wildcard.</summary>
    public static bool IsOnAll(RoleGrant grant) => grant.Resources.Any(r =>
        r == "*"
            || r.StartsWith(NotResource, StringComparison.Ordinal)
            || (ArnText.Read(r) is { } arn && !WildText.Glob(arn.Name[(arn.Name.IndexOfAny(['/', ':']) + 1)..]).SaysSomething));

    private static string Excepted(IEnumerable<string> patterns, string word) => Wording.List(patterns.Select(p => p[word.Length..]), 3);

    private static bool IsWithin(string action, string pattern) =>
        string.Equals(action, pattern, StringComparison.OrdinalIgnoreCase)
        || (pattern.EndsWith('*') && action.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase));

    private static string WithoutOwner(string resource)
    {
        var parts = ArnText.Split(resource, ':', 6);
        return parts is ["arn", _, _, _, _, _] ? $"arn:{parts[1]}:{parts[2]}:::{parts[5]}" : resource;
    }
}
