using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace ServerlessSec.Sources.Advisories;

/// <summary>
/// Reads the records of a bulk export one after the other; unlike <see cref="ZipArchive"/> it holds one entry at a time, so
/// that memory does not grow with the archive, and it checks sizes and checksums.
/// </summary>
internal sealed class ZipRecords(Stream archive, ScanLimits limits)
{
    private const uint EndSignature = 0x06054b50, End64Signature = 0x06064b50, Locator64Signature = 0x07064b50;
    private const uint EntrySignature = 0x02014b50, LocalSignature = 0x04034b50;

    private sealed record Entry(string Name, bool Encrypted, ushort Method, uint Crc, long Packed, long Size, long Offset);

    /// <summary>Calls <paramref name="take"/> with name and bytes of each <c>.json</c> entry; the bytes are its only
    /// until it returns.</summary>
    public void Read(RecordReader take, CancellationToken stop)
    {
        var (next, left) = FindDirectory();
        var total = 0L;
        // The directory is read in pieces, between which entries are.
        var directory = new DirectoryWindow(archive, next);
        for (; left > 0; left--)
        {
            stop.ThrowIfCancellationRequested();
            var entry = ReadEntry(directory);
            if (!entry.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) continue;
            total += entry.Size;
            if (total > limits.TotalBytes) throw new LimitReachedException($"more than {limits.TotalBytes} bytes in the archive");
            ReadData(entry, take);
        }
    }

    private (long Offset, long Count) FindDirectory()
    {
        var length = (int)Math.Min(archive.Length, 65_557);
        var tail = new byte[length];
        archive.Position = archive.Length - length;
        archive.ReadExactly(tail);
        for (var at = length - 22; at >= 0; at--)
        {
            var end = tail.AsSpan(at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(end) != EndSignature) continue;
            var count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
            var offset = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
            return count == ushort.MaxValue || offset == uint.MaxValue ? FindDirectory64(archive.Length - length + at) : (offset, count);
        }

        throw new InvalidDataException("the archive has no directory: it is cut or no zip");
    }

