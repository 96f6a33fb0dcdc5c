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

    /// <summary>The whole function with all that it serves, and where the packages are.</summary>
    /// <param name="answer">Of the qualifier.</param>
    /// <param name="qualifier">Looks at what answers by it and at nothing else; null at all of the function.</param>
    /// <param name="stop">Ends the work.</param>
    public async Task<FunctionSnapshot> WholeAsync(GetFunctionAnswer answer, string? qualifier, CancellationToken stop)
    {
        var (snapshot, _) = await CollectAsync(answer, qualifier, stop).ConfigureAwait(false);
        return snapshot;
    }

    /// <summary>The configuration, ways in and role of all that the function serves; of packages only the place is said.</summary>
    public async Task<(FunctionSnapshot Snapshot, ImmutableArray<EventSourceMapping> Mappings)> CollectAsync(GetFunctionAnswer answer, string? qualifier, CancellationToken stop)
    {
        var name = answer.Configuration.FunctionName;
        var waiting = WaysIn.CollectAsync(lambda, answer, qualifier, stop);
        var recursing = Attempt.CallAsync("lambda:GetFunctionRecursionConfig", () => lambda.GetFunctionRecursionConfigAsync(name, stop));
        var role = RoleAsync(answer.Configuration.Role, stop);
        var logs = LogsAsync(answer.Configuration, stop);
        var reserving = ConcurrencyAsync(answer, qualifier, stop);
        await Task.WhenAll(waiting, recursing, role, logs, reserving).ConfigureAwait(false);
        var (ways, recursion, concurrency) = (waiting.Result, recursing.Result, reserving.Result);

        var others = await Task.WhenAll(ways.Serving.Others.Select(part => LookAsync(name, part.Version, stop))).ConfigureAwait(false);
        var there = ways.Serving.Others.Zip(others).Where(static pair => !pair.Second.IsAbsent);
        var served = await Task.WhenAll(there.Select(pair => ServedAsync(pair.First, pair.Second))).ConfigureAwait(false);
        var first = Snapshot(answer, ways.Serving.First, ways, recursion, concurrency, role.Result, logs.Result);
        return (first with
        {
            Qualifier = qualifier,
            Versions = ways.Serving.FirstServed,
            Served = [.. served],
            Gaps = [.. first.Gaps, .. Beside(name, ways.AliasesDenied, Collected.Posture), .. ways.Serving.Gaps(name, Collected.Posture)],
        }, ways.Mappings);

        async Task<FunctionSnapshot> ServedAsync(ServedPart part, Attempt<GetFunctionAnswer> seen)
        {
            if (seen.Value is not { } version) return Part(Refused(answer.Configuration.FunctionArn, Collected.All, seen.Denied!), part);
            var (described, own) = (version.Configuration, answer.Configuration);
            // Versions mostly share these.
            var theirs = described.Role == own.Role ? role.Result : await RoleAsync(described.Role, stop).ConfigureAwait(false);
            var written = Group(described) == Group(own) ? logs.Result : await LogsAsync(described, stop).ConfigureAwait(false);
            return Part(Snapshot(version, part, ways, recursion, concurrency, theirs, written), part);
        }
    }

    /// <summary>Only what is needed to read the packages of all that the function serves; equal ones once.</summary>
    public async Task<FunctionSnapshot> PackagesAsync(GetFunctionAnswer answer, CancellationToken stop)
    {
        var name = answer.Configuration.FunctionName;
        var (serving, mappings, aliasesDenied) = await WaysIn.ServingAsync(lambda, answer, null, stop).ConfigureAwait(false);
        var seen = await Task.WhenAll(serving.Others.Select(part => LookAsync(name, part.Version, stop))).ConfigureAwait(false);
        var served = serving.Others.Zip(seen).Where(static pair => !pair.Second.IsAbsent).Select(pair => Part(
            pair.Second.Value is { } version ? Package(version) : Refused(answer.Configuration.FunctionArn, Evidence.Package, pair.Second.Denied!), pair.First));
        var groups = served.Prepend(Package(answer) with { Versions = serving.FirstServed }).GroupBy(Content, StringComparer.Ordinal)
            .Select(static same => same.First() with { Versions = [.. same.SelectMany(static each => each.Versions)] }).ToArray();
        return groups[0] with
        {
            Served = [.. groups[1..]],
            Gaps =
            [
                .. Beside(name, aliasesDenied, Evidence.Package),
                .. Beside(name, mappings.Denied, Evidence.Package),
                .. serving.Gaps(name, Evidence.Package),
            ],
        };
    }

    /// <summary>Equal for packages that need not be read twice.</summary>
    private static string Content(FunctionSnapshot package) => package.Package.Digest is not { Length: > 0 } digest || !package.Missing.IsEmpty
        ? package.Label
        : string.Join('\n', (IEnumerable<string?>)
        [
            digest, package.Configuration.Runtime.Value, package.Configuration.Handler.Value,
            .. package.Configuration.Architectures, .. package.Package.Layers.Select(static l => l.Arn),
        ]);

    private static FunctionSnapshot Part(FunctionSnapshot snapshot, ServedPart part) => snapshot with { Qualifier = part.Version, Versions = [part.Served] };

    private static IEnumerable<Gap> Beside(string function, string? denied, Evidence evidence) => denied is null ? [] :
        [new(GapKind.Missing, new() { Evidence = evidence }, denied, $"Which versions of {function} are served beside $LATEST was not seen, so neither were they: {denied}.")];

    private static FunctionSnapshot Snapshot(
        GetFunctionAnswer answer,
        ServedPart part,
        WaysIn ways,
        Attempt<RecursionConfig> recursion,
        Setting<int> concurrency,
        (ExecutionRole? Role, string? Missing) role,
        (LogGroup Group, string? Denied) logs)
    {
        var described = answer.Configuration;
        var name = described.FunctionName;
        var (url, aliasUrls) = ways.UrlsOf(part);
        return new()
        {
            Id = name,
            Arn = Unqualified(described.FunctionArn),
            Configuration = Configuration(answer, ways.InvokeOf(part), ways.InvokesDenied, recursion) with { ReservedConcurrency = concurrency },
            ResourcePolicies = ways.PoliciesOf(part),
            Url = url,
            AliasUrls = aliasUrls,
            Role = role.Role,
            Triggers = ways.TriggersOf(part),
            Logs = logs.Group,
            Package = PackageOf(answer),
            Tags = answer.Tags.ToImmutableSortedDictionary(),
            Missing = Missing(
                (Evidence.ResourcePolicy, ways.UrlsDenied ?? ways.PolicyDenied(part)),
                // Who pushes events stands in policies alone.
                (Evidence.Triggers, ways.MappingsDenied ?? ways.PolicyDenied(part)),
                (Evidence.ExecutionRole, role.Missing),
                (Evidence.Logs, logs.Denied),
                (Evidence.Package, Unavailable(answer))),
            Gaps =
            [
                .. ((Gap?[])
                [
                    EnvironmentGap(described),
                    Unseen("EventInvokeConfig", "what becomes of failed asynchronous events", name, ways.InvokesDenied),
                    Unseen("RecursiveLoop", "whether loops are stopped", name, recursion.Denied),
                ]).OfType<Gap>(),
            ],
        };
    }

    /// <summary>Only what is needed to read one package.</summary>
    public static FunctionSnapshot Package(GetFunctionAnswer answer) => new()
    {
        Id = answer.Configuration.FunctionName,
        Arn = Unqualified(answer.Configuration.FunctionArn),
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
        Missing = Missing((Evidence.Package, Unavailable(answer))),
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
        { Code: { Location: null or "", ResolvedS3Object: null } } => "Lambda gave no address of the code",
        _ => null,
    };

    private static PackageReference PackageOf(GetFunctionAnswer answer) => new()
    {
        Code = answer.Code switch
        {
            { ResolvedImageUri: { } image } => Setting.Known(image),
            { Location: { Length: > 0 } url } => Setting.Known(url),
            { ResolvedS3Object: { } stored } => Setting.Known(OwnersObjects.AddressOf(stored)!),
            _ => Setting.Unknown<string>(),
        },
        Digest = answer.Configuration.CodeSha256,
        Layers = [.. answer.Configuration.Layers.Select(static l => new LayerReference(l.Arn, l.Arn, null, null))],
    };

    /// <summary>It is the function's, whichever version is asked for.</summary>
    private async Task<Setting<int>> ConcurrencyAsync(GetFunctionAnswer answer, string? qualifier, CancellationToken stop)
    {
        if (qualifier is null || answer.Concurrency is not null) return Given(answer.Concurrency?.ReservedConcurrentExecutions);
        var whole = await LookAsync(answer.Configuration.FunctionName, stop).ConfigureAwait(false);
        return whole.Value is { } seen ? Given(seen.Concurrency?.ReservedConcurrentExecutions) : Setting.Unknown<int>();
    }

    private static string Group(FunctionDescription function) => function.LoggingConfig?.LogGroup ?? $"/aws/lambda/{function.FunctionName}";

    private async Task<(LogGroup Group, string? Denied)> LogsAsync(FunctionDescription function, CancellationToken stop)
    {
        var name = Group(function);
        var seen = await Attempt.CallAsync("logs:DescribeLogGroups", async () => (await logs.FindLogGroupAsync(name, stop).ConfigureAwait(false))!).ConfigureAwait(false);
        return (new()
        {
            Name = Setting.Known(name),
            IsDeclared = seen.Value is not null,
            RetentionDays = seen.Value?.RetentionInDays is { } days ? Setting.Known(days) : default,
        }, seen.Denied);
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

    private static FunctionConfiguration Configuration(GetFunctionAnswer answer, EventInvokeConfig? invoke, string? invokesDenied, Attempt<RecursionConfig> recursion)
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
            Tracing = Given(function.TracingConfig?.Mode),
            KmsKeyArn = Given(function.KMSKeyArn),
            DeadLetterTarget = Given(function.DeadLetterConfig?.TargetArn),
            OnFailure = invokesDenied is null ? Given(invoke?.DestinationConfig?.OnFailure?.Arn) : Setting.Unknown<string>(),
            OnSuccess = invokesDenied is null ? Given(invoke?.DestinationConfig?.OnSuccess?.Arn) : Setting.Unknown<string>(),
            MaximumRetryAttempts = invokesDenied is null ? Given(invoke?.MaximumRetryAttempts) : Setting.Unknown<int>(),
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

    private static string Unqualified(string arn) => arn.Split(':') is [_, _, _, _, _, _, _, _] parts ? string.Join(':', parts[..7]) : arn;
}
