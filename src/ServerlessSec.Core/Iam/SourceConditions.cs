using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

/// <summary>Reads how far conditions tie a service to the resource it should call for.</summary>
internal static class SourceConditions
{
    public static SourceRestriction Restriction(ImmutableArray<PolicyCondition> conditions)
    {
        var found = conditions.Select(Restriction).ToList();
        if (found.Contains(SourceRestriction.Restricted)) return SourceRestriction.Restricted;
        if (found.Contains(SourceRestriction.ArnWithoutAccount)) return SourceRestriction.ArnWithoutAccount;
        return found.Contains(SourceRestriction.Unknown) ? SourceRestriction.Unknown : SourceRestriction.None;
    }

    private static SourceRestriction Restriction(PolicyCondition condition)
    {
        if (!Text.IsExact(condition.Operator)) return SourceRestriction.Unknown;
        var test = ConditionOperator.Parse(condition.Operator);
        var key = condition.Key.ToLowerInvariant();
        if (!IsAboutSources(key) || test.Negated || test.IfExists || test.IsForAll || test.Name is "null" or "bool")
            return SourceRestriction.None;
        if (condition.Values.IsEmpty) return SourceRestriction.Restricted;

        // Any of the values will do, so the weakest decides.
        return condition.Values
            .Select(value => key is "aws:sourcearn" or "lambda:sourcefunctionarn" ? OfArn(test, value) : OfText(test, value))
            .MinBy(Weight);
    }

    private static bool IsAboutSources(string key) =>
        key is "aws:sourcearn" or "aws:sourceaccount" or "aws:sourceorgid" or "aws:sourceorgpaths" or "aws:sourceowner"
            or "lambda:eventsourcetoken"
            or "lambda:sourcefunctionarn" or "aws:principalorgid" or "aws:principalaccount";

    private static SourceRestriction OfText(ConditionOperator test, string value)
    {
        if (test.Name is not ("stringlike" or "arnlike" or "arnequals")) return SourceRestriction.Restricted;
        return Glob.Parse(value).IsEverything ? SourceRestriction.None : SourceRestriction.Restricted;
    }

    private static SourceRestriction OfArn(ConditionOperator test, string value)
    {
        if (PolicyParser.IsHole(value)) return SourceRestriction.Unknown;
        if (test.Name is "stringequals" && value.AsSpan().ContainsAny('*', '?')) return SourceRestriction.Restricted;
        if (!value.StartsWith("arn:", StringComparison.Ordinal))
        {
            if (Glob.Parse(value).IsEverything) return SourceRestriction.None;
            return Text.IsExact(value) ? SourceRestriction.Restricted : SourceRestriction.Unknown;
        }

        var parts = ArnPattern.SplitOutsideHoles(value);
        var account = parts.Count > 4 ? parts[4] : "*";
        var resource = parts.Count > 5 ? parts[5] : "*";
        if (account.Length > 0 && !account.AsSpan().ContainsAny('*', '?')) return SourceRestriction.Restricted;
        return NamesNothing(parts[2], resource) ? SourceRestriction.None : SourceRestriction.ArnWithoutAccount;
    }

    /// <summary>Nothing but stars, or nothing but stars behind the type's name.</summary>
    private static bool NamesNothing(string service, string resource)
    {
        if (Stranger.NamesOneResource(service, resource)) return false;
        return resource.AsSpan(resource.AsSpan().LastIndexOfAny('/', ':') + 1).Trim("*?").IsEmpty;
    }

    private static int Weight(SourceRestriction restriction) => restriction switch
    {
        SourceRestriction.None => 0,
        SourceRestriction.Unknown => 1,
        SourceRestriction.ArnWithoutAccount => 2,
        _ => 3,
    };
}
