using System.Globalization;
using System.IO.Compression;
using ServerlessSec.Sources.Files;

namespace ServerlessSec.Sources.Advisories;

/// <summary>One vulnerability's score: probability and percentile, both in billionths.</summary>
internal readonly record struct EpssScore(ulong Cve, uint Probability, uint Percentile);

/// <summary>
/// EPSS scores of one day as FIRST publishes them (https://www.first.org/epss/data_stats): a comment with model and day, the
/// names of columns, and a line for each CVE; packed with gzip or not. A file that is cut or has one wrong line is refused whole.
/// </summary>
internal sealed record EpssFeed(DateTimeOffset? Date, IReadOnlyList<EpssScore> Scores)
{
    private const int MostBytes = 64 << 20, MostLine = 400;

    /// <exception cref="FormatException">It is no such file.</exception>
    public static EpssFeed Read(string path)
    {
        using var file = SmallFile.Open(path);
        Span<byte> start = stackalloc byte[2];
        var isPacked = file.CanSeek && file.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start is [0x1f, 0x8b];
        if (file.CanSeek) file.Position = 0;
        try
        {
            if (!isPacked) return Read(new CountingStream(file));
            var counted = new CountingStream(new GZipStream(file, CompressionMode.Decompress, leaveOpen: true));
            var feed = Read(counted);
            // RFC 1952: the last four bytes are the length of what was packed; a stream that is cut may just end.
            Span<byte> length = stackalloc byte[4];
            file.Position = file.Length - 4;
            file.ReadExactly(length);
            return BitConverter.ToUInt32(length) == (uint)counted.Length ? feed : throw new FormatException("the EPSS scores are cut");
        }
        catch (InvalidDataException damaged)
        {
            throw new FormatException($"the EPSS scores cannot be unpacked: {damaged.Message}", damaged);
        }
    }

    private static EpssFeed Read(Stream text)
    {
        DateTimeOffset? date = null;
        var hasColumns = false;
        var scores = new List<EpssScore>(350_000);
        using var reader = new StreamReader(text);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length > MostLine) throw new LimitReachedException("a line of the EPSS scores is too long");
            if (line.StartsWith('#')) date = DateOf(line) ?? date;
            else if (!hasColumns && line.StartsWith("cve,epss,percentile", StringComparison.Ordinal)) hasColumns = true;
            else if (hasColumns) scores.Add(Score(line) ?? throw new FormatException($"line {number} of the EPSS scores is no score"));
            else throw new FormatException("the EPSS scores have no line with the columns cve, epss and percentile");
        }

        if (scores.Count == 0) throw new FormatException("the EPSS scores are empty");
        scores.Sort(static (a, b) => a.Cve.CompareTo(b.Cve));
        for (var i = 1; i < scores.Count; i++)
        {
            if (scores[i].Cve == scores[i - 1].Cve) throw new FormatException("the EPSS scores have a vulnerability twice");
        }

        return new(date, scores);
    }

    // #model_version:v2025.03.14,score_date:2025-11-03T12:55:00Z
    private static DateTimeOffset? DateOf(string comment)
    {
        const string Name = "score_date:";
        var at = comment.IndexOf(Name, StringComparison.Ordinal);
        if (at < 0) return null;
        var text = comment.AsSpan(at + Name.Length);
        if (text.IndexOf(',') is >= 0 and var end) text = text[..end];
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            ? date
            : null;
    }

    private static EpssScore? Score(ReadOnlySpan<char> line)
    {
        var first = line.IndexOf(',');
        if (first < 0 || EpssScores.Number(line[..first]) is not { } cve) return null;
        var rest = line[(first + 1)..];
        var second = rest.IndexOf(',');
        if (second < 0) return null;
        var last = rest[(second + 1)..];
        if (last.IndexOf(',') is >= 0 and var more) last = last[..more];
        return Billionths(rest[..second]) is { } probability && Billionths(last) is { } percentile ? new(cve, probability, percentile) : null;
    }

    private static uint? Billionths(ReadOnlySpan<char> text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1
            ? (uint)decimal.Round(value * 1_000_000_000)
            : null;

    /// <summary>Knows how much was read, and bears no more than a limit.</summary>
    private sealed class CountingStream(Stream inner) : Stream
    {
        private long count;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => count;

        public override long Position { get => count; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int length) => Read(buffer.AsSpan(offset, length));

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            count += read;
            if (count > MostBytes) throw new LimitReachedException("the EPSS scores are too large");
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int length) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
