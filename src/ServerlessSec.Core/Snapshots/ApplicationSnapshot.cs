using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ServerlessSec.Snapshots;

/// <summary>The functions that belong together, and what connects them: one template, directory, or account and Region.</summary>
public sealed record ApplicationSnapshot
{
    /// <summary>Path of the template or package, or <c>arn:PARTITION:lambda:REGION:ACCOUNT</c>.</summary>
    public required string Name { get; init; }

    public ImmutableArray<FunctionSnapshot> Functions { get; init; } = [];

    public ImmutableArray<ResourceSnapshot> Resources { get; init; } = [];

    /// <summary>Events that pass from one resource to another on their way to a function.</summary>
    public ImmutableArray<Delivery> Deliveries { get; init; } = [];

    public ImmutableArray<Gap> Gaps { get; init; } = [];

    /// <summary>Comments of the template that address the scanner.</summary>
    public ImmutableArray<InlineComment> Comments { get; init; } = [];
}

[JsonConverter(typeof(EnumText<ResourceKind>))]
public enum ResourceKind
{
    Bucket,
    Queue,
    Topic,
    Table,
    Stream,
    EventBus,
    Rule,
    Api,
    StateMachine,
    Other,
}

/// <summary>A bucket, queue, topic, table, rule … that functions name.</summary>
public sealed record ResourceSnapshot
{
    public required string Id { get; init; }

    public required ResourceKind Kind { get; init; }

    /// <summary>CloudFormation type.</summary>
    public required string Type { get; init; }

    public required string Arn { get; init; }

    public SourceLocation? Location { get; init; }

    /// <summary>Of a queue: the ARN of its dead-letter queue.</summary>
    public Setting<string> DeadLetterTarget { get; init; }

    public ImmutableArray<PolicySnapshot> Policies { get; init; } = [];

    /// <summary>All given properties as JSON text by name, holes included.</summary>
    public ImmutableSortedDictionary<string, string> Properties { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>One hop of an event between two resources: topic to queue, bucket to queue, rule to topic, bus to rule,
/// queue to dead-letter queue.</summary>
public sealed record Delivery
{
    public required TriggerKind Kind { get; init; }

    public required string From { get; init; }

    public required string To { get; init; }

    public SourceLocation? Location { get; init; }

    public ImmutableArray<string> Events { get; init; } = [];

    public Setting<string> Prefix { get; init; }

    public Setting<string> Suffix { get; init; }

    public ImmutableArray<string> Patterns { get; init; } = [];

    public bool PatternsUnknown { get; init; }
}

/// <summary>A comment that names the scanner, and the resource it stands in.</summary>
public sealed record InlineComment(string Text, string? ResourceId, SourceLocation Location);
