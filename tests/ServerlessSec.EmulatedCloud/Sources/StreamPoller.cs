using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessSec.Emulation.Emulator;
using ServerlessSec.Emulation.Functions;

namespace ServerlessSec.Emulation.Sources;

/// <summary>Takes the records of a table's stream to a function, in order; what fails too often goes to the mapping's destination.</summary>
internal sealed class StreamPoller(Mapping mapping, AwsCaller aws, Watcher watcher, FunctionHost functions, CloudOptions options, string address)
{
    private const string Service = "DynamoDBStreams_20120810.";

    private int done;

    /// <summary>Records are read and forgotten, as when the function was away for longer than a stream remembers.</summary>
    public bool Drops { get; set; }

    public string Source => mapping.Source;

    /// <summary>How many records of the stream are dealt with.</summary>
    public int Done => Volatile.Read(ref done);

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            var iterator = await IteratorAsync(stop).ConfigureAwait(false);
            while (true)
            {
                var coming = watcher.NextAsync(stop);
                if (watcher.Current.Streams.GetValueOrDefault(mapping.Source) > done) iterator = await ReadAsync(iterator, stop).ConfigureAwait(false);
                else await coming.ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The cloud is being taken down.
        }
    }

    /// <summary>The stream is read from where it stands now.</summary>
    public void Begin(CloudState state) => done = state.Streams.GetValueOrDefault(mapping.Source);

    /// <summary>An iterator behind what the stream had when the mapping began.</summary>
    private async Task<string> IteratorAsync(CancellationToken stop)
    {
        var stream = await aws.JsonAsync("dynamodb", Service + "DescribeStream", new() { ["StreamArn"] = mapping.Source }, stop: stop).ConfigureAwait(false);
        var first = await aws.JsonAsync("dynamodb", Service + "GetShardIterator", new()
        {
            ["StreamArn"] = mapping.Source,
            ["ShardId"] = stream["StreamDescription"]!["Shards"]![0]!["ShardId"]!.GetValue<string>(),
            ["ShardIteratorType"] = "TRIM_HORIZON",
        }, stop: stop).ConfigureAwait(false);
        var iterator = first["ShardIterator"]!.GetValue<string>();
        for (var skipped = 0; skipped < done;)
        {
            var page = await GetAsync(iterator, Math.Min(1000, done - skipped), stop).ConfigureAwait(false);
            skipped += page["Records"]!.AsArray().Count;
            iterator = page["NextShardIterator"]!.GetValue<string>();
        }

        return iterator;
    }

    private Task<JsonObject> GetAsync(string iterator, int limit, CancellationToken stop) =>
        aws.JsonAsync("dynamodb", Service + "GetRecords", new() { ["ShardIterator"] = iterator, ["Limit"] = limit }, stop: stop);

    private async Task<string> ReadAsync(string iterator, CancellationToken stop)
    {
        var answer = await GetAsync(iterator, Math.Min(1000, mapping.BatchSize), stop).ConfigureAwait(false);
        var records = answer["Records"]!.AsArray().Select(static r => r!.AsObject()).ToList();
        var wanted = Drops ? [] : records.Where(r => EventFilter.Passes(mapping.Filters, r)).ToList();
        for (var attempt = 0; wanted.Count > 0; attempt++)
        {
            var failed = await InvokeAsync(wanted, stop).ConfigureAwait(false);
            if (failed == wanted.Count) break;
            // The batch is tried again from the first record that failed.
            if (failed > 0) attempt = 0;
            wanted.RemoveRange(0, failed);
            if (attempt < (mapping.Retries ?? int.MaxValue)) continue;
            await GiveUpAsync(wanted, attempt + 1, stop).ConfigureAwait(false);
            break;
        }

        Interlocked.Add(ref done, records.Count);
        return answer["NextShardIterator"]!.GetValue<string>();
    }

    /// <summary>How many records of the beginning were dealt with.</summary>
    private async Task<int> InvokeAsync(List<JsonObject> records, CancellationToken stop)
    {
        var payload = new JsonObject { ["Records"] = new JsonArray([.. records.Select(Record)]) };
        var outcome = await functions.InvokeAsync(mapping.Function, JsonSerializer.SerializeToUtf8Bytes(payload), stop).ConfigureAwait(false);
        var numbers = records.Select(Number).ToList();
        if (mapping.Failures(outcome, numbers) is not { } failed) return 0;
        var first = numbers.FindIndex(failed.Contains);
        return first < 0 ? records.Count : first;
    }

    private JsonNode Record(JsonObject record)
    {
        var copy = record.DeepClone().AsObject();
        copy["eventSourceARN"] = mapping.Source;
        copy["awsRegion"] = options.Region;
        return copy;
    }

    private async Task GiveUpAsync(List<JsonObject> records, int attempts, CancellationToken stop)
    {
        if (mapping.OnFailure is not { } destination) return;
        var body = new JsonObject
        {
            ["requestContext"] = new JsonObject { ["functionArn"] = mapping.Function, ["condition"] = "RetryAttemptsExhausted", ["approximateInvokeCount"] = attempts },
            ["version"] = "1.0",
            ["DDBStreamBatchInfo"] = new JsonObject
            {
                ["startSequenceNumber"] = Number(records[0]),
                ["endSequenceNumber"] = Number(records[^1]),
                ["batchSize"] = records.Count,
                ["streamArn"] = mapping.Source,
            },
        };
        await aws.JsonAsync("sqs", "AmazonSQS.SendMessage", new() { ["QueueUrl"] = $"{address}/123456789012/{destination.Split(':')[^1]}", ["MessageBody"] = body.ToJsonString() }, stop: stop).ConfigureAwait(false);
    }

    private static string Number(JsonObject record) => record["dynamodb"]!["SequenceNumber"]!.GetValue<string>();
}
