using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessSec.Emulation.Emulator;
using ServerlessSec.Emulation.Functions;

namespace ServerlessSec.Emulation.Sources;

/// <summary>Takes batches from a queue to a function and deletes what was done, as Lambda's own pollers do.</summary>
internal sealed class QueuePoller(Mapping mapping, AwsCaller aws, Watcher watcher, FunctionHost functions, CloudOptions options, string address, Action<string> report)
{
    private readonly SemaphoreSlim slots = new(mapping.Concurrency);
    private int busy;

    private readonly string url = $"{address}/123456789012/{mapping.QueueName}";

    /// <summary>A batch is taken, worked on or deleted.</summary>
    public bool IsBusy => Volatile.Read(ref busy) > 0;

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var coming = watcher.NextAsync(stop);
                await slots.WaitAsync(stop).ConfigureAwait(false);
                Interlocked.Increment(ref busy);
                List<JsonObject> messages = [];
                try
                {
                    if (watcher.Current.Queues.TryGetValue(mapping.Source, out var state) && state.Visible > 0) messages = await ReceiveAsync(stop).ConfigureAwait(false);
                }
                finally
                {
                    if (messages.Count == 0) Leave();
                }

                if (messages.Count > 0)
                {
                    _ = WorkAsync(messages, stop).ContinueWith(
                        t => report($"polling '{mapping.QueueName}': {t.Exception!.InnerException}"), stop, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                    continue;
                }

                await coming.ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The cloud is being taken down.
        }
    }

    private async Task<List<JsonObject>> ReceiveAsync(CancellationToken stop)
    {
        var answer = await aws.JsonAsync("sqs", "AmazonSQS.ReceiveMessage", new()
        {
            ["QueueUrl"] = url,
            ["MaxNumberOfMessages"] = Math.Min(10, mapping.BatchSize),
            ["AttributeNames"] = new JsonArray("All"),
            ["MessageSystemAttributeNames"] = new JsonArray("All"),
            ["MessageAttributeNames"] = new JsonArray("All"),
        }, stop: stop).ConfigureAwait(false);
        return [.. answer["Messages"]?.AsArray().Select(static m => m!.AsObject()) ?? []];
    }

    private async Task WorkAsync(List<JsonObject> messages, CancellationToken stop)
    {
        try
        {
            var wanted = messages.Where(m => EventFilter.Passes(mapping.Filters, ForFilter(m))).ToList();
            await DeleteAsync(messages.Except(wanted), stop).ConfigureAwait(false);
            if (wanted.Count == 0) return;
            var payload = new JsonObject { ["Records"] = new JsonArray([.. wanted.Select(Record)]) };
            var outcome = await functions.InvokeAsync(mapping.Function, JsonSerializer.SerializeToUtf8Bytes(payload), stop).ConfigureAwait(false);
            var failed = mapping.Failures(outcome, [.. wanted.Select(static m => Text(m, "MessageId"))]);
            await DeleteAsync(wanted.Where(m => failed?.Contains(Text(m, "MessageId")) == false), stop).ConfigureAwait(false);
        }
        catch (Exception fault) when (stop.IsCancellationRequested && fault is OperationCanceledException or HttpRequestException)
        {
            // The message stays in flight, as it would in AWS.
        }
        finally
        {
            Leave();
        }
    }

    private JsonObject Record(JsonObject message)
    {
        var attributes = new JsonObject();
        foreach (var (name, value) in message["MessageAttributes"]?.AsObject() ?? [])
        {
            attributes[name] = new JsonObject
            {
                ["stringValue"] = value!["StringValue"]?.DeepClone(),
                ["binaryValue"] = value["BinaryValue"]?.DeepClone(),
                ["dataType"] = value["DataType"]?.DeepClone(),
            };
        }

        return new()
        {
            ["messageId"] = Text(message, "MessageId"),
            ["receiptHandle"] = Text(message, "ReceiptHandle"),
            ["body"] = Text(message, "Body"),
            ["attributes"] = message["Attributes"]?.DeepClone() ?? new JsonObject(),
            ["messageAttributes"] = attributes,
            ["md5OfBody"] = Text(message, "MD5OfBody"),
            ["eventSource"] = "aws:sqs",
            ["eventSourceARN"] = mapping.Source,
            ["awsRegion"] = options.Region,
        };
    }

    private JsonObject ForFilter(JsonObject message)
    {
        var record = Record(message);
        try
        {
            if (JsonNode.Parse(Text(message, "Body")) is JsonObject body) record["body"] = body;
        }
        catch (JsonException)
        {
            // A body that is no JSON is compared as text.
        }

        return record;
    }

    private async Task DeleteAsync(IEnumerable<JsonObject> messages, CancellationToken stop)
    {
        JsonArray entries = [.. messages.Select(static (m, i) => new JsonObject { ["Id"] = $"m{i}", ["ReceiptHandle"] = Text(m, "ReceiptHandle") })];
        if (entries.Count > 0) await aws.JsonAsync("sqs", "AmazonSQS.DeleteMessageBatch", new() { ["QueueUrl"] = url, ["Entries"] = entries }, stop: stop).ConfigureAwait(false);
    }

    private void Leave()
    {
        Interlocked.Decrement(ref busy);
        slots.Release();
    }

    private static string Text(JsonObject message, string name) => message[name]?.GetValue<string>() ?? "";
}
