using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

/// <summary>An action, and the events that it makes a source send; none named where the source has only one kind.</summary>
public sealed record EventProducingAction(string Action, ImmutableArray<string> Events);

/// <summary>Which permissions let a function feed the source that triggers it.</summary>
public static class EventProducingActions
{
    private static readonly ImmutableArray<EventProducingAction> OfBuckets =
    [
        // Copying and finishing a multipart upload need no other permission than writing.
        Of("s3:PutObject", "s3:ObjectCreated:Put", "s3:ObjectCreated:Post", "s3:ObjectCreated:Copy", "s3:ObjectCreated:CompleteMultipartUpload"),
        Of("s3:ReplicateObject", "s3:ObjectCreated:Put"),
        Of("s3:DeleteObject", "s3:ObjectRemoved:Delete", "s3:ObjectRemoved:DeleteMarkerCreated"),
        Of("s3:DeleteObjectVersion", "s3:ObjectRemoved:Delete"),
        Of("s3:RestoreObject", "s3:ObjectRestore:Post", "s3:ObjectRestore:Completed", "s3:ObjectRestore:Delete"),
        Of("s3:PutObjectTagging", "s3:ObjectTagging:Put"),
        Of("s3:PutObjectVersionTagging", "s3:ObjectTagging:Put"),
        Of("s3:DeleteObjectTagging", "s3:ObjectTagging:Delete"),
        Of("s3:DeleteObjectVersionTagging", "s3:ObjectTagging:Delete"),
        Of("s3:PutObjectAcl", "s3:ObjectAcl:Put"),
        Of("s3:PutObjectVersionAcl", "s3:ObjectAcl:Put"),
    ];

    private static readonly ImmutableArray<EventProducingAction> OfTables =
    [
        Of("dynamodb:PutItem", "INSERT", "MODIFY"),
        Of("dynamodb:UpdateItem", "INSERT", "MODIFY"),
        Of("dynamodb:DeleteItem", "REMOVE"),
        Of("dynamodb:BatchWriteItem", "INSERT", "MODIFY", "REMOVE"),
        Of("dynamodb:PartiQLInsert", "INSERT"),
        Of("dynamodb:PartiQLUpdate", "MODIFY"),
        Of("dynamodb:PartiQLDelete", "REMOVE"),
    ];

    private static readonly ImmutableArray<EventProducingAction> OfQueues = [Of("sqs:SendMessage")];
    private static readonly ImmutableArray<EventProducingAction> OfTopics = [Of("sns:Publish")];
    private static readonly ImmutableArray<EventProducingAction> OfStreams = [Of("kinesis:PutRecord"), Of("kinesis:PutRecords")];
    private static readonly ImmutableArray<EventProducingAction> OfBuses = [Of("events:PutEvents")];
    private static readonly ImmutableArray<EventProducingAction> OfLogs = [Of("logs:PutLogEvents")];
    private static readonly ImmutableArray<EventProducingAction> OfTopicsOfThings = [Of("iot:Publish"), Of("iot:RetainPublish")];
    private static readonly ImmutableArray<EventProducingAction> OfClusters = [Of("kafka-cluster:WriteData")];
    private static readonly ImmutableArray<EventProducingAction> OfApis = [Of("execute-api:Invoke")];
    private static readonly ImmutableArray<EventProducingAction> OfStateMachines = [Of("states:StartExecution"), Of("states:StartSyncExecution")];

    /// <summary>To call a function itself.</summary>
    public static ImmutableArray<EventProducingAction> OfFunctions { get; } = [Of("lambda:InvokeFunction"), Of("lambda:InvokeAsync")];

    /// <summary>Empty for a kind that nobody with permissions can feed, such as a schedule.</summary>
    public static ImmutableArray<EventProducingAction> Of(TriggerKind kind) => kind switch
    {
        TriggerKind.S3 => OfBuckets,
        TriggerKind.DynamoDb => OfTables,
        TriggerKind.Sqs => OfQueues,
        TriggerKind.Sns => OfTopics,
        TriggerKind.Kinesis => OfStreams,
        TriggerKind.EventBridge => OfBuses,
        TriggerKind.Logs => OfLogs,
        TriggerKind.Iot => OfTopicsOfThings,
        TriggerKind.Kafka => OfClusters,
        TriggerKind.StepFunctions => OfStateMachines,
        TriggerKind.HttpApi or TriggerKind.RestApi or TriggerKind.WebSocketApi => OfApis,
        _ => [],
    };

    /// <summary>Those that make one of the events that a trigger listens to, which may end in a star; all where it names none.</summary>
    public static ImmutableArray<EventProducingAction> Of(TriggerKind kind, ImmutableArray<string> listened) =>
        listened.IsDefaultOrEmpty ? Of(kind) : [.. Of(kind).Where(action => action.Events.IsEmpty || action.Events.Any(name => listened.Any(pattern => Hears(pattern, name))))];

    /// <summary>What the action must be allowed on: the objects of a bucket under prefix and suffix, the table of a stream, else the source itself.</summary>
    public static string Target(TriggerKind kind, string source, string prefix = "", string suffix = "") => kind switch
    {
        TriggerKind.S3 => $"{source}/{prefix}*{suffix}",
        TriggerKind.DynamoDb when source.IndexOf("/stream/", StringComparison.Ordinal) is > 0 and var stream => source[..stream],
        _ => source,
    };

    // Events are written with and without the service before them.
    private static bool Hears(string pattern, string name) =>
        Glob.Overlaps(Glob.Parse(Short(pattern)), Glob.Parse(Short(name))) != Match.No;

    private static string Short(string name) => name.StartsWith("s3:", StringComparison.Ordinal) ? name[3..] : name;

    private static EventProducingAction Of(string action, params string[] events) => new(action, [.. events]);
}
