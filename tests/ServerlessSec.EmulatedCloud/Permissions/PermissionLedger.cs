namespace ServerlessSec.Emulation.Permissions;

/// <summary>What roles were granted, against what was done with them.</summary>
public sealed class PermissionLedger
{
    private readonly Dictionary<string, RoleGrants> roles;
    private readonly HashSet<GrantUse> used = [];
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly SortedSet<string> refused = new(StringComparer.Ordinal);

    /// <param name="roles">By ARN; what others do is not of interest.</param>
    public PermissionLedger(IEnumerable<KeyValuePair<string, RoleGrants>> roles) => this.roles = roles.ToDictionary(StringComparer.Ordinal);

    public IEnumerable<GrantUse> Granted => roles.Values.SelectMany(static r => r.All()).Distinct();

    public IReadOnlySet<GrantUse> Used => used;

    /// <summary>What was done and is not allowed, a line each.</summary>
    public IReadOnlySet<string> Refused => refused;

    public void Note(LoggedCall call) => Note(call.Caller, call.Grants, $"{call.Service}:{call.Operation}");

    /// <param name="role">The ARN of the role.</param>
    /// <param name="asked">What was asked of it.</param>
    /// <param name="by">The call, or whoever acts with the role.</param>
    public void Note(string role, IEnumerable<Grant> asked, string by)
    {
        if (!roles.TryGetValue(role, out var grants)) return;
        foreach (var one in asked)
        {
            if (!seen.Add(Key(role, one))) continue;
            var allowing = grants.Allowing(one);
            used.UnionWith(allowing);
            if (allowing.IsEmpty && !one.IsOptional) refused.Add($"{grants.Id} may not {one.Action} on {one.Resource}, which '{by}' needs ({Text(one)})");
        }
    }

    private static string Key(string role, Grant asked) => $"{role} {asked.Action} {asked.Resource} {Text(asked)}";

    private static string Text(Grant asked) => string.Join(", ", asked.Context.Select(static k => $"{k.Key}={string.Join('|', k.Value)}"));
}
