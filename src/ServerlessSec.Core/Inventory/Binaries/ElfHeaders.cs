using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Binaries;

/// <summary>ELF, 32 and 64 bits, either byte order (System V ABI, chapter 4).</summary>
internal static class ElfHeaders
{
    private const int Tables = 1 << 20;
    private const uint Load = 1;
    private const uint Executable = 1;
    private const uint Writable = 2;
    private const uint NoBits = 8;

    public static ProgramImage Read(ByteSource source)
    {
        var head = new byte[64];
        if (source.ReadUpTo(0, head) < 52) throw new FormatException("the ELF header is cut off");

        var isWide = head[4] switch { 1 => false, 2 => true, _ => throw new FormatException("an ELF file of no known class") };
        var isBig = head[5] switch { 1 => false, 2 => true, _ => throw new FormatException("an ELF file of no known byte order") };
        if (isWide && source.Length < 64) throw new FormatException("the ELF header is cut off");

        var header = new HeaderReader(head, isBig);
        var programs = Table(
            source,
            isWide ? header.U64(32) : header.U32(28),
            header.U16(isWide ? 54 : 42),
            header.U16(isWide ? 56 : 44),
            isWide ? 56 : 32);
        var segments = Segments(programs, header.U16(isWide ? 54 : 42), isWide, isBig);
        var words = (isBig, isWide ? 8 : 4);
        return ProgramImage.Of(source, ImageFormat.Elf, header.U16(18), words, segments, () => Sections(source, head, isWide, isBig));
    }

    private static byte[] Table(ByteSource source, ulong offset, int entrySize, int count, int least)
    {
        if (count == 0) return [];
        if (entrySize < least) throw new FormatException("table entries that are too small");
        if ((long)entrySize * count > Tables) throw new LimitReachedException($"a table of more than {Tables} bytes");
        if (offset > (ulong)source.Length) throw new FormatException("a table outside the file");

        var table = new byte[entrySize * count];
        source.ReadExactly((long)offset, table);
        return table;
    }

    private static List<ImagePart> Segments(byte[] table, int entrySize, bool isWide, bool isBig)
    {
        var parts = new List<ImagePart>();
        for (var at = 0; at < table.Length; at += entrySize)
        {
            var entry = new HeaderReader(table.AsSpan(at, entrySize), isBig);
            if (entry.U32(0) != Load) continue;

            var flags = entry.U32(isWide ? 4 : 24);
            var part = Part(
                "",
                isWide ? entry.U64(16) : entry.U32(8),
                isWide ? entry.U64(8) : entry.U32(4),
                isWide ? entry.U64(32) : entry.U32(16),
                (flags & Writable) != 0);
            parts.Add(part with { IsCode = (flags & Executable) != 0 });
        }

        return parts;
    }

    private static List<ImagePart> Sections(ByteSource source, byte[] head, bool isWide, bool isBig)
    {
        var header = new HeaderReader(head, isBig);
        var entrySize = header.U16(isWide ? 58 : 46);
        var offset = isWide ? header.U64(40) : header.U32(32);
        if (offset == 0) return [];

        var table = Table(source, offset, entrySize, header.U16(isWide ? 60 : 48), isWide ? 64 : 40);
        var namesAt = header.U16(isWide ? 62 : 50) * entrySize;
        if (table.Length == 0 || namesAt + entrySize > table.Length) return [];

        var names = Names(source, new HeaderReader(table.AsSpan(namesAt, entrySize), isBig), isWide);
        var parts = new List<ImagePart>();
        for (var at = 0; at < table.Length; at += entrySize)
        {
            var entry = new HeaderReader(table.AsSpan(at, entrySize), isBig);
            if (entry.U32(4) == NoBits) continue;

            parts.Add(Part(
                Name(names, entry.U32(0)),
                isWide ? entry.U64(16) : entry.U32(12),
                isWide ? entry.U64(24) : entry.U32(16),
                isWide ? entry.U64(32) : entry.U32(20),
                false));
        }

        return parts;
    }

    private static byte[] Names(ByteSource source, HeaderReader entry, bool isWide)
    {
        var offset = isWide ? entry.U64(24) : entry.U32(16);
        var size = isWide ? entry.U64(32) : entry.U32(20);
        if (size > Tables) throw new LimitReachedException($"a table of more than {Tables} bytes");
        return Table(source, offset, (int)size, 1, 0);
    }

    private static string Name(ReadOnlySpan<byte> names, uint at)
    {
        const int longest = 64;
        if (at >= names.Length) return "";

        var name = names[(int)at..];
        if (name.Length > longest) name = name[..longest];
        return name.IndexOf((byte)0) is var end and >= 0 ? Encoding.Latin1.GetString(name[..end]) : "";
    }

    /// <summary>Numbers that no file has become ones past its end, where reading fails.</summary>
    private static ImagePart Part(string name, ulong address, ulong offset, ulong size, bool isWritable) =>
        new(name, address, (long)Math.Min(offset, long.MaxValue / 4), (long)Math.Min(size, long.MaxValue / 4), isWritable);
}
