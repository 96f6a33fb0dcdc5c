using System.Buffers.Binary;
using System.IO.Compression;

namespace ServerlessSec.Packages;

/// <summary>
/// One entry, inflated. What comes out is counted and checked against the declared size and checksum, and a byte more
/// than declared is found even by a reader that stops at the declared size.
/// </summary>
internal sealed class ZipEntryStream : ReadStream
{
    private const int RatioLookedAtFrom = 1 << 20;

    private readonly ZipEntry entry;
    private readonly ScanLimits limits;
    private readonly Stream inflated;
    private long count;
    private uint crc;
    private bool ended;

    public ZipEntryStream(ByteSource source, ZipEntry entry, ScanLimits limits)
    {
        if (entry.Obstacle is { Length: > 0 } obstacle) throw new FormatException(obstacle);

        this.entry = entry;
        this.limits = limits;
        var raw = ZipEntryData.Open(source, entry);
        inflated = entry.Method == ZipEntry.Deflated ? new DeflateStream(raw, CompressionMode.Decompress) : raw;
        if (entry.Size == 0) Probe();
    }

    public override int Read(Span<byte> buffer)
    {
        if (ended || buffer.IsEmpty) return 0;

        var length = Inflate(buffer);
        if (length == 0) throw new FormatException($"ends after {count} of the {entry.Size} bytes that the archive says");

        count += length;
        crc = Crc32.Append(crc, buffer[..length]);
        if (count > entry.Size) throw TooLong();
        if (count >= RatioLookedAtFrom && count / Math.Max(1, entry.CompressedSize) > limits.Ratio)
            throw new LimitReachedException($"inflates to more than {limits.Ratio} times its size");
        if (count == entry.Size) Probe();
        return length;
    }

    private void Probe()
    {
        Span<byte> one = stackalloc byte[1];
        if (Inflate(one) > 0) throw TooLong();
        if (crc != entry.Crc) throw new FormatException("checksum does not match");
        ended = true;
    }

    private int Inflate(Span<byte> buffer)
    {
        try
        {
            return inflated.Read(buffer);
        }
        catch (InvalidDataException damaged)
        {
            throw new FormatException("damaged compressed data", damaged);
        }
        catch (IOException failed)
        {
            throw new FormatException("the archive could not be read", failed);
        }
    }

    private FormatException TooLong() => new($"inflates to more than the {entry.Size} bytes that the archive says");

    protected override void Dispose(bool disposing)
    {
        if (disposing) inflated.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>The compressed bytes of one entry. A small one comes with its header in a single read.</summary>
internal sealed class ZipEntryData : ReadStream
{
    private const uint LocalSignature = 0x04034b50;
    private const int LocalSize = 30;
    private const int ExtraGuess = 64;
    private const int Block = 32 << 10;

    private readonly ByteSource source;
    private readonly byte[] block;
    private long offset;
    private long rest;
    private int start;
    private int held;

    private ZipEntryData(ByteSource source, ZipEntry entry)
    {
        this.source = source;
        offset = entry.Offset;
        block = new byte[(int)Math.Min(Block, Extent(entry))];
        held = source.ReadUpTo(offset, block);
        offset += held;
        if (held < LocalSize || BinaryPrimitives.ReadUInt32LittleEndian(block) != LocalSignature)
            throw new FormatException("no entry where the archive says it is");
        if (BinaryPrimitives.ReadUInt16LittleEndian(block.AsSpan(8)) != entry.Method)
            throw new FormatException("two compression methods for one entry");

        rest = entry.CompressedSize;
        Skip(LocalSize
            + BinaryPrimitives.ReadUInt16LittleEndian(block.AsSpan(26))
            + BinaryPrimitives.ReadUInt16LittleEndian(block.AsSpan(28)));
    }

    /// <summary>Bytes from the local header to the end of the data; the header's extra field is not known beforehand.</summary>
    public static long Extent(ZipEntry entry) => LocalSize + entry.NameLength + ExtraGuess + Math.Max(0, entry.CompressedSize);

    public static ZipEntryData Open(ByteSource source, ZipEntry entry) => new(source, entry);

    /// <summary>The bytes of an entry that is not compressed, where they lie.</summary>
    public static StretchSource OpenStored(ByteSource source, ZipEntry entry)
    {
        using var data = new ZipEntryData(source, entry);
        return new(source, data.offset - data.held, entry.Size);
    }

    public override int Read(Span<byte> buffer)
    {
        if (rest == 0 || buffer.IsEmpty) return 0;
        if (held == 0)
        {
            start = 0;
            held = offset < source.Length ? source.Read(offset, block) : 0;
            if (held == 0) throw new FormatException("the file ends early");
            offset += held;
        }

        var length = (int)Math.Min(Math.Min(held, buffer.Length), rest);
        block.AsSpan(start, length).CopyTo(buffer);
        start += length;
        held -= length;
        rest -= length;
        return length;
    }

    private void Skip(int length)
    {
        var known = Math.Min(length, held);
        start += known;
        held -= known;
        offset += length - known;
    }
}
