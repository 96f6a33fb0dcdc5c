using System.Buffers.Binary;
using System.Text;

namespace ServerlessSec.Inventory.Binaries;

/// <summary>Writes program files that hold nothing but headers and one part of data, the impossible ones too.</summary>
internal static class Programs
{
    /// <summary>Where the data lies in memory.</summary>
    public const ulong Address = 0x401000;

    private const int DataAt = 0x400;

    /// <param name="section">Name of a section that holds <paramref name="data"/> too.</param>
    public static byte[] Elf(byte[] data, string section = ".data", bool isWide = true, bool isBig = false, ulong? size = null)
    {
        var (head, program, sectionSize) = isWide ? (64, 56, 64) : (52, 32, 40);
        var names = Encoding.ASCII.GetBytes($"\0{section}\0.shstrtab\0");
        var namesAt = DataAt + data.Length;
        var tableAt = namesAt + names.Length;
        var file = new byte[tableAt + (3 * sectionSize)];
        var to = new Writer(file, isBig, isWide);
        "\u007fELF"u8.CopyTo(file);
        file[4] = (byte)(isWide ? 2 : 1);
        file[5] = (byte)(isBig ? 2 : 1);
        file[6] = 1;
        to.U16(16, 2).U16(18, isWide ? 0x3e : 3).U32(20, 1);
        to.Word(isWide ? 32 : 28, head).Word(isWide ? 40 : 32, tableAt);
        var counts = isWide ? 52 : 40;
        to.U16(counts, head).U16(counts + 2, program).U16(counts + 4, 1).U16(counts + 6, sectionSize).U16(counts + 8, 3).U16(counts + 10, 2);

        to.U32(head, 1).U32(head + (isWide ? 4 : 24), 6);
        to.Word(head + (isWide ? 8 : 4), DataAt).Word(head + (isWide ? 16 : 8), (long)Address);
        to.Word(head + (isWide ? 32 : 16), (long)(size ?? (ulong)data.Length));

        data.CopyTo(file, DataAt);
        names.CopyTo(file, namesAt);
        Section(to, tableAt + sectionSize, isWide, 1, 1, DataAt, size is null ? data.Length : (long)size);
        Section(to, tableAt + (2 * sectionSize), isWide, section.Length + 2, 3, namesAt, names.Length);
        return file;
    }

    /// <summary>A PE32+ file of one writable section; <paramref name="directories"/> are numbers, relative addresses and sizes.</summary>
    public static byte[] Pe(byte[] data, string section = ".data", params (int Number, int Address, int Size)[] directories)
    {
        const int header = 0x80;
        const int optional = header + 24;
        var file = new byte[DataAt + data.Length];
        var to = new Writer(file, false, true);
        "MZ"u8.CopyTo(file);
        to.U32(60, header);
        "PE\0\0"u8.CopyTo(file.AsSpan(header));
        to.U16(header + 4, 0x8664).U16(header + 6, 1).U16(header + 20, 240);
        to.U16(optional, 0x20b).Word(optional + 24, PeBase).U32(optional + 108, 16);
        foreach (var (number, address, size) in directories) to.U32(optional + 112 + (8 * number), address).U32(optional + 116 + (8 * number), size);

        var table = optional + 240;
        Encoding.ASCII.GetBytes(section).CopyTo(file, table);
        to.U32(table + 8, data.Length).U32(table + 12, PeSection).U32(table + 16, data.Length).U32(table + 20, DataAt);
        to.U32(table + 36, unchecked((int)0xc0000040));
        data.CopyTo(file, DataAt);
        return file;
    }

    public const int PeBase = 0x400000;

    public const int PeSection = 0x1000;

    public static byte[] MachO(byte[] data, string section)
    {
        var file = new byte[DataAt + data.Length];
        var to = new Writer(file, false, true);
        to.U32(0, unchecked((int)0xfeedfacf)).U32(4, 0x01000007).U32(12, 2).U32(16, 1).U32(20, 72 + 80);
        to.U32(32, 0x19).U32(36, 72 + 80);
        "__DATA"u8.CopyTo(file.AsSpan(40));
        to.Word(56, (long)Address).Word(64, data.Length).Word(72, DataAt).Word(80, data.Length).U32(88, 3).U32(92, 3).U32(96, 1);
        Encoding.ASCII.GetBytes(section).CopyTo(file, 104);
        "__DATA"u8.CopyTo(file.AsSpan(120));
        to.Word(136, (long)Address).Word(144, data.Length).U32(152, DataAt);
        data.CopyTo(file, DataAt);
        return file;
    }

    private static void Section(Writer to, int at, bool isWide, int name, int type, int offset, long size) =>
        to.U32(at, name).U32(at + 4, type).Word(at + (isWide ? 16 : 12), (long)Address).Word(at + (isWide ? 24 : 16), offset).Word(at + (isWide ? 32 : 20), size);

    internal sealed class Writer(byte[] file, bool isBig, bool isWide)
    {
        public Writer U16(int at, int value)
        {
            if (isBig) BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(at), (ushort)value);
            else BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)value);
            return this;
        }

        public Writer U32(int at, int value)
        {
            if (isBig) BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(at), value);
            else BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
            return this;
        }

        public Writer Word(int at, long value)
        {
            if (!isWide) return U32(at, unchecked((int)value));
            if (isBig) BinaryPrimitives.WriteInt64BigEndian(file.AsSpan(at), value);
            else BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(at), value);
            return this;
        }
    }
}
