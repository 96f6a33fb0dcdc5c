using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Binaries;

/// <summary>A data directory of a PE file: a relative address and a size.</summary>
internal readonly record struct PeDirectory(uint Address, uint Size);

/// <summary>Portable executables (PE Format, Microsoft): sections are what is mapped.</summary>
internal static class PeHeaders
{
    public const int ResourceTable = 2;
    public const int ManagedHeader = 14;

    private const int Head = 4096;
    private const int MostSections = 96;
    private const uint Writable = 0x80000000;

    public static ProgramImage Read(ByteSource source)
    {
        var (head, at) = Signature(source);
        var header = new HeaderReader(head, isBigEndian: false);
        var optional = at + 24;
        var count = header.U16(at + 6);
        var isWide = Magic(header, optional, head.Length) == 0x20b;
        if (count > MostSections) throw new FormatException($"more than {MostSections} sections");

        var imageBase = isWide ? header.U64(optional + 24) : header.U32(optional + 28);
        var table = optional + header.U16(at + 20);
        if (table + (40 * count) > head.Length) throw new FormatException("the section table is cut off");

        var parts = new List<ImagePart>(count);
        for (var index = 0; index < count; index++)
        {
            var entry = table + (40 * index);
            var name = Encoding.Latin1.GetString(head.AsSpan(entry, 8)).TrimEnd('\0');
            var flags = header.U32(entry + 36);
            parts.Add(new(name, imageBase + header.U32(entry + 12), header.U32(entry + 20), header.U32(entry + 16), (flags & Writable) != 0));
        }

        return ProgramImage.Of(source, ImageFormat.Pe, header.U16(at + 4), (false, isWide ? 8 : 4), parts, () => parts);
    }

    /// <summary>A data directory by its number, with the address as the image counts it; size 0 where there is none.</summary>
    public static PeDirectory Directory(ByteSource source, int number)
    {
        var (head, at) = Signature(source);
        var header = new HeaderReader(head, isBigEndian: false);
        var optional = at + 24;
        var counts = optional + (Magic(header, optional, head.Length) == 0x20b ? 108 : 92);
        var entry = counts + 4 + (8 * number);
        return entry + 8 <= head.Length && header.U32(counts) > (uint)number ? new(header.U32(entry), header.U32(entry + 4)) : default;
    }

    /// <summary>Where the image wants to lie.</summary>
    public static ulong Base(ByteSource source)
    {
        var (head, at) = Signature(source);
        var header = new HeaderReader(head, isBigEndian: false);
        return Magic(header, at + 24, head.Length) == 0x20b ? header.U64(at + 48) : header.U32(at + 52);
    }

    private static (byte[] Head, int At) Signature(ByteSource source)
    {
        var head = new byte[(int)Math.Min(Head, source.Length)];
        source.ReadExactly(0, head);
        if (head.Length < 64) throw new FormatException("the DOS header is cut off");

        var at = new HeaderReader(head, isBigEndian: false).U32(60);
        if (at > head.Length - 24 || !head.AsSpan((int)at).StartsWith("PE\0\0"u8)) throw new FormatException("no PE header where the file says it is");
        return (head, (int)at);
    }

    private static int Magic(HeaderReader header, int optional, int length)
    {
        if (optional + 112 > length) throw new FormatException("the optional header is cut off");
        var magic = header.U16(optional);
        return magic is 0x10b or 0x20b ? magic : throw new FormatException("an optional header of no known kind");
    }
}
