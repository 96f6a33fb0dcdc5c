using System.Runtime.CompilerServices;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Storing;

/// <summary>
/// Bulk work as rows, one for each owner and scan: asking twice keeps the place in line and asks for the more demanding
/// of both, and what is ahead gets ahead.
/// </summary>
public sealed class BulkStore(StateTable table) : IBulkStore
{
    private const int Page = 100;

    /// <summary>Sorts before every instant.</summary>
    private const string Ahead = "!";

    public async Task AddAsync(Owner owner, ScanKind scan, ScanWish wish, bool isAhead, CancellationToken stop)
    {
        var key = Keys.Bulk(owner, scan);
        while (true)
        {
            var row = await table.GetAsync(key, stop).ConfigureAwait(false);
            var before = row is null ? null : Read(owner, scan, row);
            var moves = isAhead && row?.Text("DirtySort")?.StartsWith(Ahead, StringComparison.Ordinal) != true;
            var asked = before is null ? wish : new ScanWish(
                Later(before.Wish.NotBefore, wish.NotBefore),
                Nullable.Compare(before.Wish.Advisories, wish.Advisories) > 0 ? before.Wish.Advisories : wish.Advisories,
                Math.Max(before.Wish.Schema, wish.Schema));
            if (before is not null && asked == before.Wish && !moves) return;

            var change = new RowChange(key)
                .Set("NotBefore", asked.NotBefore)
                .Set("Advisories", asked.Advisories is { } generation ? Keys.Generation(generation) : null)
                .Set("Schema", asked.Schema)
                .Set("Token", Token(asked))
                .Set("DirtyKey", IndexKey(scan));
            var place = $"{Keys.Instant(table.Time.GetUtcNow())}#{owner.Arn}";
            change = moves ? change.Set("DirtySort", Ahead + place) : change.Keep("DirtySort", place);
            change = before is null ? change.If("attribute_not_exists(#Token)") : change.If("#Token = :token", ("token", new(before.Token)));
            if (await table.ChangeAsync(change, stop).ConfigureAwait(false)) return;
        }
    }

    /// <summary>Those ahead first, then the longest waiting.</summary>
    public async IAsyncEnumerable<BulkRow> WaitingAsync(ScanKind scan, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var row in table.LookUpAsync(table.IndexAsync(TableIndex.Dirty, IndexKey(scan), null, stop, Page), stop).ConfigureAwait(false))
            yield return Read(Owner.Parse(RowKey.Of(row).Partition["OWNER#".Length..]), scan, row);
    }

    /// <summary>Its message was sent; false, and it stays, where more was asked for since it was read.</summary>
    public Task<bool> RemoveAsync(BulkRow sent, CancellationToken stop) => table.DeleteAsync(Keys.Bulk(sent.Owner, sent.Scan), "Token", new(sent.Token), stop);

    private static BulkRow Read(Owner owner, ScanKind scan, IReadOnlyDictionary<string, Amazon.DynamoDBv2.Model.AttributeValue> row) =>
        new(owner, scan, new(row.NeedInstant("NotBefore"), Keys.Generation(row.Text("Advisories")), (int)(row.Number("Schema") ?? 0)), row.Need("Token"));

    private static string IndexKey(ScanKind scan) => $"BULK#{scan}";

    private static string Token(ScanWish wish) => $"{Keys.Instant(wish.NotBefore)}|{wish.Advisories}|{wish.Schema}";

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
