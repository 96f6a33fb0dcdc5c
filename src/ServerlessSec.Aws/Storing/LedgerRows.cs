using System.Globalization;
using Amazon.DynamoDBv2.Model;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Storing;

/// <summary>What rows of findings, gaps and scans have in common.</summary>
internal static class LedgerRows
{
    public const string PublishKey = "PUBLISH";

    /// <summary>What the template's filter on the stream looks for: only scans set it, and the publisher takes it off with whatever it writes.</summary>
    public const string Untold = "Untold";

    public static AdvisoryLevel? Advisories(IReadOnlyDictionary<string, AttributeValue> row) =>
        row.Text("AdvisoriesId") is { } id ? new(id, Keys.Generation(row.Text("AdvisoriesGeneration")) ?? 0, row.Instant("AdvisoriesNewest"), row.Flag("AdvisoriesBuiltin")) : null;

    public static string DueSort(DateTimeOffset due, RowKey row) => $"{Keys.Instant(due)}#{row.Partition}#{row.Sort}";

    extension(RowChange change)
    {
        public RowChange Advisories(AdvisoryLevel? level) => change
            .Set("AdvisoriesId", level?.Id)
            .Set("AdvisoriesGeneration", level is null ? null : Keys.Generation(level.Generation))
            .Set("AdvisoriesNewest", level?.Newest)
            .Set("AdvisoriesBuiltin", level is { IsBuiltin: true } ? new AttributeValue { BOOL = true } : null);

        public RowChange History(
            StoredState state, DateTimeOffset first, DateTimeOffset last, DateTimeOffset? reopened, DateTimeOffset? resolved, int revision, string hash) => change
            .Set("State", state.ToString())
            .Set("FirstSeen", first)
            .Set("LastSeen", last)
            .Set("ReopenedAt", reopened)
            .Set("ResolvedAt", resolved)
            .Set("Revision", revision)
            .Set("Hash", hash);

        /// <summary>What changed is due at once, refused before or not, and does not expire; the stream wakes the publisher for it.</summary>
        public RowChange Due(bool changed, Owner owner, ScanOrder order) => !changed ? change : change
            .Set(Untold, "now")
            .Set("DirtyKey", Keys.Sharded(PublishKey, owner))
            .Set("DirtySort", DueSort(order.ObservedAt, change.Key))
            .Remove("Refusals", "ExpiresAt");

        /// <summary>A row that a later scan wrote stays as it is.</summary>
        public RowChange Under(ScanOrder order) => change
            .Set("Order", Keys.Order(order))
            .If("attribute_not_exists(#Order) OR #Order <= :Order");
    }

    public static AttributeValue Epoch(DateTimeOffset instant) => new() { N = instant.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) };
}
