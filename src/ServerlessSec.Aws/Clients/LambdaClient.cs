using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Amazon.Runtime;
using ServerlessSec.Aws.Clients.Wire;

namespace ServerlessSec.Aws.Clients;

/// <summary>The Lambda operations that the scanner calls (https://docs.aws.amazon.com/lambda/latest/api/).</summary>
/// <param name="pace">Awaited before each call: the control plane gives the whole account 15 a second.</param>
internal sealed class LambdaClient(AWSCredentials credentials, Action<ClientConfig> configure, Func<CancellationToken, Task>? pace = null)
    : WireClient(Service, credentials, configure)
{
    private static readonly WireService Service = new("Lambda", "lambda", "lambda", "2015-03-31");

    protected override Task PaceAsync(CancellationToken stop) => pace?.Invoke(stop) ?? Task.CompletedTask;

    public Task<GetFunctionAnswer> GetFunctionAsync(string function, string? qualifier, CancellationToken stop) =>
        RestAsync(Get("GetFunction", "/2015-03-31/functions/{FunctionName}", function, qualifier), LambdaJson.Default.GetFunctionAnswer, stop);

    /// <summary>The resource policy of one qualifier, as JSON text.</summary>
    public async Task<string> GetPolicyAsync(string function, string? qualifier, CancellationToken stop) =>
        (await RestAsync(Get("GetPolicy", "/2015-03-31/functions/{FunctionName}/policy", function, qualifier), LambdaJson.Default.PolicyAnswer, stop)
            .ConfigureAwait(false)).Policy;

    public Task<RecursionConfig> GetFunctionRecursionConfigAsync(string function, CancellationToken stop) =>
        RestAsync(
            Get("GetFunctionRecursionConfig", "/2024-08-31/functions/{FunctionName}/recursion-config", function, null), LambdaJson.Default.RecursionConfig, stop);

    public Task<LayerVersionAnswer> GetLayerVersionByArnAsync(string arn, CancellationToken stop)
    {
        var request = new WireRequest { Operation = "GetLayerVersionByArn", Method = "GET", Path = "/2018-10-31/layers" };
        request.Query["find"] = "LayerVersion";
        request.Query["Arn"] = arn;
        return RestAsync(request, LambdaJson.Default.LayerVersionAnswer, stop);
    }

    public IAsyncEnumerable<FunctionDescription> ListFunctionsAsync(CancellationToken stop) => PagesAsync(
        "ListFunctions", "/2015-03-31/functions", null, [], LambdaJson.Default.ListFunctionsAnswer, static p => p.Functions, static p => p.NextMarker, stop);

    public IAsyncEnumerable<AliasDescription> ListAliasesAsync(string function, CancellationToken stop) => PagesAsync(
        "ListAliases", "/2015-03-31/functions/{FunctionName}/aliases", function, [], LambdaJson.Default.ListAliasesAnswer,
        static p => p.Aliases, static p => p.NextMarker, stop);

    /// <summary>The URLs of the function and of its aliases.</summary>
    public IAsyncEnumerable<FunctionUrlConfig> ListFunctionUrlConfigsAsync(string function, CancellationToken stop) => PagesAsync(
        "ListFunctionUrlConfigs", "/2021-10-31/functions/{FunctionName}/urls", function, [], LambdaJson.Default.ListFunctionUrlConfigsAnswer,
        static p => p.FunctionUrlConfigs, static p => p.NextMarker, stop);

    /// <summary>What becomes of asynchronous events of the function, its versions and aliases.</summary>
    public IAsyncEnumerable<EventInvokeConfig> ListFunctionEventInvokeConfigsAsync(string function, CancellationToken stop) => PagesAsync(
        "ListFunctionEventInvokeConfigs", "/2019-09-25/functions/{FunctionName}/event-invoke-config/list", function, [],
        LambdaJson.Default.ListFunctionEventInvokeConfigsAnswer, static p => p.FunctionEventInvokeConfigs, static p => p.NextMarker, stop);

    /// <param name="function">With or without a qualifier; null lists the mappings of all functions.</param>
    public IAsyncEnumerable<EventSourceMapping> ListEventSourceMappingsAsync(string? function, CancellationToken stop) => PagesAsync(
        "ListEventSourceMappings", "/2015-03-31/event-source-mappings", null, new() { ["FunctionName"] = function },
        LambdaJson.Default.ListEventSourceMappingsAnswer, static p => p.EventSourceMappings, static p => p.NextMarker, stop);

    private async IAsyncEnumerable<TItem> PagesAsync<TPage, TItem>(
        string operation,
        string path,
        string? function,
        Dictionary<string, string?> query,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<TPage> type,
        Func<TPage, ImmutableArray<TItem>> items,
        Func<TPage, string?> next,
        [EnumeratorCancellation] CancellationToken stop)
    {
        string? marker = null;
        do
        {
            var request = new WireRequest { Operation = operation, Method = "GET", Path = path };
            if (function is not null) request.PathParts["{FunctionName}"] = function;
            foreach (var (name, value) in query) request.Query[name] = value;
            request.Query["Marker"] = marker;
            request.Query["MaxItems"] = 50.ToString(CultureInfo.InvariantCulture);
            var page = await RestAsync(request, type, stop).ConfigureAwait(false);
            if (items(page) is { IsDefault: false } some)
            {
                foreach (var item in some) yield return item;
            }

            marker = next(page);
        }
        while (!string.IsNullOrEmpty(marker));
    }

    private static WireRequest Get(string operation, string path, string function, string? qualifier)
    {
        var request = new WireRequest { Operation = operation, Method = "GET", Path = path };
        request.PathParts["{FunctionName}"] = function;
        request.Query["Qualifier"] = qualifier;
        return request;
    }
}

