using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

/// <summary>Whether something holds, does not, or cannot be decided from what is known.</summary>
public enum Truth
{
    False,
    Undecided,
    True,
}

/// <summary>One condition's operator taken apart.</summary>
/// <param name="Quantifier">Null, <c>ForAllValues</c> or <c>ForAnyValue</c>.</param>
/// <param name="Name">Lower case, without a negation: <c>stringequals</c>, <c>arnlike</c>, <c>null</c> …</param>
internal sealed record ConditionOperator(string? Quantifier, string Name, bool Negated, bool IfExists)
{
    public static ConditionOperator Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = text[(colon + 1)..].ToLowerInvariant();
        var ifExists = name.EndsWith("ifexists", StringComparison.Ordinal);
        if (ifExists) name = name[..^"ifexists".Length];
        var plain = name.Replace("not", "", StringComparison.Ordinal);
        return new(colon < 0 ? null : text[..colon], plain, plain != name, ifExists);
    }

    public bool IsForAll => "ForAllValues".Equals(Quantifier, StringComparison.OrdinalIgnoreCase);

    public bool IsForAny => "ForAnyValue".Equals(Quantifier, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Evaluates condition blocks: every operator and key must hold, any of its values will do.</summary>
internal static class Conditions
{
    public static Truth Evaluate(ImmutableArray<PolicyCondition> conditions, RequestContext context, bool hasVariables)
    {
        var result = Truth.True;
        foreach (var condition in conditions)
        {
            var one = Evaluate(condition, context, hasVariables);
            if (one < result) result = one;
        }

        return result;
    }

    public static Truth Evaluate(PolicyCondition condition, RequestContext context, bool hasVariables)
    {
        var test = ConditionOperator.Parse(condition.Operator);
        if (test.Name == "null") return EvaluateNull(condition, context);
        if (!context.Has(condition.Key))
        {
            if (!context.IsAbsent(condition.Key)) return Truth.Undecided;

            // IAM: a missing key fails a positive operator and passes a negated one, `…IfExists` and `ForAllValues`.
            if (test.IsForAny) return test.IfExists ? Truth.True : Truth.False;
            return Of(test.IfExists || test.Negated || test.IsForAll);
        }

        var values = context[condition.Key];
        if (test.IsForAll) return All(values.Select(value => MatchesOne(test, value, condition, context, hasVariables)));
        return Any(values.Select(value => MatchesOne(test, value, condition, context, hasVariables)));
    }

    private static Truth EvaluateNull(PolicyCondition condition, RequestContext context)
    {
        if (!context.Has(condition.Key) && !context.IsAbsent(condition.Key)) return Truth.Undecided;
        var absent = !context.Has(condition.Key) || context[condition.Key].IsEmpty;
        return Any(condition.Values.Select(value =>
            bool.TryParse(value, out var expected) ? Of(expected == absent) : Text.IsExact(value) ? Truth.False : Truth.Undecided));
    }

    /// <summary>Whether one value of the request meets any of the condition's values, or none where negated.</summary>
    private static Truth MatchesOne(
        ConditionOperator test,
        string actual,
        PolicyCondition condition,
        RequestContext context,
        bool hasVariables)
    {
        var any = Any(condition.Values.Select(value => Compare(test.Name, actual, value, context, hasVariables)));
        return test.Negated ? Not(any) : any;
    }

    private static Truth Compare(string name, string actual, string expected, RequestContext context, bool hasVariables) => name switch
    {
        "stringequals" => CompareText(actual, expected, context, hasVariables, wildcards: false),
        "stringequalsignorecase" =>
            CompareText(actual.ToUpperInvariant(), expected, context, hasVariables, wildcards: false, static glob => glob.ToUpper()),
        "stringlike" => CompareText(actual, expected, context, hasVariables, wildcards: true),
        "arnequals" or "arnlike" => CompareArns(actual, expected, context, hasVariables),
        _ when !Text.IsExact(expected) || !Text.IsExact(actual) => Truth.Undecided,
        "bool" => Of(actual.Equals(expected, StringComparison.OrdinalIgnoreCase)),
        "binaryequals" => Of(actual == expected),
        "ipaddress" => CompareAddress(actual, expected),
        _ when name.StartsWith("numeric", StringComparison.Ordinal) => CompareNumbers(name["numeric".Length..], actual, expected),
        _ when name.StartsWith("date", StringComparison.Ordinal) => CompareDates(name["date".Length..], actual, expected),
        _ => Truth.Undecided,
    };

    private static Truth CompareText(
        string actual,
        string expected,
        RequestContext context,
        bool hasVariables,
        bool wildcards,
        Func<Glob, Glob>? fold = null)
    {
        var pattern = PolicyVariables.Read(expected, context, hasVariables, wildcards);
        if (pattern is null) return Truth.False;
        return Of(Glob.Covers(fold is null ? pattern : fold(pattern), Glob.Parse(actual, wildcards: false)));
    }

    private static Truth CompareArns(string actual, string expected, RequestContext context, bool hasVariables)
    {
        if (PolicyVariables.Read(expected, context, hasVariables) is null) return Truth.False;
        var pattern = ArnPattern.Parse(expected, (part, _) => PolicyVariables.Read(part, context, hasVariables)!);
        return Of(pattern.Covers(ArnPattern.Parse(actual, static (part, _) => Glob.Parse(part, wildcards: false))));
    }

    private static Truth CompareAddress(string actual, string expected)
    {
        if (!IPAddress.TryParse(actual, out var address)) return Truth.False;
        if (IPAddress.TryParse(expected, out var single)) return Of(single.Equals(address));
        var slash = expected.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPAddress.TryParse(expected[..slash], out var network)) return Truth.False;
        if (!int.TryParse(expected[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var bits)) return Truth.False;
        return Of(SameNetwork(address.GetAddressBytes(), network.GetAddressBytes(), bits));
    }

    private static bool SameNetwork(byte[] address, byte[] network, int bits)
    {
        if (address.Length != network.Length || bits > address.Length * 8) return false;
        for (var bit = 0; bit < bits; bit++)
        {
            var mask = 0x80 >> (bit % 8);
            if ((address[bit / 8] & mask) != (network[bit / 8] & mask)) return false;
        }

        return true;
    }

    private static Truth CompareNumbers(string relation, string actual, string expected) =>
        decimal.TryParse(actual, NumberStyles.Float, CultureInfo.InvariantCulture, out var left)
        && decimal.TryParse(expected, NumberStyles.Float, CultureInfo.InvariantCulture, out var right)
            ? Relate(relation, left.CompareTo(right))
            : Truth.False;

    private static Truth CompareDates(string relation, string actual, string expected) =>
        ReadDate(actual) is { } left && ReadDate(expected) is { } right ? Relate(relation, left.CompareTo(right)) : Truth.False;

    // IAM: ISO 8601, or seconds since 1970.
    private static DateTimeOffset? ReadDate(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
        {
            return Math.Abs(seconds) < 62_135_596_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
    }

    private static Truth Relate(string relation, int order) => relation switch
    {
        "equals" => Of(order == 0),
        "lessthan" => Of(order < 0),
        "lessthanequals" => Of(order <= 0),
        "greaterthan" => Of(order > 0),
        "greaterthanequals" => Of(order >= 0),
        _ => Truth.Undecided,
    };

    private static Truth Any(IEnumerable<Truth> truths) => truths.Aggregate(Truth.False, static (a, b) => a > b ? a : b);

    private static Truth All(IEnumerable<Truth> truths) => truths.Aggregate(Truth.True, static (a, b) => a < b ? a : b);

    private static Truth Not(Truth truth) => truth switch { Truth.True => Truth.False, Truth.False => Truth.True, _ => Truth.Undecided };

    private static Truth Of(bool value) => value ? Truth.True : Truth.False;

    private static Truth Of(Match match) => match switch { Match.Yes => Truth.True, Match.No => Truth.False, _ => Truth.Undecided };
}
