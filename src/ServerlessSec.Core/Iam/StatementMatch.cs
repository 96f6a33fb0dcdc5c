using System.Runtime.CompilerServices;

namespace ServerlessSec.Iam;

/// <summary>How surely a statement applies to a request.</summary>
internal enum Applies
{
    No,

    /// <summary>A hole decides.</summary>
    Unknown,

    /// <summary>A condition decides.</summary>
    Conditional,
    Yes,
}

/// <summary>Compares statements with requests; patterns are read once per statement.</summary>
internal static class StatementMatch
{
    private static readonly ConditionalWeakTable<PolicyStatement, ActionPattern[]> Actions = [];

    public static ActionPattern[] ActionsOf(PolicyStatement statement) =>
        Actions.GetValue(statement, static statement => [.. statement.Actions.Select(ActionPattern.Parse)]);

    /// <summary>
    /// A request may name actions or resources by pattern. An Allow applies where some of them are in it, a Deny only
    /// where all of them are.
    /// </summary>
    public static Applies To(PolicyStatement statement, ActionPattern action, ArnPattern resource, RequestContext context)
    {
        var matches = Least(MatchAction(statement, action), MatchResource(statement, resource, context));
        if (matches == Match.No) return Applies.No;
        var holds = Conditions.Evaluate(statement.Conditions, context, statement.HasVariables);
        if (holds == Truth.False) return Applies.No;
        if (matches == Match.Maybe) return Applies.Unknown;
        return holds == Truth.True ? Applies.Yes : Applies.Conditional;
    }

    public static Match MatchAction(PolicyStatement statement, ActionPattern action)
    {
        var patterns = ActionsOf(statement);
        return (statement.Allow, statement.NotAction) switch
        {
            (true, false) => Most(patterns.Select(pattern => ActionPattern.Overlaps(pattern, action))),
            (false, false) => Most(patterns.Select(pattern => pattern.Covers(action))),
            (true, true) => Not(Most(patterns.Select(pattern => pattern.Covers(action)))),
            (false, true) => Not(Most(patterns.Select(pattern => ActionPattern.Overlaps(pattern, action)))),
        };
    }

    public static Match MatchResource(PolicyStatement statement, ArnPattern resource, RequestContext context)
    {
        // The trust policy of a role has no resource: it speaks of the role.
        if (statement.Resources.IsEmpty) return statement.NotResource || !statement.Principals.IsEmpty ? Match.Yes : Match.No;

        var patterns = statement.Resources.Select(text => ReadResource(text, context, statement.HasVariables)).OfType<ArnPattern>();
        return (statement.Allow, statement.NotResource) switch
        {
            (true, false) => Most(patterns.Select(pattern => ArnPattern.Overlaps(pattern, resource))),
            (false, false) => Most(patterns.Select(pattern => pattern.Covers(resource))),
            (true, true) => Not(Most(patterns.Select(pattern => pattern.Covers(resource)))),
            (false, true) => Not(Most(patterns.Select(pattern => ArnPattern.Overlaps(pattern, resource)))),
        };
    }

    /// <summary>Null where a variable has no value.</summary>
    public static ArnPattern? ReadResource(string text, RequestContext context, bool hasVariables)
    {
        if (PolicyVariables.Read(text, context, hasVariables) is null) return null;
        return ArnPattern.Parse(text, (part, _) => PolicyVariables.Read(part, context, hasVariables)!);
    }

    private static Match Most(IEnumerable<Match> matches)
    {
        var most = Match.No;
        foreach (var match in matches)
        {
            if (match == Match.Yes) return Match.Yes;
            if (match > most) most = match;
        }

        return most;
    }

    private static Match Least(Match left, Match right) => left < right ? left : right;

    private static Match Not(Match match) => match switch { Match.Yes => Match.No, Match.No => Match.Yes, _ => Match.Maybe };
}
