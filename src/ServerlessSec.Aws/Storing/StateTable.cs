using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace ServerlessSec.Aws.Storing;

/// <summary>
/// The one table, within DynamoDB's limits: what it leaves unprocessed or cancels for contention is tried again, for as
/// long as there is progress.
/// </summary>
public sealed class StateTable(IAmazonDynamoDB client, string name, TimeProvider time)
{
    private const int BatchReads = 100;
    private const int BatchWrites = 25;
    private const int TransactionItems = 100;
    private const int TransactionBytes = 3_500_000;
    private const int Attempts = 8;

    internal TimeProvider Time => time;

    /// <summary>The row as it is now, or null.</summary>
    internal async Task<Dictionary<string, AttributeValue>?> GetAsync(RowKey key, CancellationToken stop)
    {
        var answer = await client.GetItemAsync(new GetItemRequest { TableName = name, Key = key.Attributes, ConsistentRead = true }, stop).ConfigureAwait(false);
        return answer.Item is { Count: > 0 } item ? item : null;
    }

    /// <summary>Rows of one partition as they are now.</summary>
    internal IAsyncEnumerable<Dictionary<string, AttributeValue>> QueryAsync(string partition, string sortPrefix, CancellationToken stop) => PagesAsync(
        new()
        {
            TableName = name,
            ConsistentRead = true,
            KeyConditionExpression = "PK = :pk AND begins_with(SK, :sk)",
            ExpressionAttributeValues = new() { [":pk"] = new(partition), [":sk"] = new(sortPrefix) },
        },
        stop);

    /// <summary>Keys of rows by an index, which lags a little behind; in the order of the index.</summary>
    /// <param name="upTo">The greatest sort key to take, by its prefix; all where null.</param>
    /// <param name="page">How many are read at once, where only the first are of interest.</param>
    internal async IAsyncEnumerable<RowKey> IndexAsync(TableIndex index, string partition, string? upTo, [EnumeratorCancellation] CancellationToken stop, int? page = null)
    {
        var request = new QueryRequest
        {
            TableName = name,
            IndexName = index.Name,
            Limit = page,
            KeyConditionExpression = "#pk = :pk",
            ExpressionAttributeNames = new() { ["#pk"] = index.PartitionName },
            ExpressionAttributeValues = new() { [":pk"] = new(partition) },
        };
        if (upTo is not null)
        {
            request.KeyConditionExpression += " AND #sk <= :sk";
            request.ExpressionAttributeNames["#sk"] = index.SortName;
            request.ExpressionAttributeValues[":sk"] = new(upTo + '\uFFFF');
        }

        await foreach (var row in PagesAsync(request, stop).ConfigureAwait(false)) yield return RowKey.Of(row);
    }

    /// <summary>Rows that an index names, as they are now; a row that is gone meanwhile is left out.</summary>
    internal async IAsyncEnumerable<Dictionary<string, AttributeValue>> LookUpAsync(IAsyncEnumerable<RowKey> keys, [EnumeratorCancellation] CancellationToken stop)
    {
        var chunk = new List<RowKey>(BatchReads);
        await foreach (var key in keys.WithCancellation(stop).ConfigureAwait(false))
        {
            chunk.Add(key);
            if (chunk.Count < BatchReads) continue;
            foreach (var row in await BatchGetAsync(chunk, stop).ConfigureAwait(false)) yield return row;
            chunk.Clear();
        }

        if (chunk.Count == 0) yield break;
        foreach (var row in await BatchGetAsync(chunk, stop).ConfigureAwait(false)) yield return row;
    }

    /// <summary>False where the change's condition does not hold.</summary>
    internal async Task<bool> ChangeAsync(RowChange change, CancellationToken stop) =>
        await WriteAsync(() => client.UpdateItemAsync(change.ToRequest(name), stop), stop).ConfigureAwait(false) is not null;

    /// <summary>As <see cref="ChangeAsync"/>; gives the row as it is afterwards, or null where the condition does not hold.</summary>
    internal async Task<Dictionary<string, AttributeValue>?> ChangeAndReadAsync(RowChange change, CancellationToken stop)
    {
        var request = change.ToRequest(name);
        request.ReturnValues = ReturnValue.ALL_NEW;
        return (await WriteAsync(() => client.UpdateItemAsync(request, stop), stop).ConfigureAwait(false))?.Attributes;
    }

    internal async Task<bool> DeleteAsync(RowKey key, string attribute, AttributeValue expected, CancellationToken stop)
    {
        var request = new DeleteItemRequest
        {
            TableName = name,
            Key = key.Attributes,
            ConditionExpression = "#a = :a",
            ExpressionAttributeNames = new() { ["#a"] = attribute },
            ExpressionAttributeValues = new() { [":a"] = expected },
        };
        return await WriteAsync(() => client.DeleteItemAsync(request, stop), stop).ConfigureAwait(false) is not null;
    }

