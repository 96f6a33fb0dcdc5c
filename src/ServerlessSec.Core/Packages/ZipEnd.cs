using System.Buffers.Binary;

namespace ServerlessSec.Packages;

/// <summary>The end of a zip: where its central directory lies (APPNOTE.TXT §4.3.14 to §4.3.16).</summary>
/// <param name="Position">Where the first end record begins, which is where the directory ends.</param>
/// <param name="DirectoryOffset">As stated; a program before the archive shifts it.</param>
internal readonly record struct ZipEnd(long Position, long Entries, long DirectorySize, long DirectoryOffset, bool IsZip64)
{
    private const uint EndSignature = 0x06054b50;
    private const uint LocatorSignature = 0x07064b50;
    private const uint Zip64Signature = 0x06064b50;
    private const int EndSize = 22;
    private const int LocatorSize = 20;
    private const int Zip64Size = 56;

    public static ZipEnd Find(ByteSource source)
    {
        if (source.Length == 0) throw new FormatException("the file is empty");

        var tail = new byte[Math.Min(source.Length, EndSize + ushort.MaxValue)];
        var start = source.Length - tail.Length;
        source.ReadExactly(start, tail);
        for (var at = tail.Length - EndSize; at >= 0; at--)
        {
            var record = tail.AsSpan(at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) != EndSignature) continue;
            if (BinaryPrimitives.ReadUInt16LittleEndian(record[20..]) > record.Length - EndSize) continue;
            return Checked(Read(source, record, start + at));
        }

        throw new FormatException("no zip archive, or one that is cut off");
    }

    private static ZipEnd Read(ByteSource source, ReadOnlySpan<byte> record, long position)
    {
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        var disks = BinaryPrimitives.ReadUInt16LittleEndian(record[4..]);
        if (entries != ushort.MaxValue && size != uint.MaxValue && offset != uint.MaxValue)
            return disks == 0 ? new(position, entries, size, offset, false) : throw new FormatException("a part of a split archive");

        return ReadZip64(source, position) ?? new(position, entries, size, offset, false);
    }

    private static ZipEnd? ReadZip64(ByteSource source, long position)
    {
        Span<byte> locator = stackalloc byte[LocatorSize];
        if (position < LocatorSize || source.ReadUpTo(position - LocatorSize, locator) < LocatorSize) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != LocatorSignature) return null;

        var stated = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        return ReadZip64At(source, stated)
            ?? ReadZip64At(source, position - LocatorSize - Zip64Size)
            ?? throw new FormatException("no zip64 end record where the archive says it is");
    }

    private static ZipEnd? ReadZip64At(ByteSource source, long position)
    {
        Span<byte> record = stackalloc byte[Zip64Size];
        if (position < 0 || position > source.Length || source.ReadUpTo(position, record) < Zip64Size) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != Zip64Signature) return null;
        return new(
            position,
            BinaryPrimitives.ReadInt64LittleEndian(record[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[48..]),
            true);
    }

    private static ZipEnd Checked(ZipEnd end) =>
        end.Entries >= 0 && end.DirectorySize >= 0 && end.DirectoryOffset >= 0 && end.DirectorySize <= end.Position
            ? end
            : throw new FormatException("the central directory lies outside the file");
}