    private (long Offset, long Count) FindDirectory64(long end)
    {
        Span<byte> buffer = stackalloc byte[56];
        var locator = buffer[..20];
        ReadAt(end - 20, locator);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != Locator64Signature)
            throw new InvalidDataException("the archive's directory is not there");
        ReadAt(BinaryPrimitives.ReadInt64LittleEndian(locator[8..]), buffer);
        if (BinaryPrimitives.ReadUInt32LittleEndian(buffer) != End64Signature)
            throw new InvalidDataException("the archive's directory is not there");
        return (BinaryPrimitives.ReadInt64LittleEndian(buffer[48..]), BinaryPrimitives.ReadInt64LittleEndian(buffer[32..]));
    }

    private static Entry ReadEntry(DirectoryWindow directory)
    {
        var head = directory.Take(46);
        if (BinaryPrimitives.ReadUInt32LittleEndian(head) != EntrySignature)
            throw new InvalidDataException("the archive's directory is broken");
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(head[8..]);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(head[10..]);
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(head[16..]);
        long packed = BinaryPrimitives.ReadUInt32LittleEndian(head[20..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(head[24..]);
        int name = BinaryPrimitives.ReadUInt16LittleEndian(head[28..]);
        int extra = BinaryPrimitives.ReadUInt16LittleEndian(head[30..]);
        int comment = BinaryPrimitives.ReadUInt16LittleEndian(head[32..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(head[42..]);
        var rest = directory.Take(name + extra + comment);
        ReadExtra(rest.Slice(name, extra), ref packed, ref size, ref offset);
        return new(Encoding.UTF8.GetString(rest[..name]), (flags & 1) != 0, method, crc, packed, size, offset);
    }

    // APPNOTE 4.5.3: the extra field holds, in this order, those values that do not fit.
    private static void ReadExtra(ReadOnlySpan<byte> extra, ref long packed, ref long size, ref long offset)
    {
        while (extra.Length >= 4)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4) return;
            var field = extra.Slice(4, length);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
            {
                if (size == uint.MaxValue) size = Take(ref field, size);
                if (packed == uint.MaxValue) packed = Take(ref field, packed);
                if (offset == uint.MaxValue) offset = Take(ref field, offset);
                return;
            }

            extra = extra[(4 + length)..];
        }

        static long Take(ref ReadOnlySpan<byte> field, long otherwise)
        {
            if (field.Length < 8) return otherwise;
            var value = BinaryPrimitives.ReadInt64LittleEndian(field);
            field = field[8..];
            return value;
        }
    }

    private void ReadData(Entry entry, RecordReader take)
    {
        if (entry.Encrypted || entry.Method is not (0 or 8))
            throw new InvalidDataException($"'{entry.Name}' in the archive is encrypted or packed in an unknown way");
        if (entry.Size > limits.ManifestBytes)
            throw new LimitReachedException($"more than {limits.ManifestBytes} bytes for '{entry.Name}'");
        if (entry.Size < 0 || entry.Packed < 0 || entry.Packed > archive.Length)
            throw new InvalidDataException($"'{entry.Name}' in the archive has an impossible size");
        Span<byte> local = stackalloc byte[30];
        ReadAt(entry.Offset, local);
        if (BinaryPrimitives.ReadUInt32LittleEndian(local) != LocalSignature)
            throw new InvalidDataException($"'{entry.Name}' is not where the archive's directory says");
        archive.Position += BinaryPrimitives.ReadUInt16LittleEndian(local[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);

        var packed = ArrayPool<byte>.Shared.Rent((int)Math.Min(entry.Packed, int.MaxValue));
        var bytes = ArrayPool<byte>.Shared.Rent((int)entry.Size + 1);
        try
        {
            archive.ReadExactly(packed, 0, checked((int)entry.Packed));
            using var source = new MemoryStream(packed, 0, (int)entry.Packed);
            using Stream content = entry.Method == 0 ? source : new DeflateStream(source, CompressionMode.Decompress);
            var length = content.ReadAtLeast(bytes.AsSpan(0, (int)entry.Size + 1), (int)entry.Size + 1, throwOnEndOfStream: false);
            var data = bytes.AsSpan(0, length);
            if (length != entry.Size || Crc32.Of(data) != entry.Crc)
                throw new InvalidDataException($"'{entry.Name}' in the archive is damaged");
            take(entry.Name, data);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void ReadAt(long offset, Span<byte> target)
    {
        if (offset < 0 || offset > archive.Length - target.Length) throw new InvalidDataException("the archive points outside of itself");
        archive.Position = offset;
        archive.ReadExactly(target);
    }

    /// <summary>Reads forward through the directory in pieces of its own, wherever the archive's position went meanwhile.</summary>
    private sealed class DirectoryWindow(Stream archive, long start)
    {
        private readonly byte[] buffer = new byte[256 * 1024];
        private long next = start;
        private int at, end;

        public ReadOnlySpan<byte> Take(int count)
        {
            if (end - at < count) Fill(count);
            at += count;
            return buffer.AsSpan(at - count, count);
        }

        // The longest entry has 46 bytes and three fields of 65,535.
        private void Fill(int count)
        {
            buffer.AsSpan(at, end - at).CopyTo(buffer);
            end -= at;
            at = 0;
            if (next < 0 || next > archive.Length) throw new InvalidDataException("the archive points outside of itself");
            archive.Position = next;
            var read = archive.ReadAtLeast(buffer.AsSpan(end), count - end, throwOnEndOfStream: false);
            next += read;
            end += read;
            if (end < count) throw new InvalidDataException("the archive's directory is cut");
        }
    }
}

/// <summary>Takes one record's file name and bytes.</summary>
internal delegate void RecordReader(string name, ReadOnlySpan<byte> json);
