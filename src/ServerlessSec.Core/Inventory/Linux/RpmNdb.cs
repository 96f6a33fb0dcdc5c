using System.Buffers.Binary;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Linux;

/// <summary>rpm's own database, <c>Packages.db</c>: pages of slots, each of which says where a header lies; little-endian.</summary>
internal static class RpmNdb
{
    private const uint FileMagic = 0x506d7052; // RpmP
    private const uint SlotMagic = 0x746f6c53; // Slot
    private const uint BlobMagic = 0x53626c42; // BlbS
    private const int Page = 4096;
    private const int Unit = 16;
    private const int MostPages = 2_048;

    public static IEnumerable<byte[]> Headers(ByteSource file)
    {
        var head = new byte[32];
        file.ReadExactly(0, head);
        if (U32(head, 0) != FileMagic || U32(head, 4) != 0) throw new FormatException("no database of rpm's own format");
        var pages = U32(head, 12);
        if (pages is 0 or > MostPages) throw new FormatException("a forged number of pages in rpm's database");

        var budget = 2 * file.Length;
        var slots = new byte[pages * Page];
        file.ReadExactly(0, slots);
        for (var at = 32; at < slots.Length; at += Unit)
        {
            if (U32(slots, at) != SlotMagic) throw new FormatException("a damaged slot in rpm's database");
            if (U32(slots, at + 4) is var package && package == 0) continue;

            var start = (long)U32(slots, at + 8) * Unit;
            var blob = new byte[16];
            file.ReadExactly(start, blob);
            var length = U32(blob, 12);
            if (U32(blob, 0) != BlobMagic || U32(blob, 4) != package || length > file.Length) throw new FormatException("a damaged record in rpm's database");
            if ((budget -= length) < 0) throw new FormatException("records of rpm's database lie over each other");
            var header = new byte[length];
            file.ReadExactly(start + blob.Length, header);
            yield return header;
        }
    }

    private static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
}
