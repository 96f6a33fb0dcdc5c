using Amazon.DynamoDBv2.Model;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Storing;

/// <summary>A scan's row: <c>OWNER#arn</c>, <c>SCAN#scan</c>. It moves only forward, and is kept when its owner is gone.</summary>
internal static class ScanRows
{
    /// <summary>The message whose scan is being done, and how many runs for it began and are not known to have ended: of no use to a scan that is finished.</summary>
    private const string Message = "Message";
    private const string Runs = "Runs";

    public static RowChange Move(ScanRow row) => Moved(row)
        .Set("Order", Keys.Order(row.Order))
        .Set("Progress", (int)row.Progress)
        .Set("Ending", row.Ending.ToString())
        .Advisories(row.Advisories)
        .Set("Schema", row.Schema)
        .Set("Evidence", row.Evidence)
        .If("attribute_not_exists(#Order) OR #Order < :Order OR (#Order = :Order AND #Progress <= :Progress)");

    private static RowChange Moved(ScanRow row)
    {
        var change = new RowChange(Keys.Scan(row.Owner, row.Scan));
        return row.Progress == ScanProgress.Finished ? change.Remove(Message, Runs) : change;
    }

    /// <summary>The first run for a message.</summary>
    public static RowChange Begin(Owner owner, ScanKind scan, string message) => new RowChange(Keys.Scan(owner, scan)).Set(Message, message).Set(Runs, 1);

    /// <summary>One run more, or less, for the message that stands there.</summary>
    public static RowChange Begin(Owner owner, ScanKind scan, string message, int more) =>
        new RowChange(Keys.Scan(owner, scan)).Add(Runs, more).If($"#{Message} = :message", ("message", new(message)));

    public static int Begun(IReadOnlyDictionary<string, AttributeValue> row) => (int)(row.Number(Runs) ?? 0);

    /// <summary>Before its first scan has something to write, a row may only say who is at it.</summary>
    public static bool IsScan(IReadOnlyDictionary<string, AttributeValue> row) => row.Text("Order") is not null;

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
