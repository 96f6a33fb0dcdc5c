using Amazon;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using ServerlessSec.Aws.Storing;
using Row = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace ServerlessSec.Functions.Model;

/// <summary>The state table in memory: executes the requests that are really sent, each after its usual time.</summary>
internal sealed class ModelTable(VirtualTime time) : AmazonDynamoDBClient(new AnonymousAWSCredentials(), RegionEndpoint.EUCentral1)
{
    /// <summary>About a megabyte of index rows.</summary>
    private const int Page = 2_000;

    private static readonly TimeSpan Single = TimeSpan.FromMilliseconds(6);
    private static readonly TimeSpan Many = TimeSpan.FromMilliseconds(12);
    private static readonly TimeSpan Transaction = TimeSpan.FromMilliseconds(20);

    private readonly Dictionary<string, SortedDictionary<string, Row>> partitions = [];
    private readonly Dictionary<(string Index, string Partition), SortedSet<(string Sort, RowKey Key)>> indexes = [];

    /// <summary>Hears of each row that was written, as a stream does.</summary>
    public Action<Row>? Written { get; set; }

    public IEnumerable<Row> Rows => partitions.Values.SelectMany(static p => p.Values);

    public bool HasAny(TableIndex index, string partition) => indexes.GetValueOrDefault((index.Name, partition)) is { Count: > 0 };

    public Row? Find(RowKey key) => partitions.GetValueOrDefault(key.Partition)?.GetValueOrDefault(key.Sort);

