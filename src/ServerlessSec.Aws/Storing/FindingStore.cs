using System.Collections.Immutable;
using Amazon.DynamoDBv2.Model;
using ServerlessSec.Findings;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Storing;

/// <summary>Findings, gaps and scan rows in the state table.</summary>
/// <param name="unreadable">
/// Hears of the key of a row that a scan passes over because it cannot be read, and why: what the scan finds itself takes its
/// place. Null where such a row is not borne.
/// </param>
public sealed class FindingStore(StateTable table, Action<string, string>? unreadable = null) : IFindingStore
{
    public Task<bool> MoveAsync(ScanRow row, CancellationToken stop) => table.ChangeAsync(ScanRows.Move(row), stop);

    /// <summary>The row of an owner's latest scan; null where there was none.</summary>
    public async Task<ScanRow?> RowAsync(Owner owner, ScanKind scan, CancellationToken stop) =>
        await table.GetAsync(Keys.Scan(owner, scan), stop).ConfigureAwait(false) is { } row && ScanRows.IsScan(row) ? ScanRows.Read(owner, scan, row) : null;

    public async Task<int> BeginAsync(Owner owner, ScanKind scan, string message, bool isFirst, CancellationToken stop)
    {
        if (!isFirst && await table.ChangeAndReadAsync(ScanRows.Begin(owner, scan, message, 1), stop).ConfigureAwait(false) is { } row) return ScanRows.Begun(row) - 1;
        await table.ChangeAsync(ScanRows.Begin(owner, scan, message), stop).ConfigureAwait(false);
        return 0;
    }

    public Task EndAsync(Owner owner, ScanKind scan, string message, CancellationToken stop) => table.ChangeAsync(ScanRows.Begin(owner, scan, message, -1), stop);

    public async Task<Ledger> ReadAsync(Owner owner, ScanKind scan, CancellationToken stop)
    {
        var row = RowAsync(owner, scan, stop);
        var findings = ListAsync(table.QueryAsync(Keys.Partition(owner), Keys.FindingPrefix, stop), FindingRows.Read);
        var gaps = ListAsync(table.QueryAsync(Keys.Partition(owner), Keys.GapPrefix(scan), stop), GapRows.Read);
        return new()
        {
            Row = await row.ConfigureAwait(false),
            Findings = await findings.ConfigureAwait(false),
            Gaps = await gaps.ConfigureAwait(false),
        };
    }

    public Task<bool> WriteAsync(ScanRow row, ImmutableArray<LedgerWrite> writes, CancellationToken stop) => table.ChangeAllAsync(
        ScanRows.Guard(row),
        writes.Select(write => write switch
        {
            FindingWrite finding => FindingRows.Change(finding, row.Order),
            GapWrite gap => GapRows.Change(gap, row.Order),
            _ => throw new ArgumentException("unknown write", nameof(writes)),
        }),
        stop);

    /// <summary>Findings of one owner, open and resolved.</summary>
    public IAsyncEnumerable<StoredFinding> FindingsAsync(Owner owner, CancellationToken stop) =>
        table.QueryAsync(Keys.Partition(owner), Keys.FindingPrefix, stop).Select(FindingRows.Read);

    /// <summary>Gaps of one owner, of all its scans, open and closed.</summary>
    public IAsyncEnumerable<StoredGap> GapsAsync(Owner owner, CancellationToken stop) =>
        table.QueryAsync(Keys.Partition(owner), "GAP#", stop).Select(GapRows.Read);

    /// <summary>Who has an open gap, by an index that lags a little.</summary>
    public IAsyncEnumerable<Owner> GapOwnersAsync(CancellationToken stop) => GapRows.OpenKeys.ToAsyncEnumerable()
        .SelectMany(key => table.IndexAsync(TableIndex.Severity, key, null, stop)).Select(static key => Owner.Parse(key.Partition["OWNER#".Length..])).Distinct();

    /// <summary>Open findings of one severity.</summary>
    public IAsyncEnumerable<StoredFinding> FindingsAsync(Severity severity, CancellationToken stop) =>
        LookUp(TableIndex.Severity, FindingRows.SeverityKeys(severity), stop).Select(FindingRows.Read)
            .Where(f => f.State == StoredState.Open && f.Finding.Severity == severity);

    /// <summary>Open findings of one vulnerability, by the id that findings name.</summary>
    public IAsyncEnumerable<StoredFinding> FindingsAsync(string advisory, CancellationToken stop) =>
        LookUp(TableIndex.Advisory, [Keys.Bounded(advisory)], stop).Select(FindingRows.Read)
            .Where(f => f.State == StoredState.Open && f.Finding.Advisory?.Id == advisory);

    /// <summary>Gaps that are open, of all owners.</summary>
    public IAsyncEnumerable<StoredGap> OpenGapsAsync(CancellationToken stop) =>
        LookUp(TableIndex.Severity, GapRows.OpenKeys, stop).Select(GapRows.Read).Where(static g => g.State == StoredState.Open);

    private IAsyncEnumerable<Dictionary<string, AttributeValue>> LookUp(TableIndex index, IEnumerable<string> keys, CancellationToken stop) =>
        keys.ToAsyncEnumerable().SelectMany(key => table.LookUpAsync(table.IndexAsync(index, key, null, stop), stop));

    private async Task<ImmutableArray<T>> ListAsync<T>(IAsyncEnumerable<Dictionary<string, AttributeValue>> rows, Func<IReadOnlyDictionary<string, AttributeValue>, T> read)
    {
        var list = ImmutableArray.CreateBuilder<T>();
        await foreach (var row in rows.ConfigureAwait(false))
        {
            try
            {
                list.Add(read(row));
            }
            catch (Exception malformed) when (unreadable is not null && malformed is not OutOfMemoryException)
            {
                // The border of one row, as for the publisher: without it no scan of its owner would ever end.
                var key = RowKey.Of(row);
                unreadable($"{key.Partition}/{key.Sort}", malformed.Message);
            }
        }

        return list.ToImmutable();
    }
}
