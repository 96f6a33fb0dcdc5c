using System.Buffers.Binary;

namespace ServerlessSec.Packages;

/// <summary>The checksum of zip entries (ISO 3309), eight bytes at a step.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = BuildTable();

    /// <summary>Continues <paramref name="crc"/>, which starts at 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var table = Table.AsSpan();
        crc = ~crc;
        while (bytes.Length >= 8)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = table[(int)(0x700 | (low & 0xff))] ^ table[(int)(0x600 | ((low >> 8) & 0xff))]
                ^ table[(int)(0x500 | ((low >> 16) & 0xff))] ^ table[(int)(0x400 | (low >> 24))]
                ^ table[(int)(0x300 | (high & 0xff))] ^ table[(int)(0x200 | ((high >> 8) & 0xff))]
                ^ table[(int)(0x100 | ((high >> 16) & 0xff))] ^ table[(int)(high >> 24)];
            bytes = bytes[8..];
        }

        foreach (var value in bytes) crc = table[(int)((crc ^ value) & 0xff)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] BuildTable()
    {
        var table = new uint[8 * 256];
        for (var index = 0u; index < table.Length; index++)
        {
            var value = index < 256 ? index : table[index - 256];
            if (index < 256)
            {
                for (var bit = 0; bit < 8; bit++) value = (value >> 1) ^ ((value & 1) * 0xedb88320u);
            }
            else
            {
                value = table[value & 0xff] ^ (value >> 8);
            }

            table[index] = value;
        }

        return table;
    }
}
