using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2.Model;
using ServerlessSec.Findings;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Storing;

/// <summary>
/// The index of rows that Security Hub has to be told of, by when they are due: at once where they changed, in 30 days
/// where they were accepted and are still open. It is sparse: what rests is not in it.
/// </summary>
/// <param name="unreadable">
/// Hears of the key of a row that cannot be read, and why; the row is then left alone for hours, and stands among those that
/// were refused. Null only passes such rows over.
/// </param>
public sealed class PublicationStore(StateTable table, Action<string, string>? unreadable = null) : IPublicationStore
{
    /// <summary>So many, and a row rests until it changes.</summary>
    public static int Refusals => PublishRun.AfterRefusal.Length + 1;

    /// <summary>How long a resolved row stays after it was archived.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    public async IAsyncEnumerable<Publication> DueAsync(DateTimeOffset now, [EnumeratorCancellation] CancellationToken stop)
    {
        // The first page of each shard is asked for at once: mostly there is no second one.
        var shards = Enumerable.Range(0, Keys.Shards)
            .Select(shard => table.LookUpAsync(table.IndexAsync(TableIndex.Dirty, Keys.Sharded(LedgerRows.PublishKey, shard), Keys.Instant(now), stop), stop).GetAsyncEnumerator(stop))
            .Select(static rows => (Rows: rows, First: rows.MoveNextAsync().AsTask()))
            .ToArray();
        try
        {
            foreach (var (rows, first) in shards)
            {
                for (var more = await first.ConfigureAwait(false); more; more = await rows.MoveNextAsync().ConfigureAwait(false))
                {
                    // The index lags: by the row itself it may rest already.
                    if (rows.Current.Text("DirtySort") is not { } due || string.CompareOrdinal(due, Keys.Instant(now) + '\uFFFF') > 0) continue;
                    var (publication, fault) = TryRead(rows.Current);
                    if (publication is not null) yield return publication;
                    else if (unreadable is not null) await SetAsideAsync(RowKey.Of(rows.Current), due, fault!, now, stop).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            foreach (var (rows, first) in shards)
            {
                await ((Task)first).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await rows.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    public async Task<bool> IsAnyDueAsync(DateTimeOffset now, CancellationToken stop)
    {
        for (var shard = 0; shard < Keys.Shards; shard++)
        {
            var due = table.IndexAsync(TableIndex.Dirty, Keys.Sharded(LedgerRows.PublishKey, shard), Keys.Instant(now), stop, page: 1);
            if (await due.AnyAsync(stop).ConfigureAwait(false)) return true;
        }

        return false;
    }

    /// <summary>Open findings and gaps that were refused so often that they are not tried again until they change, or that cannot be read.</summary>
    public IAsyncEnumerable<RefusedPublication> RefusedAsync(CancellationToken stop) => Enum.GetValues<Severity>()
        .SelectMany(FindingRows.SeverityKeys).Concat(GapRows.OpenKeys).ToAsyncEnumerable()
        .SelectMany(key => table.LookUpAsync(table.IndexAsync(TableIndex.Severity, key, null, stop), stop))
        .Where(static row => row.Number("Refusals") >= Refusals)
        .Select(static row => new RefusedPublication(Owner.Parse(RowKey.Of(row).Partition["OWNER#".Length..]), RowKey.Of(row).Sort, row.Text("Refusal") ?? ""));

    public async Task AcceptAsync(Publication sent, DateTimeOffset sentAt, DateTimeOffset? again, CancellationToken stop)
    {
        var key = Key(sent);
        var change = AtRevision(sent).Set("Accepted", sent.Told).Set("SentAt", sentAt).Remove("Refusals", "Refusal", LedgerRows.Untold);
        if (again is { } later) change.Set("DirtySort", LedgerRows.DueSort(later, key));
        else change.Remove("DirtyKey", "DirtySort").Set("ExpiresAt", LedgerRows.Epoch(sentAt + Kept));
        if (await table.ChangeAsync(change, stop).ConfigureAwait(false)) return;

        // It changed meanwhile and stays due; what is sent next has to be later than this.
        await table.ChangeAsync(new RowChange(key).Set("SentAt", sentAt).IfThere(), stop).ConfigureAwait(false);
    }

    public Task<bool> RefuseAsync(Publication sent, string reason, DateTimeOffset? again, CancellationToken stop)
    {
        var change = AtRevision(sent).Remove(LedgerRows.Untold).Set("Refusals", sent.Refusals + 1).Set("Refusal", Cut(reason));
        if (again is { } later) change.Set("DirtySort", LedgerRows.DueSort(later, Key(sent)));
        else change.Remove("DirtyKey", "DirtySort");
        return table.ChangeAsync(change, stop);
    }

    public Task PostponeAsync(Publication kept, DateTimeOffset? again, CancellationToken stop) => table.ChangeAsync(
        again is { } later
            ? AtRevision(kept).Remove(LedgerRows.Untold).Set("DirtySort", LedgerRows.DueSort(later, Key(kept)))
            : AtRevision(kept).Remove(LedgerRows.Untold, "DirtyKey", "DirtySort").Set("ExpiresAt", LedgerRows.Epoch(table.Time.GetUtcNow() + Kept)),
        stop);

    private async Task SetAsideAsync(RowKey key, string due, string fault, DateTimeOffset now, CancellationToken stop)
    {
        unreadable!($"{key.Partition}/{key.Sort}", fault);
        var change = new RowChange(key).Remove(LedgerRows.Untold).Set("Refusals", Refusals).Set("Refusal", $"it cannot be read: {Cut(fault)}")
            .Set("DirtySort", LedgerRows.DueSort(now + PublishRun.AfterRefusal[^1], key)).If("#DirtySort = :due", ("due", new AttributeValue(due)));
        await table.ChangeAsync(change, stop).ConfigureAwait(false);
    }

    private static string Cut(string reason) => reason.Length > 500 ? reason[..500] : reason;

    private static RowChange AtRevision(Publication publication) =>
        new RowChange(Key(publication)).If("#Revision = :revision", ("revision", RowChange.Number(publication.Revision)));

    private static RowKey Key(Publication publication) => new(Keys.Partition(publication.Owner), publication.Key);

    /// <summary>What somebody else wrote, or a version of the scanner that is to come, need not be ours to read.</summary>
    private static (Publication? Read, string? Fault) TryRead(IReadOnlyDictionary<string, AttributeValue> row)
    {
        try
        {
            return (Read(row), null);
        }
        catch (Exception malformed) when (malformed is not OutOfMemoryException)
        {
            // The border of one row: whatever it holds, the others are told.
            return (null, malformed.Message);
        }
    }

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

/// <summary>What Security Hub does not take.</summary>
/// <param name="Key">Of the row.</param>
/// <param name="Reason">Security Hub's own words.</param>
public sealed record RefusedPublication(Owner Owner, string Key, string Reason);