// A member that an answer lacks is set all the same, to nothing: collections turn that into none.
internal sealed record GetFunctionAnswer
{
    public required FunctionDescription Configuration { get; init; }

    public CodeLocation? Code { get; init; }

    public Dictionary<string, string> Tags { get; init => field = value ?? []; } = [];

    public ConcurrencyDescription? Concurrency { get; init; }
}

/// <summary>Where the code can be had; <see cref="Location"/> is a presigned URL for GET that lives about ten minutes.</summary>
internal sealed record CodeLocation
{
    public string? RepositoryType { get; init; }

    public string? Location { get; init; }

    public string? ImageUri { get; init; }

    public string? ResolvedImageUri { get; init; }

    public string? SourceKMSKeyArn { get; init; }

    /// <summary>Of code that stays in its owner's bucket; then there is no presigned URL.</summary>
    public ResolvedObject? ResolvedS3Object { get; init; }

    public CodeError? Error { get; init; }
}

internal sealed record CodeError(string? ErrorCode, string? Message);

internal sealed record ResolvedObject(string S3Bucket, string S3Key, string? S3ObjectVersion);

internal sealed record ConcurrencyDescription(int? ReservedConcurrentExecutions);

internal sealed record FunctionDescription
{
    public required string FunctionName { get; init; }

    public required string FunctionArn { get; init; }

    public string? Version { get; init; }

    public string? Runtime { get; init; }

    public string? Handler { get; init; }

    public string? Role { get; init; }

    public string? PackageType { get; init; }

    public long CodeSize { get; init; }

    public string? CodeSha256 { get; init; }

    public string? LastModified { get; init; }

    public string? RevisionId { get; init; }

    public string? State { get; init; }

    public string? LastUpdateStatus { get; init; }

    public int? Timeout { get; init; }

    public int? MemorySize { get; init; }

    public string? KMSKeyArn { get; init; }

    public ImmutableArray<string> Architectures { get; init => field = value.IsDefault ? [] : value; } = [];

    public TracingDescription? TracingConfig { get; init; }

    public DeadLetterDescription? DeadLetterConfig { get; init; }

    public EnvironmentDescription? Environment { get; init; }

    public ImmutableArray<LayerDescription> Layers { get; init => field = value.IsDefault ? [] : value; } = [];

    public LoggingDescription? LoggingConfig { get; init; }

    public VpcDescription? VpcConfig { get; init; }
}

internal sealed record TracingDescription(string? Mode);

