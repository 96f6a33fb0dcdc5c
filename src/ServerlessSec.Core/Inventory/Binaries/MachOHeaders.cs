using System.Buffers.Binary;
using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Binaries;

/// <summary>Mach-O of one architecture, little-endian (loader.h of XNU): segments and the sections in them.</summary>
internal static class MachOHeaders
{
    private const int Commands = 1 << 20;
    private const int Writable = 2;

    public static ProgramImage Read(ByteSource source)
    {
        var head = new byte[32];
        source.ReadExactly(0, head);
        var header = new HeaderReader(head, isBigEndian: false);
        var isWide = header.U32(0) == 0xfeedfacf;
        var size = header.U32(20);
        if (size > Commands) throw new LimitReachedException($"load commands of more than {Commands} bytes");

        var commands = new byte[size];
        source.ReadExactly(isWide ? 32 : 28, commands);
        var segments = new List<ImagePart>();
        var sections = new List<ImagePart>();
        for (var rest = commands.AsSpan(); rest.Length >= 8;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            if (length < 8 || length > rest.Length) throw new FormatException("a load command that is cut off");
            if (BinaryPrimitives.ReadUInt32LittleEndian(rest) == (isWide ? 0x19u : 0x1u)) Take(rest[..(int)length], isWide, segments, sections);
            rest = rest[(int)length..];
        }

        return ProgramImage.Of(source, ImageFormat.MachO, (int)header.U32(4), (false, isWide ? 8 : 4), segments, () => sections);
    }

    private static void Take(ReadOnlySpan<byte> command, bool isWide, List<ImagePart> segments, List<ImagePart> sections)
    {
        var (fixedSize, sectionSize) = isWide ? (72, 80) : (56, 68);
        if (command.Length < fixedSize) throw new FormatException("a segment that is cut off");

        var it = new HeaderReader(command, isBigEndian: false);
        segments.Add(Part(
            "",
            isWide ? it.U64(24) : it.U32(24),
            isWide ? it.U64(40) : it.U32(32),
            isWide ? it.U64(48) : it.U32(36),
            (it.U32(isWide ? 60 : 44) & Writable) != 0));
        for (var at = fixedSize; at + sectionSize <= command.Length; at += sectionSize)
        {
            sections.Add(Part(
                Encoding.Latin1.GetString(command.Slice(at, 16)).TrimEnd('\0'),
                isWide ? it.U64(at + 32) : it.U32(at + 32),
                it.U32(at + (isWide ? 48 : 40)),
                isWide ? it.U64(at + 40) : it.U32(at + 36),
                false));
        }
    }

    private static ImagePart Part(string name, ulong address, ulong offset, ulong size, bool isWritable) =>
        new(name, address, (long)Math.Min(offset, long.MaxValue / 4), (long)Math.Min(size, long.MaxValue / 4), isWritable);
}
