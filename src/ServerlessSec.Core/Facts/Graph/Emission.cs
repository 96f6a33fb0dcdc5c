using System.Collections.Immutable;

namespace ServerlessSec.Facts.Graph;

/// <summary>What kind of event comes out of a resource.</summary>
internal enum EmissionKind
{
    /// <summary>Objects of a bucket change.</summary>
    Objects,

    /// <summary>Items of a table change.</summary>
    Items,

    /// <summary>A message or record of the sender's making.</summary>
    Message,

    /// <summary>An event that a function puts on a bus.</summary>
    BusEvent,

    /// <summary>Lambda's own record of how an asynchronous call ended.</summary>
    Outcome,
}

/// <summary>What kind of event is under way; equal ones share a node of the graph. Lists are text, one entry a line.</summary>
internal sealed record Emission(EmissionKind Kind)
{
    private const string Created =
        "s3:ObjectCreated:Put\ns3:ObjectCreated:Post\ns3:ObjectCreated:Copy\ns3:ObjectCreated:CompleteMultipartUpload";

    /// <summary>S3 event names, a stream's event names, or how a call ended.</summary>
    public string Names { get; init; } = "";

    public string Bucket { get; init; } = "";

    /// <summary>Glob of the keys that may be written.</summary>
    public string Keys { get; init; } = "";

    /// <summary>Globs of keys that a denial takes out again.</summary>
    public string Except { get; init; } = "";

    /// <summary>Globs of the <c>source</c> that a condition allows.</summary>
    public string Sources { get; init; } = "";

    public string DetailTypes { get; init; } = "";

    public static ImmutableArray<string> Lines(string list) => list.Length == 0 ? [] : [.. list.Split('\n')];