    /// <summary>
    /// Makes changes under a guard, all of a transaction or none of it; false where the guard, or a change's own
    /// condition, does not hold.
    /// </summary>
    internal async Task<bool> ChangeAllAsync(RowChange guard, IEnumerable<RowChange> changes, CancellationToken stop)
    {
        var items = new List<TransactWriteItem> { guard.ToTransaction(name) };
        var bytes = 0;
        foreach (var change in changes)
        {
            if (items.Count == TransactionItems || (items.Count > 1 && bytes + change.Bytes > TransactionBytes))
            {
                if (!await TransactAsync(items, stop).ConfigureAwait(false)) return false;
                (items, bytes) = ([guard.ToTransaction(name)], 0);
            }

            items.Add(change.ToTransaction(name));
            bytes += change.Bytes;
        }

        return items.Count == 1 || await TransactAsync(items, stop).ConfigureAwait(false);
    }

    /// <summary>Puts and deletes rows that nothing depends on one by one, in batches.</summary>
    internal async Task WriteAllAsync(IEnumerable<Dictionary<string, AttributeValue>> puts, IEnumerable<RowKey> deletes, CancellationToken stop)
    {
        var requests = puts.Select(static item => new WriteRequest(new PutRequest(item)))
            .Concat(deletes.Select(static key => new WriteRequest(new DeleteRequest(key.Attributes))));
        foreach (var chunk in requests.Chunk(BatchWrites))
        {
            var left = chunk.ToList();
            for (var attempt = 1; ; attempt++)
            {
                var answer = await client.BatchWriteItemAsync(new BatchWriteItemRequest { RequestItems = new() { [name] = left } }, stop).ConfigureAwait(false);
                if (answer.UnprocessedItems?.GetValueOrDefault(name) is not { Count: > 0 } again) break;
                if (again.Count < left.Count) attempt = 1;
                left = again;
                await PauseAsync(attempt, "rows were left unwritten", stop).ConfigureAwait(false);
            }
        }
    }

    private async Task<List<Dictionary<string, AttributeValue>>> BatchGetAsync(List<RowKey> keys, CancellationToken stop)
    {
        var found = new Dictionary<RowKey, Dictionary<string, AttributeValue>>();
        var left = new KeysAndAttributes { ConsistentRead = true, Keys = [.. keys.Distinct().Select(static k => k.Attributes)] };
        for (var attempt = 1; left.Keys.Count > 0; attempt++)
        {
            var answer = await client.BatchGetItemAsync(new BatchGetItemRequest { RequestItems = new() { [name] = left } }, stop).ConfigureAwait(false);
            foreach (var row in answer.Responses?.GetValueOrDefault(name) ?? []) found[RowKey.Of(row)] = row;
            if (answer.UnprocessedKeys?.GetValueOrDefault(name) is not { Keys.Count: > 0 } again) break;
            if (again.Keys.Count < left.Keys.Count) attempt = 1;
            left = again;
            await PauseAsync(attempt, "rows were left unread", stop).ConfigureAwait(false);
        }

        return [.. keys.Distinct().Where(found.ContainsKey).Select(key => found[key])];
    }

    /// <summary>One write, again where it meets a transaction on its row; null where its condition does not hold.</summary>
    private async Task<T?> WriteAsync<T>(Func<Task<T>> write, CancellationToken stop) where T : class
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await write().ConfigureAwait(false);
            }
            catch (ConditionalCheckFailedException)
            {
                return null;
            }
            catch (TransactionConflictException) when (attempt < Attempts)
            {
            }

            await PauseAsync(attempt, "a row was in a transaction", stop).ConfigureAwait(false);
        }
    }

    private async Task<bool> TransactAsync(List<TransactWriteItem> items, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await client.TransactWriteItemsAsync(new TransactWriteItemsRequest { TransactItems = items }, stop).ConfigureAwait(false);
                return true;
            }
            catch (TransactionCanceledException cancelled)
            {
                var codes = (cancelled.CancellationReasons ?? []).Select(static r => r.Code).ToArray();
                if (codes.Contains("ConditionalCheckFailed")) return false;
                if (!codes.Any(static c => c is "TransactionConflict" or "ThrottlingError" or "ProvisionedThroughputExceeded")) throw;
                if (attempt == Attempts) throw;
            }

            await PauseAsync(attempt, "a transaction was cancelled", stop).ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<Dictionary<string, AttributeValue>> PagesAsync(QueryRequest request, [EnumeratorCancellation] CancellationToken stop)
    {
        do
        {
            var page = await client.QueryAsync(request, stop).ConfigureAwait(false);
            foreach (var row in page.Items ?? []) yield return row;
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
    }

    private async Task PauseAsync(int attempt, string what, CancellationToken stop)
    {
        if (attempt >= Attempts) throw new ProvisionedThroughputExceededException($"{what} after {Attempts} attempts");
#pragma warning disable CA5394 // spreads retries; nothing secret depends on it
        var delay = TimeSpan.FromMilliseconds(25 * (1 << attempt) * (0.5 + (Random.Shared.NextDouble() / 2)));
#pragma warning restore CA5394
        await Task.Delay(delay, time, stop).ConfigureAwait(false);
    }
}
