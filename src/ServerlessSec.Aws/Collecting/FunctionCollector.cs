using System.Collections.Immutable;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Collecting;

/// <summary>What AWS says of one live function, now; what it refuses to say is missing evidence that names the permission.</summary>
internal sealed class FunctionCollector(LambdaClient lambda, LogsClient logs, RoleCollector roles)
{
    /// <summary>The snapshot, or null where there is no such function.</summary>
    /// <param name="function">Unqualified name or ARN.</param>
    public async Task<FunctionSnapshot?> CollectAsync(string function, CancellationToken stop)
    {
        var got = await Attempt.CallAsync("lambda:GetFunction", () => lambda.GetFunctionAsync(function, null, stop)).ConfigureAwait(false);
        if (got.IsAbsent) return null;
        if (got.Value is not { } answer) return Refused(function, got.Denied ?? "lambda:GetFunction gave no answer");

        var described = answer.Configuration;
        var missing = ImmutableSortedDictionary.CreateBuilder<Evidence, string>();
        var gaps = ImmutableArray.CreateBuilder<Gap>();
        var qualifiers = await QualifiersAsync(described.FunctionName, gaps, stop).ConfigureAwait(false);
        var policies = await PoliciesAsync(described.FunctionName, qualifiers, missing, stop).ConfigureAwait(false);
        var mappings = await MappingsAsync(described.FunctionName, missing, stop).ConfigureAwait(false);
        var (role, lacks) = described.Role is null
            ? (null, "the function has no role")
            : await roles.CollectAsync(described.Role, stop).ConfigureAwait(false);
        if (lacks is not null) missing[Evidence.ExecutionRole] = lacks;

        return new()
        {
            Id = described.FunctionName,
            Arn = described.FunctionArn,
            Configuration = await ConfigurationAsync(answer, gaps, stop).ConfigureAwait(false),
            ResourcePolicies = policies,
            Url = await UrlAsync(described.FunctionName, missing, stop).ConfigureAwait(false),
            Role = role,
            Triggers = [.. mappings.Select(LiveTriggers.Of), .. LiveTriggers.Of(policies)],
            Logs = await LogsAsync(described, missing, stop).ConfigureAwait(false),
            Package = PackageOf(answer),
            Tags = answer.Tags.ToImmutableSortedDictionary(),
            Missing = missing.ToImmutable(),
            Gaps = gaps.ToImmutable(),
        };
    }

    private static FunctionSnapshot Refused(string function, string reason) => new()
    {
        Id = Receiving.FunctionName.Unqualified(function) ?? function,
        Arn = function,
        Missing = ((Evidence[])[Evidence.Configuration, Evidence.ResourcePolicy, Evidence.ExecutionRole, Evidence.Triggers, Evidence.Logs, Evidence.Package])
            .ToImmutableSortedDictionary(static e => e, _ => reason),
    };

    private static PackageReference PackageOf(GetFunctionAnswer answer) => new()
    {
        Code = answer.Code switch
        {
            { ResolvedImageUri: { } image } => Setting.Known(image),
            { Location: { } url } => Setting.Known(url),
            _ => Setting.Unknown<string>(),
        },
        Layers = [.. answer.Configuration.Layers.Select(static l => new LayerReference(l.Arn, l.Arn, null, null))],
    };

    /// <summary>The aliases: each has its own resource policy.</summary>
    private async Task<ImmutableArray<string?>> QualifiersAsync(string function, ImmutableArray<Gap>.Builder gaps, CancellationToken stop)
    {
        var aliases = await Attempt.CallAsync("lambda:ListAliases", () => ListAsync(lambda.ListAliasesAsync(function, stop))).ConfigureAwait(false);
        if (aliases.Denied is { } denied)
        {
            gaps.Add(new(
                GapKind.Missing, new() { Evidence = Evidence.ResourcePolicy }, denied,
                $"The aliases of {function} were not seen, so neither were their resource policies: {denied}."));
        }

        return [null, .. (aliases.Value ?? []).Select(static a => (string?)a.Name)];
    }

    private async Task<ImmutableArray<PolicySnapshot>> PoliciesAsync(
        string function, ImmutableArray<string?> qualifiers, ImmutableSortedDictionary<Evidence, string>.Builder missing, CancellationToken stop)
    {
        var policies = ImmutableArray.CreateBuilder<PolicySnapshot>();
        foreach (var qualifier in qualifiers)
        {
            var policy = await Attempt.CallAsync("lambda:GetPolicy", () => lambda.GetPolicyAsync(function, qualifier, stop)).ConfigureAwait(false);
            if (policy.Denied is { } denied) missing[Evidence.ResourcePolicy] = denied;
            if (policy.Value is { } json) policies.Add(new() { Kind = PolicyKind.Resource, Name = qualifier ?? "$LATEST", Json = json });
        }

        return policies.ToImmutable();
    }

