using System.Collections.Immutable;
using ServerlessSec.Secrets;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Facts;

/// <summary>Turns what was collected about one function into what it means; environment values stay behind.</summary>
public static class PostureDerivation
{
    public static PostureFacts Derive(FunctionSnapshot function, ScanLimits limits)
    {
        var gaps = function.Gaps.ToBuilder();
        gaps.AddRange(function.Missing.Where(m => m.Key != Evidence.Package).Select(m => Missing(function.Label, m.Key, m.Value)));
        var policies = new PolicyReader(function.Label, limits, gaps);
        var access = InvokeAccess.Derive(function, policies);
        return new()
        {
            Id = function.Id,
            Arn = function.Arn,
            Location = function.Location,
            Asked = function.Asked,
            Missing = function.Missing,
            Configuration = function.Configuration with { Environment = [], Other = ImmutableSortedDictionary<string, string>.Empty },
            Environment = [.. function.Configuration.Environment.Select(v => Variable(function.Label, v, gaps))],
            Url = access.Url,
            AliasUrls = access.AliasUrls,
            Grants = access.Grants,
            Role = function.Role is { } role && !function.Missing.ContainsKey(Evidence.ExecutionRole)
                ? RoleDerivation.Derive(role, policies)
                : null,
            RoleArn = function.Role?.Arn,
            Triggers = function.Triggers,
            Logs = function.Logs,
            Gaps = gaps.ToImmutable(),
        };
    }

    private static VariableFacts Variable(string function, EnvironmentVariable variable, ImmutableArray<Gap>.Builder gaps)
    {
        var secret = Secret(function, variable, gaps);
        var sensitive = secret is not null || variable.Origin == ValueOrigin.NoEcho || IsResolvedSecret(variable)
            || (SensitiveName.IsSensitive(variable.Name) && !SaysWhere(variable));
        return new(variable.Name, variable.Origin, sensitive, secret, variable.Location);
    }

    /// <summary>The value tells where a secret is, or stands in for one, whatever the variable's name promises.</summary>
    private static bool SaysWhere(EnvironmentVariable variable) => variable switch
    {
        { Origin: ValueOrigin.DynamicReference or ValueOrigin.ResourceName } => true,
        { Value: null } => false,
        { Value: var value } when string.IsNullOrWhiteSpace(value) || value.StartsWith("arn:", StringComparison.Ordinal) => true,
        { Value: var value } => Text.IsExact(value) && (References.IsReference(value.Trim()) || Placeholders.IsPlaceholder(value.Trim())),
    };

    private static SecretHit? Secret(string function, EnvironmentVariable variable, ImmutableArray<Gap>.Builder gaps)
    {
        if (variable is not { Origin: ValueOrigin.Literal or ValueOrigin.NoEcho, Value: { } value }) return null;
        try
        {
            return SecretScanner.Inspect(variable.Name, value);
        }
        catch (LimitReachedException limit)
        {
            gaps.Add(new(
                GapKind.Limit,
                new() { Evidence = Evidence.Configuration, Path = variable.Location?.Property ?? $"Environment.{variable.Name}" },
                limit.Message, $"The variable {variable.Name} of {function} was not searched for credentials: {limit.Message}."));
            return null;
        }
    }

    /// <summary>CloudFormation resolves such a reference on deployment: the secret then stands in the configuration as
    /// plain text.</summary>
    private static bool IsResolvedSecret(EnvironmentVariable variable) =>
        variable.Origin == ValueOrigin.DynamicReference
            && variable.Value?.Contains("{{resolve:secretsmanager:", StringComparison.Ordinal) == true;

    private static Gap Missing(string function, Evidence evidence, string reason) => new(
        GapKind.Missing, new() { Evidence = evidence }, reason, $"{Words(evidence)} of {function} was not seen: {reason}.");

    private static string Words(Evidence evidence) => evidence switch
    {
        Evidence.Configuration => "The configuration",
        Evidence.ResourcePolicy => "The resource policy",
        Evidence.ExecutionRole => "The execution role",
        Evidence.Triggers => "Some trigger",
        Evidence.Logs => "The log group",
        _ => "The package",
    };
}
