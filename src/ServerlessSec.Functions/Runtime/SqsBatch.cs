using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using ServerlessSec.Aws.Receiving;

namespace ServerlessSec.Functions.Runtime;

/// <param name="Receives">How often it was handed over, this time included.</param>
internal sealed record SqsMessage(string Id, string Body, int Receives)
{
    /// <summary>Null where the event has none.</summary>
    public string? ReceiptHandle { get; init; }

    /// <summary>Of a FIFO queue; null in others.</summary>
    public string? Group { get; init; }
}

/// <summary>
/// Works off a batch of messages from SQS and answers which of them to hand over again
/// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html). One whose work fails comes again soon,
/// and at last goes to the dead-letter queue by SQS's count; one that nobody can read goes there without waiting.
/// </summary>
internal static class SqsBatch
{
    /// <summary>Of the time that is kept back of an invocation, for what is said after its end.</summary>
    private static readonly TimeSpan LastWords = RuntimeLoop.Reserve / 2;

    /// <summary>An answer without failures.</summary>
    public static ReadOnlyMemory<byte> Done { get; } = """{"batchItemFailures":[]}"""u8.ToArray();

    /// <param name="payload">The event.</param>
    /// <param name="redelivery">Of the queue that the event comes from.</param>
    /// <param name="log">Hears of messages that are not understood or fail.</param>
    /// <param name="work">Does one message; <see cref="UnreadableMessageException"/> where it is none that is understood.</param>
    /// <param name="stop">Fails what has not begun by then.</param>
    public static async Task<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> payload, Redelivery redelivery, Log log, Func<SqsMessage, Task> work, CancellationToken stop)
    {
        var failed = new List<(SqsMessage Message, TimeSpan Delay)>();
        var held = new Dictionary<string, TimeSpan>();
        foreach (var message in Read(payload))
        {
            // What comes behind a failed message of the same group must not overtake it, and returns with it.
            if (message.Group is { } behind && held.TryGetValue(behind, out var same)) failed.Add((message, same));
            else if (await TryAsync(message, log, work, stop).ConfigureAwait(false) is { } delay)
            {
                failed.Add((message, delay));
                if (message.Group is { } group) held[group] = delay;
            }
        }

        if (failed.Count == 0) return Done;
        log.Metric("MessagesFailed", failed.Count);
        await HideAsync(failed, redelivery, log, stop).ConfigureAwait(false);
        return JsonSerializer.SerializeToUtf8Bytes(new([.. failed.Select(static f => new BatchItemFailure(f.Message.Id))]), SqsJson.Default.BatchResponse);
    }

    /// <summary>Whether the event comes from SQS at all.</summary>
    public static bool IsFrom(ReadOnlyMemory<byte> payload, string source)
    {
        using var json = JsonDocument.Parse(payload);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("Records", out var records) && records.ValueKind == JsonValueKind.Array
            && records.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } first && first.TryGetProperty("eventSource", out var from) && from.ValueEquals(source);
    }

    /// <summary>Null where the message is done, else how long it is to wait before it comes again.</summary>
    private static async Task<TimeSpan?> TryAsync(SqsMessage message, Log log, Func<SqsMessage, Task> work, CancellationToken stop)
    {
        if (stop.IsCancellationRequested) return Redelivery.After(message.Receives);
        using var scope = log.With("messageId", message.Id);
        try
        {
            await work(message).ConfigureAwait(false);
            return null;
        }
        catch (UnreadableMessageException unknown)
        {
            // It will not be read for waiting, and a group waits behind it.
            log.Warn("message not understood", ("reason", unknown.Message), ("receives", message.Receives));
            return TimeSpan.Zero;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The border of one message: the batch's others go on, and SQS counts.
            log.Error("message failed", fault, ("receives", message.Receives));
            return Redelivery.After(message.Receives);
        }
    }

    /// <summary>Where that fails, messages still come again, if late.</summary>
    private static async Task HideAsync(List<(SqsMessage Message, TimeSpan Delay)> failed, Redelivery redelivery, Log log, CancellationToken stop)
    {
        using var late = new CancellationTokenSource();
        await using var soon = stop.Register(() => late.CancelAfter(LastWords)).ConfigureAwait(false);
        try
        {
            var known = failed.Where(static f => f.Message.ReceiptHandle is not null).Select(static f => (f.Message.ReceiptHandle!, f.Delay));
            foreach (var reason in await redelivery.HideAsync(known, late.Token).ConfigureAwait(false)) log.Warn("a failed message comes again late", ("reason", reason));
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The border of the batch: what failed first is what has to be told.
            log.Warn("failed messages come again late", ("reason", fault.Message));
        }
    }

    private static ImmutableArray<SqsMessage> Read(ReadOnlyMemory<byte> payload)
    {
        var batch = JsonSerializer.Deserialize(payload.Span, SqsJson.Default.SqsEvent);
        var records = batch?.Records ?? throw new FormatException("the event has no records");
        return
        [
            .. records.Select(static r => new SqsMessage(r.MessageId, r.Body ?? "", int.TryParse(r.Attribute("ApproximateReceiveCount"), out var count) ? count : 1)
            {
                ReceiptHandle = r.ReceiptHandle,
                Group = r.EventSourceArn?.EndsWith(".fifo", StringComparison.Ordinal) == true ? r.Attribute("MessageGroupId") ?? "" : null,
            }),
        ];
    }
}

internal sealed record SqsEvent([property: JsonPropertyName("Records")] SqsRecord[]? Records);

internal sealed record SqsRecord
{
    public required string MessageId { get; init; }

    public string? ReceiptHandle { get; init; }

    public string? Body { get; init; }

    public Dictionary<string, string>? Attributes { get; init; }

    [JsonPropertyName("eventSourceARN")]
    public string? EventSourceArn { get; init; }

    public string? Attribute(string name) => Attributes?.GetValueOrDefault(name);
}

internal sealed record BatchItemFailure(string ItemIdentifier);

internal sealed record BatchResponse(BatchItemFailure[] BatchItemFailures);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BatchResponse))]
[JsonSerializable(typeof(SqsEvent))]
internal sealed partial class SqsJson : JsonSerializerContext;
