using System.Buffers.Binary;

namespace ServerlessSec.Inventory.Binaries;

/// <summary>Places in a program's writable data from which a list of its packages can be found.</summary>
/// <param name="GoBuildInfo">Where Go's build info begins, in the file.</param>
/// <param name="Bundle">Where the header of a single-file bundle begins, in the file.</param>
internal readonly record struct ProgramMarks(long? GoBuildInfo, long? Bundle)
{
    private const int Chunk = 1 << 20;
    private const long SearchedBytes = 128L << 20;
    private const int GoAlignment = 16;

    private static ReadOnlySpan<byte> Go =>
        [0xff, (byte)' ', (byte)'G', (byte)'o', (byte)' ', (byte)'b', (byte)'u', (byte)'i', (byte)'l', (byte)'d', (byte)'i', (byte)'n', (byte)'f', (byte)':'];

    // SHA-256 of ".net core bundle", after the eight bytes of the header's offset (Microsoft.NET.HostModel).
    private static ReadOnlySpan<byte> DotNet =>
    [
        0x8b, 0x12, 0x02, 0xb9, 0x6a, 0x61, 0x20, 0x38, 0x72, 0x7b, 0x93, 0x02, 0x14, 0xd7, 0xa0, 0x32,
        0x13, 0xf5, 0xb9, 0xe6, 0xef, 0xae, 0x33, 0x18, 0xee, 0x3b, 0x2d, 0xce, 0x24, 0xb3, 0x6a, 0xae,
    ];

    public static ProgramMarks Find(ProgramImage image)
    {
        var searched = 0L;
        foreach (var part in image.Segments)
        {
            if (!part.IsWritable) continue;
            if (Search(image, part, SearchedBytes - searched) is { } found) return found;
            if ((searched += part.Size) >= SearchedBytes) break;
        }

        return default;
    }

    private static ProgramMarks? Search(ProgramImage image, ImagePart part, long most)
    {
        const int overlap = 64;
        var end = Math.Min(part.Size, most);
        var chunk = new byte[(int)Math.Min(Chunk, Math.Max(0, Math.Min(end, image.Source.Length - part.Offset)))];
        for (var at = 0L; at < end; at += chunk.Length - overlap)
        {
            var wanted = (int)Math.Min(chunk.Length, end - at);
            var count = image.Source.ReadUpTo(part.Offset + at, chunk.AsSpan(0, wanted));
            var bytes = chunk.AsSpan(0, count);
            if (IndexOfGo(bytes, part.Address + (ulong)at) is var go and >= 0) return new(part.Offset + at + go, null);
            if (IndexOfBundle(bytes) is var header and > 0) return new(null, header);
            if (count < wanted) throw new FormatException("a segment that is cut off");
            if (wanted < chunk.Length || chunk.Length <= overlap) break;
        }

        return null;
    }

    private static int IndexOfGo(ReadOnlySpan<byte> bytes, ulong address)
    {
        for (var from = 0; bytes[from..].IndexOf(Go) is var next and >= 0; from += next + 1)
        {
            if ((address + (ulong)(from + next)) % GoAlignment == 0) return from + next;
        }

        return -1;
    }

    /// <summary>The offset before the mark; 0 where the host has no bundle.</summary>
    private static long IndexOfBundle(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOf(DotNet) is var mark and >= 8 ? BinaryPrimitives.ReadInt64LittleEndian(bytes[(mark - 8)..]) : 0;
}
