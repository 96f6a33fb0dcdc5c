using System.Collections.Immutable;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Collecting;

/// <summary>What AWS says of one live function, now; what it refuses to say is missing evidence that names the permission.</summary>
internal sealed class FunctionCollector(LambdaClient lambda, LogsClient logs, RoleCollector roles)
{
    /// <param name="function">Unqualified name or ARN.</param>
    /// <param name="stop">Ends the work.</param>
    public Task<Attempt<GetFunctionAnswer>> LookAsync(string function, CancellationToken stop) => LookAsync(function, null, stop);

    /// <param name="function">Unqualified name or ARN.</param>
    /// <param name="qualifier">A version or alias, or null.</param>
    /// <param name="stop">Ends the work.</param>
    public Task<Attempt<GetFunctionAnswer>> LookAsync(string function, string? qualifier, CancellationToken stop) =>
        Attempt.CallAsync("lambda:GetFunction", () => lambda.GetFunctionAsync(function, qualifier, stop));

    /// <summary>The whole function, and where its package is.</summary>
    public async Task<FunctionSnapshot> WholeAsync(GetFunctionAnswer answer, CancellationToken stop)
    {
        var (snapshot, _) = await CollectAsync(answer, stop).ConfigureAwait(false);
        return Unavailable(answer) is { } reason ? snapshot with { Missing = snapshot.Missing.SetItem(Evidence.Package, reason) } : snapshot;
    }

    /// <summary>The whole function but for its package, of which only the place is said.</summary>
    public async Task<(FunctionSnapshot Snapshot, ImmutableArray<EventSourceMapping> Mappings)> CollectAsync(GetFunctionAnswer answer, CancellationToken stop)
    {
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

        var snapshot = new FunctionSnapshot
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
        return (snapshot, [.. mappings]);
    }

    /// <summary>Only what is needed to read the package.</summary>
    public static FunctionSnapshot Package(GetFunctionAnswer answer) => new()
    {
        Id = answer.Configuration.FunctionName,
        Arn = answer.Configuration.FunctionArn,
        Asked = Evidence.Package,
        Configuration = new()
        {
            FunctionName = Setting.Known(answer.Configuration.FunctionName),
            Runtime = Given(answer.Configuration.Runtime),
            Handler = Given(answer.Configuration.Handler),
            PackageType = Given(answer.Configuration.PackageType),
        },
        Package = PackageOf(answer),
        Missing = Unavailable(answer) is { } reason ? new Dictionary<Evidence, string> { [Evidence.Package] = reason }.ToImmutableSortedDictionary() : ImmutableSortedDictionary<Evidence, string>.Empty,
    };

    /// <summary>A function of which nothing may be seen.</summary>
    /// <param name="arn">Unqualified.</param>
    /// <param name="asked">What was to be collected.</param>
    /// <param name="reason">A lowercase fragment that names the permission.</param>
    public static FunctionSnapshot Refused(string arn, Evidence asked, string reason) => new()
    {
        Id = Receiving.FunctionName.Unqualified(arn) ?? arn,
        Arn = arn,
        Asked = asked,
        Missing = ((Evidence[])[Evidence.Configuration, Evidence.ResourcePolicy, Evidence.ExecutionRole, Evidence.Triggers, Evidence.Logs, Evidence.Package])
            .Where(e => asked.HasFlag(e)).ToImmutableSortedDictionary(static e => e, _ => reason),
    };

    private static string? Unavailable(GetFunctionAnswer answer) => answer switch
    {
        { Configuration.PackageType: "Image" } => "its code is a container image: reading one needs ecr:BatchGetImage and ecr:GetDownloadUrlForLayer, which the scanner does not ask for",
        { Code.Error: { } error } => $"Lambda gave no address of the code ({error.ErrorCode}): grant kms:Decrypt on {answer.Code.SourceKMSKeyArn ?? "the key of the code"}",
        { Code.Location: null or "" } => "Lambda gave no address of the code",
        _ => null,
    };

    private static PackageReference PackageOf(GetFunctionAnswer answer) => new()
    {
        Code = answer.Code switch
        {
            { ResolvedImageUri: { } image } => Setting.Known(image),
            { Location: { Length: > 0 } url } => Setting.Known(url),
            _ => Setting.Unknown<string>(),
        },
        Digest = answer.Configuration.CodeSha256,
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
