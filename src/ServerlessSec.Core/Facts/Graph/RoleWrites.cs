using System.Collections.Immutable;
using ServerlessSec.Iam;

namespace ServerlessSec.Facts.Graph;

/// <summary>One grant to write: the pattern of what, and what conditions say of the event.</summary>
internal sealed record WriteGrant(string Action, string Resource, string Sources, string DetailTypes);

/// <summary>
/// What a role's statements let it write, as the invocation graph asks it. A condition is taken to be satisfiable, but
/// a conditional denial denies nothing; unlimited statements (every action) are left to the rule about administrators.
/// </summary>
internal sealed class RoleWrites(RoleFacts role, Dictionary<string, ImmutableArray<string>> expansions, StepBudget budget)
{
    private readonly ImmutableArray<PolicyStatement> denials =
        [.. role.Policies
            .Concat(role.Boundary is { } limit ? [limit] : [])
            .SelectMany(p => p.Statements)
            .Where(s => !s.Allow && s.Conditions.IsEmpty)];

    /// <summary>Whether denials or a boundary make this role's grants its own.</summary>
    public bool IsNarrowed => role.Boundary is not null || !denials.IsEmpty;

    public IEnumerable<WriteGrant> Grants() =>
        from policy in role.Policies
        from statement in policy.Statements
        where statement.Allow
        from action in ActionsOf(statement)
        from resource in statement.NotResource ? ["*"] : statement.Resources
        select new WriteGrant(action, resource, Condition(statement, "events:source"), Condition(statement, "events:detail-type"));

    /// <summary>Whether an unconditional denial, or a boundary that does not reach so far, takes all of a target away.</summary>
    public bool Takes(string action, ArnText target, WildText name)
    {
        if (denials.Any(d => Names(d, action)
            && (d.NotResource
                ? !d.Resources.Any(r => ResourceMatch.Touches(r, target, name))
                : d.Resources.Any(r => ResourceMatch.Covers(r, target, name)))))
        {
            return true;
        }

        return role.Boundary is { } boundary
            && !boundary.Statements.Any(s => s.Allow
                && Names(s, action)
                && (s.NotResource || s.Resources.Any(r => ResourceMatch.Touches(r, target, name))));
    }

    /// <summary>Key patterns of a bucket on which the action is denied.</summary>
    public IEnumerable<string> DeniedKeys(string action, ArnText bucket) =>
        from denial in denials
        where !denial.NotResource && Names(denial, action)
        from resource in denial.Resources
        let keys = ResourceMatch.KeysIn(resource, bucket)
        where keys is not null
        select keys;

    private IEnumerable<string> ActionsOf(PolicyStatement statement)
    {
        budget.Spend(1 + statement.Actions.Length);
        if (statement.NotAction) return Emission.ByAction.Keys.Where(a => Names(statement, a));
        return statement.Actions.Where(a => a != "*").SelectMany(a => Expand(a)).Distinct(StringComparer.Ordinal);
    }

    /// <summary>The writing actions that a pattern names; most roles write the same few patterns.</summary>
    private ImmutableArray<string> Expand(string pattern)
    {
        if (!expansions.TryGetValue(pattern, out var actions)) expansions[pattern] = actions = [.. Matching(pattern)];
        return actions;
    }

    private static IEnumerable<string> Matching(string pattern)
    {
        var colon = pattern.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return [];
        var service = pattern[..(colon + 1)];
        return Emission.ByAction.Keys.Where(a => a.StartsWith(service, StringComparison.OrdinalIgnoreCase) && Like(pattern, a));
    }

    private static bool Names(PolicyStatement statement, string action) =>
        statement.Actions.Any(a => Like(a, action)) != statement.NotAction;

    private static bool Like(string pattern, string action) =>
        string.Equals(pattern, action, StringComparison.OrdinalIgnoreCase)
        || (pattern.AsSpan().ContainsAny('*', '?')
            && WildText.Glob(pattern.ToLowerInvariant()).Covers(WildText.Literal(action.ToLowerInvariant())));

    private static string Condition(PolicyStatement statement, string key) => string.Join('\n', statement.Conditions
        .Where(c => string.Equals(c.Key, key, StringComparison.OrdinalIgnoreCase) && IsText(c.Operator))
        .SelectMany(c => c.Values));

    private static bool IsText(string op) =>
        op[(op.IndexOf(':', StringComparison.Ordinal) + 1)..].ToUpperInvariant() is "STRINGEQUALS" or "STRINGLIKE"
            or "STRINGEQUALSIFEXISTS" or "STRINGLIKEIFEXISTS";
}

/// <summary>Compares the resource of a statement with a resource that sends events.</summary>
internal static class ResourceMatch
{
    /// <summary>Whether the statement's resource is, or takes in, part of the target.</summary>
    public static bool Touches(string pattern, ArnText target, WildText name) => Compare(pattern, target, p => p.Overlaps(name));

    public static bool Covers(string pattern, ArnText target, WildText name) => Compare(pattern, target, p => p.Covers(name));

    /// <summary>The key pattern that a statement's resource leaves in a bucket; null where it is about another bucket
    /// or about the bucket itself.</summary>
    public static string? KeysIn(string pattern, ArnText bucket)
    {
        if (pattern == "*") return "*";
        if (ArnText.Read(pattern) is not { } parts || !Fits(parts, bucket)) return null;
        var split = ArnText.Split(parts.Resource, '/', 2);
        if (!WildText.Glob(split[0]).Covers(WildText.Literal(bucket.Name))) return null;
        return split.Length == 2 ? split[1] : split[0].EndsWith('*') ? "*" : null;
    }

    private static bool Compare(string pattern, ArnText target, Func<WildText, bool> test)
    {
        if (pattern == "*") return true;
        if (ArnText.Read(pattern) is not { } parts || !Fits(parts, target)) return false;
        return test(WildText.Glob(parts.Resource))
            || (parts.Service == "lambda" && parts.Name != parts.Resource && test(WildText.Glob(parts.Name)));
    }

    private static bool Fits(ArnText pattern, ArnText target)
    {
        if (!WildText.Glob(pattern.Service).Covers(WildText.Literal(target.Service))) return false;
        // Every account has a bus called default: a foreign one is named by its account alone.
        if (target is { Service: "events", Name: "event-bus/default" }
            && pattern.Account != target.Account
            && pattern.Account.All(char.IsAsciiDigit)
            && pattern.Account.Length > 0)
        {
            return false;
        }

        return ArnText.SamePlace(pattern.Region, target.Region) && ArnText.SamePlace(pattern.Account, target.Account);
    }
}
