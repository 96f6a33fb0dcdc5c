using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

/// <summary>How a call reaches a function: directly, or through its URL.</summary>
/// <param name="UrlAuthType">Null for a direct call.</param>
internal sealed record InvokePath(string? UrlAuthType)
{
    public static InvokePath Direct { get; } = new((string?)null);

    public static InvokePath AnonymousUrl { get; } = new("NONE");

    public static InvokePath SignedUrl { get; } = new("AWS_IAM");
}

/// <summary>Whether somebody from outside, with an AWS account of their own or none, meets a condition.</summary>
internal enum Outlook
{
    /// <summary>None of them does.</summary>
    Never,
    Unknown,

    /// <summary>Those do who want to.</summary>
    ByChoice,

    /// <summary>All do, whether they want to or not.</summary>
    Always,
}

/// <summary>Judges conditions from the point of view of a stranger.</summary>
internal static class Stranger
{
    /// <summary>Keys whose value tells who calls, and that a stranger cannot choose.</summary>
    private static readonly FrozenSet<string> Identity = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalAccount", "aws:PrincipalArn",
        "aws:PrincipalServiceName", "aws:PrincipalServiceNamesList",
        "aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceVpc",
        "aws:SourceVpce", "aws:SourceVpcArn",
        "aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths", "aws:userid", "aws:username", "aws:FederatedProvider",
        "lambda:EventSourceToken",
        "aws:Ec2InstanceSourceVpc", "aws:SourceOwner", "lambda:SourceFunctionArn", "kms:CallerAccount");

    /// <summary>Keys that every caller can make come out as wanted.</summary>
    private static readonly FrozenSet<string> Chosen = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "aws:SecureTransport", "aws:UserAgent", "aws:Referer", "aws:RequestedRegion", "aws:MultiFactorAuthPresent",
        "aws:MultiFactorAuthAge", "aws:PrincipalType",
        "aws:TokenIssueTime", "s3:TlsVersion", "aws:EpochTime");

    /// <summary>So many characters before the first wildcard name one organization, path or id.</summary>
    private const int LiteralPrefix = 8;

    public static Outlook Meets(PolicyCondition condition, InvokePath path)
    {
        var test = ConditionOperator.Parse(condition.Operator);
        if (!Text.IsExact(condition.Operator)) return Outlook.Unknown;
        var key = condition.Key;
        if (key.Equals("lambda:FunctionUrlAuthType", StringComparison.OrdinalIgnoreCase)) return Decided(test, condition, path.UrlAuthType);
        if (key.Equals("lambda:InvokedViaFunctionUrl", StringComparison.OrdinalIgnoreCase))
            return Decided(test, condition, path.UrlAuthType is null ? "false" : "true");
        if (test.Name == "null") return MeetsNull(condition);
        if (key.Equals("aws:PrincipalIsAWSService", StringComparison.OrdinalIgnoreCase)
            || key.Equals("aws:ViaAWSService", StringComparison.OrdinalIgnoreCase))
        {
            // A stranger is no service, but some service may act for a stranger.
            return Decided(test, condition, "false") == Outlook.Always ? Outlook.Always : Outlook.Unknown;
        }

        if (Chosen.Contains(key)) return Outlook.ByChoice;
        if (key.Equals("aws:SourceIp", StringComparison.OrdinalIgnoreCase)
            || key.Equals("aws:VpcSourceIp", StringComparison.OrdinalIgnoreCase))
        {
            return MeetsAddress(test, condition);
        }

        if (key.StartsWith("aws:PrincipalTag/", StringComparison.OrdinalIgnoreCase)) return Outlook.ByChoice;
        return Identity.Contains(key) ? MeetsIdentity(test, condition) : Outlook.Unknown;
    }

    /// <summary>The outlook of several conditions that must all hold.</summary>
    public static Outlook MeetsAll(ImmutableArray<PolicyCondition> conditions, InvokePath path) =>
        conditions.Select(condition => Meets(condition, path)).DefaultIfEmpty(Outlook.Always).Min();

    private static Outlook Decided(ConditionOperator test, PolicyCondition condition, string? value)
    {
        if (value is null && test.Name == "null") return condition.Values.Contains("true") ? Outlook.Always : Outlook.Never;
        var context = new RequestContext(value is null ? [] : [new(condition.Key, [value])], isComplete: true);
        return Conditions.Evaluate(condition, context, hasVariables: false) switch
        {
            Truth.True => Outlook.Always,
            Truth.False => Outlook.Never,
            _ => Outlook.Unknown,
        };
    }

    // That a key is there says nothing about its value; that it is not there is so for callers without credentials.
    private static Outlook MeetsNull(PolicyCondition condition) =>
        Text.IsExact(string.Concat(condition.Values)) ? Outlook.ByChoice : Outlook.Unknown;

    private static Outlook MeetsIdentity(ConditionOperator test, PolicyCondition condition)
    {
        // IAM: a caller without the key passes a negated operator, `…IfExists` and `ForAllValues`.
        if (test.Negated) return condition.Values.Any(value => IsOpen(test, condition.Key, value)) ? Outlook.Never : Outlook.Always;
        if (test.IfExists || test.IsForAll) return Outlook.ByChoice;
        if (test.Name is not ("stringequals" or "stringequalsignorecase" or "stringlike" or "arnequals" or "arnlike"))
            return Outlook.Unknown;
        if (condition.Values.Any(value => IsOpen(test, condition.Key, value))) return Outlook.ByChoice;
        return condition.Values.Any(value => IsVague(test, condition.Key, value)) ? Outlook.Unknown : Outlook.Never;
    }

    /// <summary>Everybody's value fits.</summary>
    private static bool IsOpen(ConditionOperator test, string key, string value)
    {
        if (test.Name is "stringequals" or "stringequalsignorecase") return false;
        if (Glob.Parse(value).IsEverything) return true;
        if (!IsArnKey(key) || !value.StartsWith("arn:", StringComparison.Ordinal))
            return key.EndsWith("OrgID", StringComparison.OrdinalIgnoreCase) && value == "o-*";
        var parts = ArnPattern.SplitOutsideHoles(value);

        // An ARN of which the account may be any and the rest names no one resource.
        return (parts.Count < 5 || Glob.Parse(parts[4]).IsEverything) && (parts.Count < 6 || !NamesOneResource(parts[2], parts[5]));
    }

    /// <summary>Whether strangers fit depends on what is only known at deployment, or on a pattern that tells accounts
    /// apart badly.</summary>
    private static bool IsVague(ConditionOperator test, string key, string value)
    {
        if (PolicyParser.IsHole(value))
            return value != Text.Hole("AWS::AccountId") && IsArnKey(key) && !value.Contains("Arn", StringComparison.Ordinal);
        if (test.Name is "stringequals" or "stringequalsignorecase" || !value.AsSpan().ContainsAny('*', '?')) return false;
        if (!IsArnKey(key) || !value.StartsWith("arn:", StringComparison.Ordinal))
            return value.AsSpan().IndexOfAny('*', '?') < LiteralPrefix;
        var parts = ArnPattern.SplitOutsideHoles(value);
        return parts.Count < 6 || (parts[4].AsSpan().ContainsAny('*', '?') && !NamesOneResource(parts[2], parts[5]));
    }

    // Names of buckets and ids of APIs are unique in the world.
    internal static bool NamesOneResource(string service, string resource) =>
        service is "s3" or "execute-api" && resource.Split('/')[0] is { Length: > 0 } name && !name.AsSpan().ContainsAny('*', '?');

    private static bool IsArnKey(string key) => key.EndsWith("Arn", StringComparison.OrdinalIgnoreCase);

    private static Outlook MeetsAddress(ConditionOperator test, PolicyCondition condition)
    {
        if (test.Name != "ipaddress") return Outlook.Unknown;
        var world = condition.Values.Any(IsWide);
        if (test.Negated) return world ? Outlook.Unknown : Outlook.Always;
        if (test.IfExists || test.IsForAll) return Outlook.Unknown;
        if (condition.Values.Any(static value => !Text.IsExact(value))) return Outlook.Unknown;
        return world ? Outlook.ByChoice : Outlook.Never;
    }

    // Two halves make the whole; nobody owns an eighth of the addresses.
    private static bool IsWide(string network) =>
        network.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
        && int.TryParse(network.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var bits) && bits < 8;
}
