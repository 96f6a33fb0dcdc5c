using Amazon.DynamoDBv2.Model;
using ServerlessSec.Findings;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Storing;

/// <summary>A finding as a row: <c>OWNER#arn</c>, <c>FINDING#fingerprint</c>; open ones are in the indexes by severity and advisory.</summary>
internal static class FindingRows
{
    public static RowChange Change(FindingWrite write, ScanOrder order)
    {
        var finding = write.Finding;
        var open = finding.State == StoredState.Open;
        var sort = $"{finding.Owner.Arn}#{finding.Fingerprint}";
        return new RowChange(Keys.Finding(finding.Owner, finding.Fingerprint))
            .Set("Scan", finding.Scan.ToString())
            .Set("Rule", finding.Finding.Rule.Id)
            .Set("Runtime", finding.Runtime)
            .Set("IsCut", finding.IsCut ? new AttributeValue { BOOL = true } : null)
            .Set(PackedBody.Name, PackedBody.Of(StoredContent.Write(finding.Finding)))
            .Advisories(finding.Advisories)
            .History(finding.State, finding.FirstSeen, finding.LastSeen, finding.ReopenedAt, finding.ResolvedAt, finding.Revision, finding.Hash)
            .Set("SeverityKey", open ? Keys.Sharded($"OPEN#{finding.Finding.Severity}", finding.Owner) : null)
            .Set("SeveritySort", open ? $"{Keys.Instant(finding.FirstSeen)}#{sort}" : null)
            .Set("AdvisoryKey", open && finding.Finding.Advisory is { } advisory ? Keys.Bounded(advisory.Id) : null)
            .Set("AdvisorySort", open && finding.Finding.Advisory is not null ? sort : null)
            .Due(write.Changed, finding.Owner, order)
            .Under(order);
    }

    public static StoredFinding Read(IReadOnlyDictionary<string, AttributeValue> row) => new()
    {
        Owner = Owner.Parse(row.Need(RowKey.PartitionName)["OWNER#".Length..]),
        Fingerprint = row.Need(RowKey.SortName)[Keys.FindingPrefix.Length..],
        Scan = row.Member<ScanKind>("Scan"),
        Finding = StoredContent.ReadFinding(PackedBody.Read(row)),
        IsCut = row.Flag("IsCut"),
        Runtime = row.Text("Runtime"),
        State = row.Member<StoredState>("State"),
        FirstSeen = row.NeedInstant("FirstSeen"),
        LastSeen = row.NeedInstant("LastSeen"),
        ReopenedAt = row.Instant("ReopenedAt"),
        ResolvedAt = row.Instant("ResolvedAt"),
        Advisories = LedgerRows.Advisories(row),
        Revision = (int)(row.Number("Revision") ?? 0),
        Hash = row.Need("Hash"),
    };

    /// <summary>Keys of open findings of one severity, the longest open first within each shard.</summary>
    public static IEnumerable<string> SeverityKeys(Severity severity) =>
        Enumerable.Range(0, Keys.Shards).Select(shard => Keys.Sharded($"OPEN#{severity}", shard));
}
