using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.DynamoDBv2.Model;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Storing;

/// <summary>A row's key in the state table.</summary>
internal readonly record struct RowKey(string Partition, string Sort)
{
    public const string PartitionName = "PK";
    public const string SortName = "SK";

    public Dictionary<string, AttributeValue> Attributes => new() { [PartitionName] = new(Partition), [SortName] = new(Sort) };

    public static RowKey Of(IReadOnlyDictionary<string, AttributeValue> item) => new(item[PartitionName].S, item[SortName].S);
}

/// <summary>How keys are written: the one place that knows their shape (docs/decisions/0016-single-table.md).</summary>
internal static class Keys
{
    /// <summary>Parts of an index key that many rows would share, so that no one partition takes all writes.</summary>
    public const int Shards = 4;

    public const string FindingPrefix = "FINDING#";

    public static string Partition(Owner owner) => "OWNER#" + owner.Arn;

    public static RowKey Finding(Owner owner, string fingerprint) => new(Partition(owner), FindingPrefix + fingerprint);

    public static string GapPrefix(ScanKind scan) => $"GAP#{scan}#";

    public static RowKey Gap(Owner owner, ScanKind scan, string key) => new(Partition(owner), GapPrefix(scan) + key);

    public static RowKey Scan(Owner owner, ScanKind scan) => new(Partition(owner), $"SCAN#{scan}");

    public static RowKey Facts(Owner owner, ScanKind scan) => new(Partition(owner), $"FACTS#{scan}");

    public static RowKey Bulk(Owner owner, ScanKind scan) => new(Partition(owner), $"BULK#{scan}");

    public static string Sharded(string key, Owner owner) => Sharded(key, Shard(owner));

    public static string Sharded(string key, int shard) => string.Create(CultureInfo.InvariantCulture, $"{key}#{shard}");

    /// <summary>An instant that sorts as text.</summary>
    public static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    public static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>A generation of advisories that sorts as text, after the dates that stood in its place before.</summary>
    public static string Generation(long generation) => string.Create(CultureInfo.InvariantCulture, $"g{generation:d19}");

    /// <summary>Null of anything else, as a date is.</summary>
    public static long? Generation(string? text) => text is ['g', .. var digits] ? long.Parse(digits, CultureInfo.InvariantCulture) : null;

    /// <summary>A scan's order, which sorts as text.</summary>
    public static string Order(ScanOrder order) => $"{Instant(order.ObservedAt)}|{(order.Advisories is { } generation ? Generation(generation) : "")}";

    public static ScanOrder Order(string text)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        return new(Instant(text[..bar]), Generation(text[(bar + 1)..]));
    }

    /// <summary>Text from scanned things, kept within what a key may hold: exact where it fits, else cut with a digest.</summary>
    public static string Bounded(string text, int bytes = 700)
    {
        if (Encoding.UTF8.GetByteCount(text) <= bytes) return text;
        var start = new string([.. text.Take(bytes / 4)]).TrimEnd('\uD83D');
        return $"{start}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }

    private static int Shard(Owner owner) => SHA256.HashData(Encoding.UTF8.GetBytes(owner.Arn))[0] % Shards;
}

/// <summary>The table's indexes.</summary>
internal sealed record TableIndex(string Name, string PartitionName, string SortName)
{
    public static readonly TableIndex Severity = new("OpenBySeverity", "SeverityKey", "SeveritySort");
    public static readonly TableIndex Advisory = new("ByAdvisory", "AdvisoryKey", "AdvisorySort");
    public static readonly TableIndex Reference = new("ByReference", "ReferenceKey", "ReferenceSort");
    public static readonly TableIndex Dirty = new("DirtyRows", "DirtyKey", "DirtySort");

    public static IEnumerable<TableIndex> All => [Severity, Advisory, Reference, Dirty];
}
