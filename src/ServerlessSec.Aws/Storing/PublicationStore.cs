using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2.Model;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Storing;

/// <summary>
/// The index of rows that Security Hub has to be told of, by when they are due: at once where they changed, in 30 days
/// where they were accepted and are still open. It is sparse: what rests is not in it.
/// </summary>
public sealed class PublicationStore(StateTable table) : IPublicationStore
{
    /// <summary>How long a resolved row stays after it was archived.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    public async IAsyncEnumerable<Publication> DueAsync(DateTimeOffset now, [EnumeratorCancellation] CancellationToken stop)
    {
        for (var shard = 0; shard < Keys.Shards; shard++)
        {
            var keys = table.IndexAsync(TableIndex.Dirty, Keys.Sharded(LedgerRows.PublishKey, shard), Keys.Instant(now), stop);
            await foreach (var row in table.LookUpAsync(keys, stop).ConfigureAwait(false))
            {
                // The index lags: by the row itself it may rest already.
                if (row.Text("DirtySort") is { } due && string.CompareOrdinal(due, Keys.Instant(now) + '\uFFFF') <= 0) yield return Read(row);
            }
        }
    }

    public async Task AcceptAsync(Publication sent, DateTimeOffset sentAt, DateTimeOffset? again, CancellationToken stop)
    {
        var key = Key(sent);
        var change = AtRevision(sent).Set("Accepted", sent.Told).Set("SentAt", sentAt).Remove("Refusals", "Refusal");
        if (again is { } later) change.Set("DirtySort", LedgerRows.DueSort(later, key));
        else change.Remove("DirtyKey", "DirtySort").Set("ExpiresAt", LedgerRows.Epoch(sentAt + Kept));
        if (await table.ChangeAsync(change, stop).ConfigureAwait(false)) return;

        // It changed meanwhile and stays due; what is sent next has to be later than this.
        await table.ChangeAsync(new RowChange(key).Set("SentAt", sentAt).IfThere(), stop).ConfigureAwait(false);
    }

    public Task<bool> RefuseAsync(Publication sent, string reason, DateTimeOffset? again, CancellationToken stop)
    {
        var change = AtRevision(sent).Set("Refusals", sent.Refusals + 1).Set("Refusal", reason.Length > 500 ? reason[..500] : reason);
        if (again is { } later) change.Set("DirtySort", LedgerRows.DueSort(later, Key(sent)));
        else change.Remove("DirtyKey", "DirtySort");
        return table.ChangeAsync(change, stop);
    }

    public Task PostponeAsync(Publication kept, DateTimeOffset again, CancellationToken stop) =>
        table.ChangeAsync(AtRevision(kept).Set("DirtySort", LedgerRows.DueSort(again, Key(kept))), stop);

    private static RowChange AtRevision(Publication publication) =>
        new RowChange(Key(publication)).If("#Revision = :revision", ("revision", RowChange.Number(publication.Revision)));

    private static RowKey Key(Publication publication) => new(Keys.Partition(publication.Owner), publication.Key);

    private static Publication Read(IReadOnlyDictionary<string, AttributeValue> row)
    {
        var key = RowKey.Of(row);
        var finding = key.Sort.StartsWith(Keys.FindingPrefix, StringComparison.Ordinal) ? FindingRows.Read(row) : null;
        var gap = finding is null ? GapRows.Read(row) : null;
        return new()
        {
            Owner = finding?.Owner ?? gap!.Owner,
            Key = key.Sort,
            Finding = finding,
            Gap = gap,
            Accepted = row.Text("Accepted"),
            SentAt = row.Instant("SentAt"),
            Refusals = (int)(row.Number("Refusals") ?? 0),
        };
    }
}
