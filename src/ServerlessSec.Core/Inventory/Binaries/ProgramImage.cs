using System.Buffers.Binary;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Binaries;

/// <summary>A stretch of a program file, and where it lies in memory.</summary>
internal readonly record struct ImagePart(string Name, ulong Address, long Offset, long Size, bool IsWritable)
{
    /// <summary>Whether it is run; known of the segments of ELF files.</summary>
    public bool IsCode { get; init; }
}

internal enum ImageFormat
{
    Elf,
    Pe,
    MachO,
}

/// <summary>The layout of a program file: what is mapped where. Headers alone are read, and what they claim is bounded by the file.</summary>
internal sealed class ProgramImage
{
    private ProgramImage(ByteSource source, ImageFormat format, bool isBigEndian, int pointerSize)
    {
        Source = source;
        Format = format;
        IsBigEndian = isBigEndian;
        PointerSize = pointerSize;
    }

    public ByteSource Source { get; }

    public ImageFormat Format { get; }

    public bool IsBigEndian { get; }

    /// <summary>4 or 8.</summary>
    public int PointerSize { get; }

    /// <summary>The machine as the format numbers it.</summary>
    public int Machine { get; init; }

    /// <summary>What is mapped when the program is loaded.</summary>
    public required List<ImagePart> Segments { get; init; }

    /// <summary>Named parts; read when asked for, since an ELF file keeps their table at its end.</summary>
    public required Lazy<List<ImagePart>> Sections { get; init; }

    /// <summary>The image's kind by its first bytes; null where it is none.</summary>
    public static ImageFormat? FormatOf(ReadOnlySpan<byte> head)
    {
        if (head.Length < 4) return null;
        if (head.StartsWith("\u007fELF"u8)) return ImageFormat.Elf;
        if (head.StartsWith("MZ"u8)) return ImageFormat.Pe;
        return BinaryPrimitives.ReadUInt32LittleEndian(head) is 0xfeedface or 0xfeedfacf ? ImageFormat.MachO : null;
    }

    /// <summary>Throws <see cref="FormatException"/> where the headers make no sense.</summary>
    public static ProgramImage Open(ByteSource source, ImageFormat format) => format switch
    {
        ImageFormat.Elf => ElfHeaders.Read(source),
        ImageFormat.Pe => PeHeaders.Read(source),
        _ => MachOHeaders.Read(source),
    };

    public static ProgramImage Of(
        ByteSource source, ImageFormat format, int machine, (bool IsBigEndian, int PointerSize) words,
        List<ImagePart> segments, Func<List<ImagePart>> sections) =>
        new(source, format, words.IsBigEndian, words.PointerSize) { Machine = machine, Segments = segments, Sections = new(sections) };

    public ImagePart? Section(string name)
    {
        foreach (var part in Sections.Value)
        {
            if (part.Name == name) return part;
        }

        return null;
    }

    /// <summary>Reads what lies at <paramref name="address"/> once the program is loaded.</summary>
    public byte[] At(ulong address, int length)
    {
        foreach (var part in Segments)
        {
            if (address < part.Address || address - part.Address >= (ulong)part.Size) continue;
            if ((ulong)length > (ulong)part.Size - (address - part.Address)) break;

            var bytes = new byte[length];
            Source.ReadExactly(part.Offset + (long)(address - part.Address), bytes);
            return bytes;
        }

        throw new FormatException("an address outside the program");
    }

    public ulong Pointer(ReadOnlySpan<byte> bytes) => (PointerSize, IsBigEndian) switch
    {
        (4, false) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        (4, true) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        (_, false) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
    };
}

/// <summary>Numbers of headers, in the file's own byte order.</summary>
internal readonly ref struct HeaderReader(ReadOnlySpan<byte> bytes, bool isBigEndian)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    public ushort U16(int at) => isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]) : BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    public uint U32(int at) => isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    public ulong U64(int at) => isBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]) : BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
