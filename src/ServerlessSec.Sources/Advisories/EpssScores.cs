using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using ServerlessSec.Advisories;
using ServerlessSec.Sources.Files;

namespace ServerlessSec.Sources.Advisories;

/// <summary>
/// EPSS scores as the store keeps them: sorted rows of equal size in one file, beside the advisories, since every score
/// changes every day and no advisory does. They join what is looked up, by its CVE or that of an alias.
/// </summary>
internal sealed class EpssScores
{
    private const int Head = 8, Row = 16, MostBytes = 64 << 20;

    private readonly byte[] rows;

    private EpssScores(byte[] rows) => this.rows = rows;

    private static ReadOnlySpan<byte> Signature => "SLSEPSS1"u8;

    /// <exception cref="FormatException">It is not there, or not the file that the manifest means.</exception>
    public static EpssScores Open(string directory, AdvisoryExtra extra)
    {
        var path = Path.Combine(directory, extra.File);
        if (!File.Exists(path)) throw new FormatException($"'{extra.File}' is not there");
        var bytes = SmallFile.Read(path, MostBytes);
        if (bytes.Length < Head || (bytes.Length - Head) % Row != 0 || !bytes.AsSpan().StartsWith(Signature)
            || Convert.ToHexStringLower(SHA256.HashData(bytes)) != extra.Sha256)
            throw new FormatException($"'{extra.File}' is damaged");
        return new(bytes);
    }

    /// <summary>The same bytes for the same scores.</summary>
    public static byte[] ToBytes(EpssFeed feed)
    {
        var bytes = new byte[Head + (feed.Scores.Count * Row)];
        Signature.CopyTo(bytes);
        var at = bytes.AsSpan(Head);
        foreach (var score in feed.Scores)
        {
            BinaryPrimitives.WriteUInt64BigEndian(at, score.Cve);
            BinaryPrimitives.WriteUInt32BigEndian(at[8..], score.Probability);
            BinaryPrimitives.WriteUInt32BigEndian(at[12..], score.Percentile);
            at = at[Row..];
        }

        return bytes;
    }

    /// <summary>The advisory with the highest score of the CVEs that it is known by.</summary>
    public Advisory Join(Advisory advisory)
    {
        var best = Find(advisory.Id);
        foreach (var alias in advisory.Aliases)
        {
            if (Find(alias) is { } found && (best is not { } known || found.Probability > known.Probability)) best = found;
        }

        return best is not { } score ? advisory : advisory with { Epss = score.Probability / 1e9, EpssPercentile = score.Percentile / 1e9 };
    }

    /// <summary>Year and number of a CVE as one number that sorts; null for any other id.</summary>
    internal static ulong? Number(ReadOnlySpan<char> id)
    {
        if (!id.StartsWith("CVE-", StringComparison.Ordinal) || id.Length is < 10 or > 20 || id[8] != '-') return null;
        return uint.TryParse(id[4..8], NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            && uint.TryParse(id[9..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? ((ulong)year << 32) | number
            : null;
    }

    private EpssScore? Find(string id)
    {
        if (Number(id) is not { } cve) return null;
        var (low, high) = (0, ((rows.Length - Head) / Row) - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var row = rows.AsSpan(Head + (middle * Row), Row);
            var order = BinaryPrimitives.ReadUInt64BigEndian(row).CompareTo(cve);
            if (order == 0) return new(cve, BinaryPrimitives.ReadUInt32BigEndian(row[8..]), BinaryPrimitives.ReadUInt32BigEndian(row[12..]));
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return null;
    }
}
