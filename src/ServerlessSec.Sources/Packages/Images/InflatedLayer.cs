using System.IO.Compression;
using ServerlessSec.Packages;
using ServerlessSec.Packages.Images;
using ZstdSharp;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>A layer as a tar archive: gzip and zstd are told by the first bytes. What is behind the end is read too, so that
/// the digest of the whole is judged.</summary>
internal sealed class InflatedLayer : ReadStream
{
    /// <summary>What a layer may inflate to, however small it is packed.</summary>
    private const long Grace = 512L << 20;

    private readonly Stream raw;
    private readonly int ratio;
    private readonly Prefixed packed;
    private readonly Stream inflated;
    private readonly byte[] rest = new byte[8192];
    private long length;

    /// <summary>Takes the stream over.</summary>
    /// <param name="ratio">How much may come out of what goes in before <see cref="LayerRatioException"/> is thrown.</param>
    public InflatedLayer(Stream raw, int ratio)
    {
        (this.raw, this.ratio) = (raw, ratio);
        var head = new byte[4];
        var start = Converted(() => raw.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
        packed = new Prefixed(head.AsMemory(0, start), raw);
        inflated = head is [0x1f, 0x8b, ..] ? new GZipStream(packed, CompressionMode.Decompress)
            : head is [0x28, 0xb5, 0x2f, 0xfd] ? new DecompressionStream(packed)
            : packed;
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        try
        {
            var count = inflated.Read(buffer);
            if (count > 0) return Counted(count);
            ReadRest();
            return 0;
        }
        catch (Exception damaged) when (damaged is InvalidDataException or ZstdException or EndOfStreamException)
        {
            ReadRest();
            throw new FormatException("its compression is damaged", damaged);
        }
    }

    private int Counted(int count)
    {
        length += count;
        return length <= Grace || length / ratio <= packed.Given ? count : throw new LayerRatioException($"more than {ratio} bytes for each that it is packed in");
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

    private sealed class Prefixed(ReadOnlyMemory<byte> prefix, Stream inner) : ReadStream
    {
        private ReadOnlyMemory<byte> prefix = prefix;

        /// <summary>Bytes so far.</summary>
        public long Given { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            if (prefix.IsEmpty)
            {
                var read = inner.Read(buffer);
                Given += read;
                return read;
            }

            var count = Math.Min(buffer.Length, prefix.Length);
            Given += count;
            prefix.Span[..count].CopyTo(buffer);
            prefix = prefix[count..];
            return count;
        }
    }
}