    public override async Task<GetItemResponse> GetItemAsync(GetItemRequest request, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Single, time, cancellationToken);
        return new() { Item = Find(RowKey.Of(request.Key)) };
    }

    public override async Task<BatchGetItemResponse> BatchGetItemAsync(BatchGetItemRequest request, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Many, time, cancellationToken);
        return new() { Responses = request.RequestItems.ToDictionary(static t => t.Key, t => t.Value.Keys.Select(k => Find(RowKey.Of(k))).OfType<Row>().ToList()) };
    }

    public override async Task<QueryResponse> QueryAsync(QueryRequest request, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Single, time, cancellationToken);
        var values = request.ExpressionAttributeValues;
        if (request.IndexName is null)
        {
            var rows = partitions.GetValueOrDefault(values[":pk"].S)?.Where(r => r.Key.StartsWith(values[":sk"].S, StringComparison.Ordinal)).Select(static r => r.Value);
            return new() { Items = [.. rows ?? []] };
        }

        if (!indexes.TryGetValue((request.IndexName, values[":pk"].S), out var index) || index.Count == 0) return new() { Items = [] };
        var sortName = TableIndex.All.Single(i => i.Name == request.IndexName).SortName;
        var from = request.ExclusiveStartKey is { Count: > 0 } start ? (start[sortName].S, RowKey.Of(start)) : index.Min;
        var upTo = values.GetValueOrDefault(":sk")?.S;
        var most = request.Limit ?? Page;
        var page = index.GetViewBetween(from, ("\uFFFF\uFFFF", default)).Where(e => request.ExclusiveStartKey is not { Count: > 0 } || e != from)
            .TakeWhile(e => upTo is null || string.CompareOrdinal(e.Sort, upTo) <= 0).Take(most).ToArray();
        return new()
        {
            Items = [.. page.Select(static e => e.Key.Attributes)],
            LastEvaluatedKey = page.Length < most ? null : new(page[^1].Key.Attributes) { [sortName] = new(page[^1].Sort) },
        };
    }

    public override async Task<UpdateItemResponse> UpdateItemAsync(UpdateItemRequest request, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Single, time, cancellationToken);
        var key = RowKey.Of(request.Key);
        var scope = new RowExpression.Scope(Find(key), request.ExpressionAttributeNames, request.ExpressionAttributeValues ?? []);
        if (!RowExpression.Holds(request.ConditionExpression, scope)) throw new ConditionalCheckFailedException("the condition does not hold");
        return new() { Attributes = Update(key, scope, request.UpdateExpression) };
    }

    public override async Task<DeleteItemResponse> DeleteItemAsync(DeleteItemRequest request, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Single, time, cancellationToken);
        var key = RowKey.Of(request.Key);
        if (!RowExpression.Holds(request.ConditionExpression, new(Find(key), request.ExpressionAttributeNames, request.ExpressionAttributeValues)))
            throw new ConditionalCheckFailedException("the condition does not hold");
        Store(key, null);
        return new();
    }

    public override async Task<BatchWriteItemResponse> BatchWriteItemAsync(BatchWriteItemRequest request, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Many, time, cancellationToken);
        foreach (var write in request.RequestItems.Values.SelectMany(static w => w))
            Store(RowKey.Of(write.PutRequest?.Item ?? write.DeleteRequest.Key), write.PutRequest?.Item);
        return new();
    }

    public override async Task<TransactWriteItemsResponse> TransactWriteItemsAsync(TransactWriteItemsRequest request, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Transaction, time, cancellationToken);
        var holds = request.TransactItems.ConvertAll(item => item.Update is { } u
            ? RowExpression.Holds(u.ConditionExpression, new(Find(RowKey.Of(u.Key)), u.ExpressionAttributeNames, u.ExpressionAttributeValues))
            : RowExpression.Holds(item.ConditionCheck.ConditionExpression, new(Find(RowKey.Of(item.ConditionCheck.Key)), item.ConditionCheck.ExpressionAttributeNames, item.ConditionCheck.ExpressionAttributeValues)));
        if (holds.Contains(false))
            throw new TransactionCanceledException("a condition does not hold") { CancellationReasons = holds.ConvertAll(static h => new CancellationReason { Code = h ? "None" : "ConditionalCheckFailed" }) };
        foreach (var update in request.TransactItems.Select(static i => i.Update).OfType<Update>())
        {
            var key = RowKey.Of(update.Key);
            Update(key, new(Find(key), update.ExpressionAttributeNames, update.ExpressionAttributeValues), update.UpdateExpression);
        }

        return new();
    }

    private Row Update(RowKey key, RowExpression.Scope scope, string expression)
    {
        // Rows that were handed out stay as they were.
        var row = scope.Row is null ? key.Attributes : new Row(scope.Row);
        RowExpression.Apply(expression, scope, row);
        Store(key, row);
        return row;
    }

    private void Store(RowKey key, Row? row)
    {
        var before = Find(key);
        foreach (var index in TableIndex.All)
        {
            var (old, now) = (Entry(index, before), Entry(index, row));
            if (old == now) continue;
            if (old is { } gone) indexes[(index.Name, gone.Partition)].Remove((gone.Sort, key));
            if (now is not { } come) continue;
            if (!indexes.TryGetValue((index.Name, come.Partition), out var entries)) indexes[(index.Name, come.Partition)] = entries = new(BySort.Instance);
            entries.Add((come.Sort, key));
        }

        if (!partitions.TryGetValue(key.Partition, out var rows)) partitions[key.Partition] = rows = new(StringComparer.Ordinal);
        if (row is null) rows.Remove(key.Sort);
        else rows[key.Sort] = row;
        if (row is not null) Written?.Invoke(row);
    }

    private static (string Partition, string Sort)? Entry(TableIndex index, Row? row) =>
        row?.GetValueOrDefault(index.PartitionName)?.S is { } partition && row.GetValueOrDefault(index.SortName)?.S is { } sort ? (partition, sort) : null;

    private sealed class BySort : IComparer<(string Sort, RowKey Key)>
    {
        public static readonly BySort Instance = new();

        public int Compare((string Sort, RowKey Key) x, (string Sort, RowKey Key) y)
        {
            var order = string.CompareOrdinal(x.Sort, y.Sort);
            if (order == 0) order = string.CompareOrdinal(x.Key.Partition, y.Key.Partition);
            return order == 0 ? string.CompareOrdinal(x.Key.Sort, y.Key.Sort) : order;
        }
    }
}
