using Amazon.DynamoDBv2.Model;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Storing;

/// <summary>A scan's row: <c>OWNER#arn</c>, <c>SCAN#scan</c>. It moves only forward, and is kept when its owner is gone.</summary>
internal static class ScanRows
{
    public static RowChange Move(ScanRow row) => new RowChange(Keys.Scan(row.Owner, row.Scan))
        .Set("Order", Keys.Order(row.Order))
        .Set("Progress", (int)row.Progress)
        .Set("Ending", row.Ending.ToString())
        .Advisories(row.Advisories)
        .Set("Schema", row.Schema)
        .Set("Evidence", row.Evidence)
        .If("attribute_not_exists(#Order) OR #Order < :Order OR (#Order = :Order AND #Progress <= :Progress)");

    /// <summary>Holds while the row is the scan's own.</summary>
    public static RowChange Guard(ScanRow row) => new RowChange(Keys.Scan(row.Owner, row.Scan))
        .If("#Order = :order", ("order", new(Keys.Order(row.Order))));

    public static ScanRow Read(Owner owner, ScanKind scan, IReadOnlyDictionary<string, AttributeValue> row) => new()
    {
        Owner = owner,
        Scan = scan,
        Order = Keys.Order(row.Need("Order")),
        Progress = (ScanProgress)(row.Number("Progress") ?? 0),
        Ending = row.Member<ScanEnding>("Ending"),
        Advisories = LedgerRows.Advisories(row),
        Schema = (int)(row.Number("Schema") ?? 0),
        Evidence = row.Text("Evidence"),
    };
}