internal sealed record DeadLetterDescription(string? TargetArn);

internal sealed record EnvironmentDescription
{
    public Dictionary<string, string> Variables { get; init => field = value ?? []; } = [];

    public EnvironmentError? Error { get; init; }
}

internal sealed record EnvironmentError(string? ErrorCode, string? Message);

internal sealed record LayerDescription(string Arn, long CodeSize);

internal sealed record LoggingDescription(string? LogGroup, string? LogFormat);

internal sealed record VpcDescription(string? VpcId);

internal sealed record PolicyAnswer(string Policy, string? RevisionId);

internal sealed record FunctionUrlConfig(string FunctionArn, string FunctionUrl, string AuthType);

internal sealed record EventInvokeConfig
{
    public required string FunctionArn { get; init; }

    public int? MaximumRetryAttempts { get; init; }

    public DestinationConfig? DestinationConfig { get; init; }
}

internal sealed record DestinationConfig(Destination? OnSuccess, Destination? OnFailure);

// The API's member has this name.
internal sealed record Destination([property: JsonPropertyName("Destination")] string? Arn);

internal sealed record RecursionConfig(string RecursiveLoop);

internal sealed record LayerVersionAnswer
{
    public LayerContent? Content { get; init; }

    public string? LayerVersionArn { get; init; }
}

internal sealed record LayerContent
{
    public string? Location { get; init; }

    public ResolvedObject? ResolvedS3Object { get; init; }

    public string? CodeSha256 { get; init; }

    public long CodeSize { get; init; }
}

internal sealed record AliasDescription
{
    public required string Name { get; init; }

    public required string FunctionVersion { get; init; }

    public AliasRouting? RoutingConfig { get; init; }
}

internal sealed record AliasRouting
{
    public Dictionary<string, double> AdditionalVersionWeights { get; init => field = value ?? []; } = [];
}

internal sealed record EventSourceMapping
{
    public required string UUID { get; init; }

    public string? EventSourceArn { get; init; }

    public string? FunctionArn { get; init; }

    public string? State { get; init; }

    public int? BatchSize { get; init; }

    public int? MaximumRetryAttempts { get; init; }

    public ImmutableArray<string> FunctionResponseTypes { get; init => field = value.IsDefault ? [] : value; } = [];

    public FilterCriteria? FilterCriteria { get; init; }

    public DestinationConfig? DestinationConfig { get; init; }

    public ScalingConfig? ScalingConfig { get; init; }
}

internal sealed record FilterCriteria
{
    public ImmutableArray<EventFilter> Filters { get; init => field = value.IsDefault ? [] : value; } = [];
}

internal sealed record EventFilter(string? Pattern);

internal sealed record ScalingConfig(int? MaximumConcurrency);

internal sealed record ListFunctionsAnswer(ImmutableArray<FunctionDescription> Functions, string? NextMarker);

internal sealed record ListAliasesAnswer(ImmutableArray<AliasDescription> Aliases, string? NextMarker);

internal sealed record ListFunctionUrlConfigsAnswer(ImmutableArray<FunctionUrlConfig> FunctionUrlConfigs, string? NextMarker);

internal sealed record ListFunctionEventInvokeConfigsAnswer(ImmutableArray<EventInvokeConfig> FunctionEventInvokeConfigs, string? NextMarker);

internal sealed record ListEventSourceMappingsAnswer(ImmutableArray<EventSourceMapping> EventSourceMappings, string? NextMarker);

[JsonSerializable(typeof(GetFunctionAnswer))]
[JsonSerializable(typeof(PolicyAnswer))]
[JsonSerializable(typeof(RecursionConfig))]
[JsonSerializable(typeof(LayerVersionAnswer))]
[JsonSerializable(typeof(ListFunctionsAnswer))]
[JsonSerializable(typeof(ListAliasesAnswer))]
[JsonSerializable(typeof(ListFunctionUrlConfigsAnswer))]
[JsonSerializable(typeof(ListFunctionEventInvokeConfigsAnswer))]
[JsonSerializable(typeof(ListEventSourceMappingsAnswer))]
internal sealed partial class LambdaJson : JsonSerializerContext;
