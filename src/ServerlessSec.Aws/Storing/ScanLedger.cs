using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Storing;

/// <summary>The latest scans of all owners that the table knows of.</summary>
public sealed class ScanLedger(StateTable table)
{
    /// <summary>Rows of the application and of each function of which facts or an open gap are kept.</summary>
    public IAsyncEnumerable<ScanRow> RowsAsync(Owner application, CancellationToken stop) => table
        .LookUpAsync(OwnersAsync(application, stop).SelectMany(static owner => Enum.GetValues<ScanKind>().Select(scan => Keys.Scan(owner, scan)).ToAsyncEnumerable()), stop)
        .Where(ScanRows.IsScan)
        .Select(static row =>
        {
            var key = RowKey.Of(row);
            return ScanRows.Read(Owner.Parse(key.Partition["OWNER#".Length..]), Enum.Parse<ScanKind>(key.Sort["SCAN#".Length..]), row);
        });

    private IAsyncEnumerable<Owner> OwnersAsync(Owner application, CancellationToken stop) => Enumerable.Range(0, Keys.Shards)
        .Select(static shard => (TableIndex.Reference, Key: Keys.Sharded("FACTS", shard)))
        .Concat(GapRows.OpenKeys.Select(static key => (TableIndex.Severity, Key: key)))
        .ToAsyncEnumerable()
        .SelectMany(index => table.IndexAsync(index.Item1, index.Key, null, stop))
        .Select(static key => Owner.Parse(key.Partition["OWNER#".Length..]))
        .Prepend(application)
        .Distinct();
}
