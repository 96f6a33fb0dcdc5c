using Amazon.DynamoDBv2.Model;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Storing;

/// <summary>A gap as a row: <c>OWNER#arn</c>, <c>GAP#scan#key</c>; open ones are in the index by severity, under <c>GAP</c>.</summary>
internal static class GapRows
{
    public static RowChange Change(GapWrite write, ScanOrder order)
    {
        var gap = write.Gap;
        var open = gap.State == StoredState.Open;
        return new RowChange(Keys.Gap(gap.Owner, gap.Scan, gap.Key))
            .Set("Scan", gap.Scan.ToString())
            .Set("Function", gap.Function)
            .Set(PackedBody.Name, PackedBody.Of(StoredContent.Write(gap.Gap)))
            .History(gap.State, gap.FirstSeen, gap.LastSeen, gap.ReopenedAt, gap.ResolvedAt, gap.Revision, gap.Hash)
            .Set("SeverityKey", open ? Keys.Sharded("GAP", gap.Owner) : null)
            .Set("SeveritySort", open ? $"{Keys.Instant(gap.FirstSeen)}#{gap.Owner.Arn}#{gap.Key}" : null)
            .Due(write.Changed, gap.Owner, order)
            .Under(order);
    }

    public static StoredGap Read(IReadOnlyDictionary<string, AttributeValue> row)
    {
        var scan = row.Member<ScanKind>("Scan");
        return new()
        {
            Owner = Owner.Parse(row.Need(RowKey.PartitionName)["OWNER#".Length..]),
            Scan = scan,
            Key = row.Need(RowKey.SortName)[Keys.GapPrefix(scan).Length..],
            Gap = StoredContent.ReadGap(PackedBody.Read(row)),
            Function = row.Text("Function"),
            State = row.Member<StoredState>("State"),
            FirstSeen = row.NeedInstant("FirstSeen"),
            LastSeen = row.NeedInstant("LastSeen"),
            ReopenedAt = row.Instant("ReopenedAt"),
            ResolvedAt = row.Instant("ResolvedAt"),
            Revision = (int)(row.Number("Revision") ?? 0),
            Hash = row.Need("Hash"),
        };
    }

    public static IEnumerable<string> OpenKeys => Enumerable.Range(0, Keys.Shards).Select(static shard => Keys.Sharded("GAP", shard));
}