    /// <summary>What an action sets off, by action; the graph knows no other writes.</summary>
    public static ImmutableSortedDictionary<string, Emission> ByAction { get; } = new Dictionary<string, Emission>
    {
        ["s3:PutObject"] = new(EmissionKind.Objects) { Names = Created },
        ["s3:DeleteObject"] = new(EmissionKind.Objects) { Names = "s3:ObjectRemoved:Delete\ns3:ObjectRemoved:DeleteMarkerCreated" },
        ["s3:DeleteObjectVersion"] = new(EmissionKind.Objects) { Names = "s3:ObjectRemoved:Delete" },
        ["s3:PutObjectTagging"] = new(EmissionKind.Objects) { Names = "s3:ObjectTagging:Put" },
        ["s3:DeleteObjectTagging"] = new(EmissionKind.Objects) { Names = "s3:ObjectTagging:Delete" },
        ["s3:PutObjectVersionTagging"] = new(EmissionKind.Objects) { Names = "s3:ObjectTagging:Put" },
        ["s3:DeleteObjectVersionTagging"] = new(EmissionKind.Objects) { Names = "s3:ObjectTagging:Delete" },
        ["s3:PutObjectVersionAcl"] = new(EmissionKind.Objects) { Names = "s3:ObjectAcl:Put" },
        ["s3:PutObjectAcl"] = new(EmissionKind.Objects) { Names = "s3:ObjectAcl:Put" },
        ["s3:RestoreObject"] = new(EmissionKind.Objects) { Names = "s3:ObjectRestore:Post\ns3:ObjectRestore:Completed" },
        ["dynamodb:PutItem"] = new(EmissionKind.Items) { Names = "INSERT\nMODIFY" },
        ["dynamodb:UpdateItem"] = new(EmissionKind.Items) { Names = "INSERT\nMODIFY" },
        ["dynamodb:DeleteItem"] = new(EmissionKind.Items) { Names = "REMOVE" },
        ["dynamodb:BatchWriteItem"] = new(EmissionKind.Items) { Names = "INSERT\nMODIFY\nREMOVE" },
        ["dynamodb:PartiQLInsert"] = new(EmissionKind.Items) { Names = "INSERT" },
        ["dynamodb:PartiQLUpdate"] = new(EmissionKind.Items) { Names = "MODIFY" },
        ["dynamodb:PartiQLDelete"] = new(EmissionKind.Items) { Names = "REMOVE" },
        ["sqs:SendMessage"] = new(EmissionKind.Message),
        ["sns:Publish"] = new(EmissionKind.Message),
        ["kinesis:PutRecord"] = new(EmissionKind.Message),
        ["kinesis:PutRecords"] = new(EmissionKind.Message),
        ["events:PutEvents"] = new(EmissionKind.BusEvent),
        ["states:StartExecution"] = new(EmissionKind.Message),
        ["states:StartSyncExecution"] = new(EmissionKind.Message),
        ["lambda:InvokeFunction"] = new(EmissionKind.Message),
        ["lambda:InvokeAsync"] = new(EmissionKind.Message),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The event as filters at a resource of that service see it.</summary>
    public EventShape ShapeAt(string service) => (Kind, service) switch
    {
        (EmissionKind.Objects, "events") => ObjectOnBus(),
        (EmissionKind.Objects, "sqs") => ObjectRecord().Under("body"),
        (EmissionKind.Objects, _) => ObjectRecord(),
        (EmissionKind.Items, _) => Shape(
            ["dynamodb", "eventID", "eventVersion", "awsRegion", "eventSourceARN"],
            ("eventName", Lines(Names)),
            ("eventSource", ["aws:dynamodb"])),
        (EmissionKind.BusEvent, _) => BusShape(),
        (EmissionKind.Outcome, "events") => Shape(
            ["detail", "resources", "account", "region", "time", "id", "version"],
            ("source", ["lambda"]),
            ("detail-type", [$"Lambda Function Invocation Result - {Names}"])),
        _ => EventShape.Free,
    };

    private EventShape BusShape()
    {
        var shape = Shape(["detail", "detail-type", "resources", "account", "region", "time", "id", "version"]);
        var source = Sources.Length > 0 ? EventField.Of(Lines(Sources)) : EventField.Chosen with { Excluded = "aws." };
        var fields = shape.Fields.Add("source", source);
        return shape with { Fields = DetailTypes.Length > 0 ? fields.Add("detail-type", EventField.Of(Lines(DetailTypes))) : fields };
    }

    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    private EventShape ObjectOnBus()
    {
        var names = Lines(Names);
        return Shape(
            ["resources", "account", "region", "time", "id", "version", "detail"],
            ("source", ["aws.s3"]),
            ("detail-type", [.. names.Select(BusName).Distinct()]),
            ("detail.bucket.name", [Bucket]),
            ("detail.object.key", [Keys]),
            ("detail.reason", [.. names.Select(BusReason).Distinct()]));
    }

    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    private EventShape ObjectRecord() => Shape(
        ["Records"],
        ("Records.eventSource", ["aws:s3"]),
        ("Records.eventName", [.. Lines(Names).Select(n => n["s3:".Length..])]),
        ("Records.s3.bucket.name", [Bucket]),
        ("Records.s3.object.key", [Keys]));

    private static EventShape Shape(ImmutableArray<string> open, params (string Path, ImmutableArray<string> Values)[] fields) =>
        new(fields.ToImmutableDictionary(f => f.Path, f => EventField.Of(f.Values)), open);

    private static string BusName(string name) => name.Split(':')[1] switch
    {
        "ObjectCreated" => "Object Created",
        "ObjectRemoved" => "Object Deleted",
        "ObjectAcl" => "Object ACL Updated",
        "ObjectTagging" => name.EndsWith("Put", StringComparison.Ordinal) ? "Object Tags Added" : "Object Tags Deleted",
        _ => name.EndsWith("Completed", StringComparison.Ordinal) ? "Object Restore Completed" : "Object Restore Initiated",
    };

    private static string BusReason(string name) => name switch
    {
        "s3:ObjectCreated:Put" => "PutObject",
        "s3:ObjectCreated:Post" => "POST Object",
        "s3:ObjectCreated:Copy" => "CopyObject",
        "s3:ObjectCreated:CompleteMultipartUpload" => "CompleteMultipartUpload",
        "s3:ObjectRemoved:Delete" or "s3:ObjectRemoved:DeleteMarkerCreated" => "DeleteObject",
        _ => "*",
    };
}
