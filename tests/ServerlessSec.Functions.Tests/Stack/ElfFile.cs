using System.Buffers.Binary;
using System.Text;

namespace ServerlessSec.Functions.Stack;

/// <summary>What a 64-bit little-endian ELF file asks of the machine that loads it (System V ABI, chapters 4 and 5).</summary>
internal sealed class ElfFile
{
    private const int VersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private readonly byte[] bytes;

    public ElfFile(byte[] bytes)
    {
        if (!IsElf(bytes)) throw new FormatException("it is no 64-bit little-endian ELF file");
        this.bytes = bytes;
    }

    /// <summary>62 is x86-64, 183 is AArch64.</summary>
    public int Machine => U16(18);

    public static bool IsElf(ReadOnlySpan<byte> bytes) => bytes.Length > 64 && bytes.StartsWith("\u007fELF\u0002\u0001"u8);

    /// <summary>Symbol versions that must be there, such as <c>GLIBC_2.34</c>.</summary>
    public IEnumerable<string> Needs()
    {
        var sections = (long)U64(40);
        for (var i = 0; i < U16(60); i++)
        {
            var header = (int)sections + (i * U16(58));
            if (U32(header + 4) != VersionNeeds) continue;
            var names = (int)U64((int)sections + ((int)U32(header + 40) * U16(58)) + 24);
            foreach (var name in Needs((int)U64(header + 24), (int)U32(header + 44), names)) yield return name;
        }
    }

    private IEnumerable<string> Needs(int at, int count, int names)
    {
        for (var i = 0; i < count; i++)
        {
            var version = at + (int)U32(at + 8);
            for (var j = 0; j < U16(at + 2); j++)
            {
                yield return Text(names + (int)U32(version + 8));
                version += (int)U32(version + 12);
            }

            at += (int)U32(at + 12);
        }
    }

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private ulong U64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));

    private string Text(int at) => Encoding.ASCII.GetString(bytes.AsSpan(at, bytes.AsSpan(at).IndexOf((byte)0)));
}
