using ServerlessSec.Facts;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Permissions;

/// <summary>How findings about a role name one of its statements.</summary>
internal static class Statement
{
    /// <summary>Policy name, actions and resources, without account and Region.</summary>
    public static string Place(RoleGrant grant) =>
        Text.Show($"{grant.Policy}: {string.Join(',', grant.Actions)} on {string.Join(',', grant.Resources.Select(WithoutOwner))}");

    /// <summary>Whether two grants come from one statement.</summary>
    public static bool IsSame(RoleGrant a, RoleGrant b) =>
        a.Policy == b.Policy && (a.Location is { } at && b.Location is { } other
            ? at == other
            : a.Resources.SequenceEqual(b.Resources) && a.Conditional == b.Conditional && a.Actions.Any(x => b.Actions.Any(y => IsWithin(x, y) || IsWithin(y, x))));

    /// <summary>Whether a resource takes in all there are of a kind: <c>*</c>, or an ARN whose name is a bare wildcard.</summary>
    public static bool IsOnAll(RoleGrant grant) => grant.Resources.Any(r =>
        r == "*" || (ArnText.Read(r) is { } arn && !WildText.Glob(arn.Name[(arn.Name.IndexOfAny(['/', ':']) + 1)..]).SaysSomething));

    private static bool IsWithin(string action, string pattern) =>
        string.Equals(action, pattern, StringComparison.OrdinalIgnoreCase)
        || (pattern.EndsWith('*') && action.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase));

    private static string WithoutOwner(string resource)
    {
        var parts = ArnText.Split(resource, ':', 6);
        return parts is ["arn", _, _, _, _, _] ? $"arn:{parts[1]}:{parts[2]}:::{parts[5]}" : resource;
    }
}