    private async Task<List<EventSourceMapping>> MappingsAsync(
        string function, ImmutableSortedDictionary<Evidence, string>.Builder missing, CancellationToken stop)
    {
        var mappings = await Attempt.CallAsync(
            "lambda:ListEventSourceMappings", () => ListAsync(lambda.ListEventSourceMappingsAsync(function, stop))).ConfigureAwait(false);
        if (mappings.Denied is { } denied) missing[Evidence.Triggers] = denied;
        return mappings.Value ?? [];
    }

    private async Task<FunctionUrl?> UrlAsync(string function, ImmutableSortedDictionary<Evidence, string>.Builder missing, CancellationToken stop)
    {
        var url = await Attempt.CallAsync("lambda:GetFunctionUrlConfig", () => lambda.GetFunctionUrlConfigAsync(function, null, stop)).ConfigureAwait(false);
        if (url.Denied is { } denied) missing[Evidence.ResourcePolicy] = denied;
        return url.Value is { } config ? new() { AuthType = Setting.Known(config.AuthType) } : null;
    }

    private async Task<LogGroup> LogsAsync(FunctionDescription function, ImmutableSortedDictionary<Evidence, string>.Builder missing, CancellationToken stop)
    {
        var name = function.LoggingConfig?.LogGroup ?? $"/aws/lambda/{function.FunctionName}";
        var group = await Attempt.CallAsync(
            "logs:DescribeLogGroups", async () => (await logs.FindLogGroupAsync(name, stop).ConfigureAwait(false))!).ConfigureAwait(false);
        if (group.Denied is { } denied) missing[Evidence.Logs] = denied;
        return new()
        {
            Name = Setting.Known(name),
            IsDeclared = group.Value is not null,
            RetentionDays = group.Value?.RetentionInDays is { } days ? Setting.Known(days) : default,
        };
    }

    private async Task<FunctionConfiguration> ConfigurationAsync(GetFunctionAnswer answer, ImmutableArray<Gap>.Builder gaps, CancellationToken stop)
    {
        var function = answer.Configuration;
        var invoke = await Attempt.CallAsync(
            "lambda:GetFunctionEventInvokeConfig", () => lambda.GetFunctionEventInvokeConfigAsync(function.FunctionName, null, stop)).ConfigureAwait(false);
        var recursion = await Attempt.CallAsync(
            "lambda:GetFunctionRecursionConfig", () => lambda.GetFunctionRecursionConfigAsync(function.FunctionName, stop)).ConfigureAwait(false);
        if (function.Environment?.Error is { } error)
        {
            gaps.Add(new(
                GapKind.Missing, new() { Evidence = Evidence.Configuration, Path = "Environment" }, $"environment refused ({error.ErrorCode})",
                $"The environment of {function.FunctionName} could not be decrypted: grant kms:Decrypt on {function.KMSKeyArn ?? "its key"}."));
        }

        return new()
        {
            FunctionName = Setting.Known(function.FunctionName),
            Runtime = Given(function.Runtime),
            Handler = Given(function.Handler),
            PackageType = Given(function.PackageType),
            Timeout = Given(function.Timeout),
            MemorySize = Given(function.MemorySize),
            ReservedConcurrency = Given(answer.Concurrency?.ReservedConcurrentExecutions),
            Tracing = Given(function.TracingConfig?.Mode),
            KmsKeyArn = Given(function.KMSKeyArn),
            DeadLetterTarget = Given(function.DeadLetterConfig?.TargetArn),
            OnFailure = invoke.Denied is null ? Given(invoke.Value?.DestinationConfig?.OnFailure?.Arn) : Setting.Unknown<string>(),
            OnSuccess = invoke.Denied is null ? Given(invoke.Value?.DestinationConfig?.OnSuccess?.Arn) : Setting.Unknown<string>(),
            MaximumRetryAttempts = invoke.Denied is null ? Given(invoke.Value?.MaximumRetryAttempts) : Setting.Unknown<int>(),
            RecursiveLoop = recursion.Denied is null ? Given(recursion.Value?.RecursiveLoop) : Setting.Unknown<string>(),
            Architectures = function.Architectures,
            InVpc = !string.IsNullOrEmpty(function.VpcConfig?.VpcId),
            Environment =
            [
                .. (function.Environment?.Variables ?? []).OrderBy(static v => v.Key, StringComparer.Ordinal)
                    .Select(static v => new EnvironmentVariable(v.Key, ValueOrigin.Literal, v.Value, null)),
            ],
        };
    }

    private static Setting<string> Given(string? value) => string.IsNullOrEmpty(value) ? default : Setting.Known(value);

    private static Setting<int> Given(int? value) => value is { } given ? Setting.Known(given) : default;

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items.ConfigureAwait(false)) list.Add(item);
        return list;
    }
}
