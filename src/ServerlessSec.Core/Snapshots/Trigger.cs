using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ServerlessSec.Snapshots;

[JsonConverter(typeof(EnumText<TriggerKind>))]
public enum TriggerKind
{
    HttpApi,
    RestApi,
    WebSocketApi,
    LoadBalancer,
    S3,
    Sns,
    Sqs,
    DynamoDb,
    Kinesis,
    Kafka,
    Mq,
    DocumentDb,
    EventBridge,
    Schedule,
    Logs,
    Cognito,
    Iot,
    Alexa,
    AppSync,
    StepFunctions,
    Other,
}

/// <summary>Who may call a route.</summary>
[JsonConverter(typeof(EnumText<RouteAuthorization>))]
public enum RouteAuthorization
{
    Unknown,
    None,

    /// <summary>A usage-plan key identifies a caller; it is no authorization.</summary>
    ApiKeyOnly,
    Iam,
    Authorizer,

    /// <summary>Open by itself, but the API's resource policy or a private endpoint closes it.</summary>
    ClosedByApi,
}

/// <summary>One event source that invokes a function.</summary>
public sealed record Trigger
{
    public required TriggerKind Kind { get; init; }

    /// <summary>The event's name in the template, or the id of the mapping, rule, or route.</summary>
    public required string Name { get; init; }

    /// <summary>ARN of what the events come from, with holes; null where it has none or is unknown.</summary>
    public string? Source { get; init; }

    public SourceLocation? Location { get; init; }

    /// <summary>False only where it is known to be switched off.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Set for routes of HTTP, REST and WebSocket APIs.</summary>
    public Route? Route { get; init; }

    /// <summary>S3 event names, such as <c>s3:ObjectCreated:*</c>.</summary>
    public ImmutableArray<string> Events { get; init; } = [];

    /// <summary>S3 key prefix and suffix; empty matches everything, unknown is unknown.</summary>
    public Setting<string> Prefix { get; init; }

    public Setting<string> Suffix { get; init; }

    /// <summary>EventBridge pattern, SNS filter policy, or event filters of a mapping: JSON texts, any of which lets an
    /// event through; empty lets all through.</summary>
    public ImmutableArray<string> Patterns { get; init; } = [];

    /// <summary>A pattern or filter is there but could not be read.</summary>
    public bool PatternsUnknown { get; init; }

    /// <summary>Schedule expression.</summary>
    public Setting<string> Schedule { get; init; }

    public Setting<int> BatchSize { get; init; }

    public Setting<int> MaximumConcurrency { get; init; }

    public Setting<int> MaximumRetryAttempts { get; init; }

    /// <summary>ARN that the mapping or rule target sends what failed to.</summary>
    public Setting<string> OnFailure { get; init; }

    public ImmutableArray<string> FunctionResponseTypes { get; init; } = [];
}

/// <summary>A way in through an API: method, path, and who may take it.</summary>
public sealed record Route
{
    /// <summary>Logical id or id of the API.</summary>
    public required string Api { get; init; }

    /// <summary>Upper case; <c>ANY</c> for all.</summary>
    public required string Method { get; init; }

    public required string Path { get; init; }

    public RouteAuthorization Authorization { get; init; }

    /// <summary>Whether stage, method or usage plan limits the rate.</summary>
    public Setting<bool> Throttled { get; init; }
}
