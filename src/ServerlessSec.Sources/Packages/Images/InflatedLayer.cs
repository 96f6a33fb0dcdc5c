using System.IO.Compression;
using ZstdSharp;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>A layer as a tar archive: gzip and zstd are told by the first bytes. What is behind the end is read too, so that
/// the digest of the whole is judged.</summary>
internal sealed class InflatedLayer : ForwardStream
{
    private readonly Stream raw;
    private readonly Stream inflated;
    private readonly byte[] rest = new byte[8192];

    /// <summary>Takes the stream over.</summary>
    public InflatedLayer(Stream raw)
    {
        this.raw = raw;
        var head = new byte[4];
        var length = Converted(() => raw.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
        var whole = new Prefixed(head.AsMemory(0, length), raw);
        inflated = head is [0x1f, 0x8b, ..] ? new GZipStream(whole, CompressionMode.Decompress)
            : head is [0x28, 0xb5, 0x2f, 0xfd] ? new DecompressionStream(whole)
            : whole;
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        try
        {
            var count = inflated.Read(buffer);
            if (count > 0) return count;
            ReadRest();
            return 0;
        }
        catch (Exception damaged) when (damaged is InvalidDataException or ZstdException or EndOfStreamException)
        {
            ReadRest();
            throw new FormatException("its compression is damaged", damaged);
        }
    }

    private void ReadRest()
    {
        while (raw.Read(rest) > 0)
        {
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inflated.Dispose();
            raw.Dispose();
        }

        base.Dispose(disposing);
    }

    private static int Converted(Func<int> read)
    {
        try
        {
            return read();
        }
        catch (EndOfStreamException damaged)
        {
            throw new FormatException("it ends early", damaged);
        }
    }

    private sealed class Prefixed(ReadOnlyMemory<byte> prefix, Stream inner) : ForwardStream
    {
        private ReadOnlyMemory<byte> prefix = prefix;

        public override int Read(Span<byte> buffer)
        {
            if (prefix.IsEmpty) return inner.Read(buffer);
            var count = Math.Min(buffer.Length, prefix.Length);
            prefix.Span[..count].CopyTo(buffer);
            prefix = prefix[count..];
            return count;
        }
    }
}
