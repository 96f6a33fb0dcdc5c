using System.Collections.Immutable;
using ServerlessSec.Reports.Asff;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Publishing;

/// <summary>A publication, encoded.</summary>
internal sealed record Import(Publication Publication, string Id, DateTimeOffset SentAt, byte[] Json)
{
    /// <summary>Security Hub's bound on one finding is 240 KB.</summary>
    public const int Limit = 240_000;

    public static Import Of(Publication publication, DateTimeOffset now)
    {
        // Must grow with each telling, even where a clock was set back.
        var sentAt = publication.SentAt is { } before && before >= now ? before.AddMilliseconds(1) : now;
        sentAt = new(sentAt.UtcTicks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
        if (publication.SentAt is { } last && sentAt <= last) sentAt = new DateTimeOffset(last.UtcTicks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, TimeSpan.Zero).AddMilliseconds(1);
        var encoded = AsffPublication.Encode(publication, sentAt);
        return new(publication, encoded.Id, sentAt, AsffReport.Bytes(encoded));
    }
}

/// <summary>Puts imports into batches that Security Hub takes: at most 100 findings and 6 MB each, no id twice.</summary>
internal static class ImportBatches
{
    public const int Findings = 100;
    public const int Bytes = 6_000_000;

    private static readonly byte[] Start = [.. "{\"Findings\":["u8];
    private static readonly byte[] End = [.. "]}"u8];

    public static IEnumerable<ImmutableArray<Import>> Of(IEnumerable<Import> imports)
    {
        var batch = ImmutableArray.CreateBuilder<Import>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var bytes = Start.Length + End.Length;
        foreach (var import in imports)
        {
            if (batch.Count == Findings || bytes + import.Json.Length + 1 > Bytes || ids.Contains(import.Id))
            {
                yield return batch.DrainToImmutable();
                ids.Clear();
                bytes = Start.Length + End.Length;
            }

            batch.Add(import);
            ids.Add(import.Id);
            bytes += import.Json.Length + 1;
        }

        if (batch.Count > 0) yield return batch.DrainToImmutable();
    }

    public static byte[] Body(ImmutableArray<Import> batch)
    {
        using var body = new MemoryStream();
        body.Write(Start);
        for (var i = 0; i < batch.Length; i++)
        {
            if (i > 0) body.WriteByte((byte)',');
            body.Write(batch[i].Json);
        }

        body.Write(End);
        return body.ToArray();
    }
}
