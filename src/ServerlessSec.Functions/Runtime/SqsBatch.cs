using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerlessSec.Functions.Runtime;

/// <param name="Receives">How often it was handed over, this time included.</param>
internal sealed record SqsMessage(string Id, string Body, int Receives);

/// <summary>
/// Works off a batch of messages from SQS and answers which of them to hand over again
/// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html). A message that nobody can read is
/// done with after a log line; one whose work fails comes again, and then goes to the dead-letter queue by SQS's count.
/// </summary>
internal static class SqsBatch
{
    /// <summary>An answer without failures.</summary>
    public static ReadOnlyMemory<byte> Done { get; } = """{"batchItemFailures":[]}"""u8.ToArray();

    /// <param name="payload">The event.</param>
    /// <param name="log">Hears of messages that are not understood or fail.</param>
    /// <param name="work">Does one message; <see cref="FormatException"/> where it is none that is understood.</param>
    /// <param name="stop">Fails what has not begun by then.</param>
    public static async Task<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> payload, Log log, Func<SqsMessage, Task> work, CancellationToken stop)
    {
        var (messages, isFifo) = Read(payload);
        var failed = new List<BatchItemFailure>();
        foreach (var message in messages)
        {
            // What comes behind a failed message of the same group must not overtake it.
            if (stop.IsCancellationRequested || (isFifo && failed.Count > 0) || !await TryAsync(message, log, work).ConfigureAwait(false)) failed.Add(new(message.Id));
        }

        return failed.Count == 0 ? Done : JsonSerializer.SerializeToUtf8Bytes(new([.. failed]), SqsJson.Default.BatchResponse);
    }

    /// <summary>Whether the event comes from SQS at all.</summary>
    public static bool IsFrom(ReadOnlyMemory<byte> payload, string source)
    {
        using var json = JsonDocument.Parse(payload);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("Records", out var records) && records.ValueKind == JsonValueKind.Array
            && records.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } first && first.TryGetProperty("eventSource", out var from) && from.ValueEquals(source);
    }

    private static async Task<bool> TryAsync(SqsMessage message, Log log, Func<SqsMessage, Task> work)
    {
        using var scope = log.With("messageId", message.Id);
        try
        {
            await work(message).ConfigureAwait(false);
            return true;
        }
        catch (FormatException unknown)
        {
            log.Warn("message not understood", ("reason", unknown.Message));
            return true;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The border of one message: the batch's others go on, and SQS counts.
            log.Error("message failed", fault, ("receives", message.Receives));
            return false;
        }
    }

    private static (ImmutableArray<SqsMessage> Messages, bool IsFifo) Read(ReadOnlyMemory<byte> payload)
    {
        var batch = JsonSerializer.Deserialize(payload.Span, SqsJson.Default.SqsEvent);
        var records = batch?.Records ?? throw new FormatException("the event has no records");
        return (
            [.. records.Select(static r => new SqsMessage(r.MessageId, r.Body ?? "", int.TryParse(r.Attributes?.GetValueOrDefault("ApproximateReceiveCount"), out var count) ? count : 1))],
            records.Any(static r => r.EventSourceArn?.EndsWith(".fifo", StringComparison.Ordinal) == true));
    }
}

internal sealed record SqsEvent([property: JsonPropertyName("Records")] SqsRecord[]? Records);

internal sealed record SqsRecord
{
    public required string MessageId { get; init; }

    public string? Body { get; init; }

    public Dictionary<string, string>? Attributes { get; init; }

    [JsonPropertyName("eventSourceARN")]
    public string? EventSourceArn { get; init; }
}

internal sealed record BatchItemFailure(string ItemIdentifier);

internal sealed record BatchResponse(BatchItemFailure[] BatchItemFailures);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BatchResponse))]
[JsonSerializable(typeof(SqsEvent))]
internal sealed partial class SqsJson : JsonSerializerContext;
