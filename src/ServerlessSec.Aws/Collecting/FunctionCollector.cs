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
        var (described, name) = (answer.Configuration, answer.Configuration.FunctionName);
        // All at once: none needs another's answer, and each is a way to AWS and back.
        var policies = PoliciesAsync(name, stop);
        var mappings = Attempt.CallAsync("lambda:ListEventSourceMappings", () => ListAsync(lambda.ListEventSourceMappingsAsync(name, stop)));
        var role = RoleAsync(described.Role, stop);
        var invoke = Attempt.CallAsync("lambda:GetFunctionEventInvokeConfig", () => lambda.GetFunctionEventInvokeConfigAsync(name, null, stop));
        var recursion = Attempt.CallAsync("lambda:GetFunctionRecursionConfig", () => lambda.GetFunctionRecursionConfigAsync(name, stop));
        var url = Attempt.CallAsync("lambda:GetFunctionUrlConfig", () => lambda.GetFunctionUrlConfigAsync(name, null, stop));
        var group = described.LoggingConfig?.LogGroup ?? $"/aws/lambda/{name}";
        var logged = Attempt.CallAsync("logs:DescribeLogGroups", async () => (await logs.FindLogGroupAsync(group, stop).ConfigureAwait(false))!);
        await Task.WhenAll(policies, mappings, role, invoke, recursion, url, logged).ConfigureAwait(false);

        var (seen, listed) = (policies.Result, mappings.Result.Value ?? []);
        var snapshot = new FunctionSnapshot
        {
            Id = name,
            Arn = described.FunctionArn,
            Configuration = Configuration(answer, invoke.Result, recursion.Result),
            ResourcePolicies = seen.Policies,
            Url = url.Result.Value is { } config ? new() { AuthType = Setting.Known(config.AuthType) } : null,
            Role = role.Result.Role,
            Triggers = [.. listed.Select(LiveTriggers.Of), .. LiveTriggers.Of(seen.Policies)],
            Logs = new()
            {
                Name = Setting.Known(group),
                IsDeclared = logged.Result.Value is not null,
                RetentionDays = logged.Result.Value?.RetentionInDays is { } days ? Setting.Known(days) : default,
            },
            Package = PackageOf(answer),
            Tags = answer.Tags.ToImmutableSortedDictionary(),
            Missing = Missing(
                (Evidence.ResourcePolicy, url.Result.Denied ?? seen.Denied),
                // Who pushes events stands in policies alone.
                (Evidence.Triggers, mappings.Result.Denied ?? seen.Denied),
                (Evidence.ExecutionRole, role.Result.Missing),
                (Evidence.Logs, logged.Result.Denied)),
            Gaps =
            [
                .. ((Gap?[])
                [
                    seen.Gap,
                    EnvironmentGap(described),
                    Unseen("EventInvokeConfig", "what becomes of failed asynchronous events", name, invoke.Result.Denied),
                    Unseen("RecursiveLoop", "whether loops are stopped", name, recursion.Result.Denied),
                ]).OfType<Gap>(),
            ],
        };
        return (snapshot, [.. listed]);
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
            Architectures = answer.Configuration.Architectures,
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
        { Configuration.PackageType: "Image" } => answer.Code?.ResolvedImageUri is null ? "Lambda named no image" : null,
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

    /// <summary>The function's own resource policy and those of its aliases.</summary>
    private async Task<(ImmutableArray<PolicySnapshot> Policies, string? Denied, Gap? Gap)> PoliciesAsync(string function, CancellationToken stop)
    {
        var own = PolicyAsync(function, null, stop);
        var aliases = await Attempt.CallAsync("lambda:ListAliases", () => ListAsync(lambda.ListAliasesAsync(function, stop))).ConfigureAwait(false);
        var gap = aliases.Denied is not { } denied ? null : new Gap(
            GapKind.Missing, new() { Evidence = Evidence.ResourcePolicy | Evidence.Triggers }, denied,
            $"The aliases of {function} were not seen, so neither were their resource policies: {denied}.");
        var policies = await Task.WhenAll([own, .. (aliases.Value ?? []).Select(alias => PolicyAsync(function, alias.Name, stop))]).ConfigureAwait(false);
        return ([.. policies.Select(static p => p.Policy).OfType<PolicySnapshot>()], policies.Select(static p => p.Denied).LastOrDefault(static d => d is not null), gap);
    }

    private async Task<(PolicySnapshot? Policy, string? Denied)> PolicyAsync(string function, string? qualifier, CancellationToken stop)
    {
        var policy = await Attempt.CallAsync("lambda:GetPolicy", () => lambda.GetPolicyAsync(function, qualifier, stop)).ConfigureAwait(false);
        return (policy.Value is { } json ? new() { Kind = PolicyKind.Resource, Name = qualifier ?? "$LATEST", Json = json } : null, policy.Denied);
    }

    private async Task<(ExecutionRole? Role, string? Missing)> RoleAsync(string? role, CancellationToken stop) =>
        role is null ? (null, "the function has no role") : await roles.CollectAsync(role, stop).ConfigureAwait(false);

    private static ImmutableSortedDictionary<Evidence, string> Missing(params IEnumerable<(Evidence Evidence, string? Reason)> all) =>
        all.Where(static one => one.Reason is not null).ToImmutableSortedDictionary(static one => one.Evidence, static one => one.Reason!);

    private static Gap? Unseen(string path, string what, string function, string? denied) => denied is null ? null : new(
        GapKind.Missing, new() { Evidence = Evidence.Configuration, Path = path }, denied, $"Of {function} it was not seen {what}: {denied}.");

    private static Gap? EnvironmentGap(FunctionDescription function) => function.Environment?.Error is not { } error ? null : new(
        GapKind.Missing, new() { Evidence = Evidence.Configuration, Path = "Environment" }, $"environment refused ({error.ErrorCode})",
        $"The environment of {function.FunctionName} could not be decrypted: grant kms:Decrypt on {function.KMSKeyArn ?? "its key"}.");

    private static FunctionConfiguration Configuration(GetFunctionAnswer answer, Attempt<EventInvokeConfig> invoke, Attempt<RecursionConfig> recursion)
    {
        var function = answer.Configuration;
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
