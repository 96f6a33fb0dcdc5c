using System.Globalization;
using Amazon.DynamoDBv2.Model;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Storing;

/// <summary>
/// A summary of facts as a row: <c>OWNER#arn</c>, <c>FACTS#scan</c>; all of them are in the index by reference, under
/// <c>FACTS</c>, and those that the application scan has not read in the sparse one, under <c>JOIN</c>.
/// </summary>
internal static class FactsSummaryRows
{
    public const string JoinKey = "JOIN";

    public static RowChange Change(FactsSummary summary, FactsSummary? before, DateTimeOffset now)
    {
        var differs = summary.Address != before?.Read;
        var since = differs ? before?.DiffersSince ?? now : (DateTimeOffset?)null;
        var change = new RowChange(Keys.Facts(summary.Owner, summary.Scan))
            .Set("Address", summary.Address)
            .Set("Schema", summary.Schema)
            .Set("ReferenceKey", Keys.Sharded("FACTS", summary.Owner))
            .Set("ReferenceSort", $"{summary.Owner.Arn}#{summary.Scan}")
            .Differs(summary.Owner, summary.Scan, since)
            .Remove("ExpiresAt")
            .Set("Order", Keys.Order(summary.Order))
            .If("attribute_not_exists(#Order) OR #Order <= :Order");
        return before?.Read is { } read ? change.If("#Read = :read", ("read", new(read))) : change.If("attribute_not_exists(#Read)");
    }

    /// <summary>An application scan has read it, at this address; it rests, unless it changed meanwhile.</summary>
    public static RowChange MarkRead(FactsSummary summary, DateTimeOffset now) => summary.Address is { } address
        ? new RowChange(Keys.Facts(summary.Owner, summary.Scan)).Set("Read", address).Differs(summary.Owner, summary.Scan, null)
            .If("#Address = :address", ("address", new(address)))
        : new RowChange(Keys.Facts(summary.Owner, summary.Scan)).Remove("Read").Differs(summary.Owner, summary.Scan, null)
            .Set("ExpiresAt", LedgerRows.Epoch(now + PublicationStore.Kept)).IfThere().If("attribute_not_exists(#Address)");

    /// <summary>Nothing is there to be read at this address; it rests, unless it changed meanwhile.</summary>
    public static RowChange MarkUnread(FactsSummary summary) => new RowChange(Keys.Facts(summary.Owner, summary.Scan)).Remove("Read").Differs(summary.Owner, summary.Scan, null)
        .If("#Address = :address", ("address", new(summary.Address!)));

    public static FactsSummary Read(IReadOnlyDictionary<string, AttributeValue> row) => new()
    {
        Owner = Owner.Parse(row.Need(RowKey.PartitionName)["OWNER#".Length..]),
        Scan = Enum.Parse<ScanKind>(row.Need(RowKey.SortName)["FACTS#".Length..]),
        Order = Keys.Order(row.Need("Order")),
        Address = row.Text("Address"),
        Schema = int.Parse(row.GetValueOrDefault("Schema")?.N ?? "0", CultureInfo.InvariantCulture),
        Read = row.Text("Read"),
        DiffersSince = row.Instant("DiffersSince"),
    };

    private static RowChange Differs(this RowChange change, Owner owner, ScanKind scan, DateTimeOffset? since) => change
        .Set("DiffersSince", since)
        .Set("DirtyKey", since is null ? null : JoinKey)
        .Set("DirtySort", since is { } instant ? $"{Keys.Instant(instant)}#{owner.Arn}#{scan}" : null);
}
