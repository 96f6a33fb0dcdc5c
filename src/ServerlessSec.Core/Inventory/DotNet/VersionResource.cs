using System.Buffers.Binary;
using System.Text;
using ServerlessSec.Inventory.Binaries;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.DotNet;

/// <summary>The strings of an assembly's version resource (VS_VERSIONINFO); the compiler keeps the informational version there as product version.</summary>
internal sealed class VersionResource
{
    private const int VersionType = 16;
    private const int MostBytes = 64 << 10;
    private const int MostStrings = 200;

    private readonly Dictionary<string, string> strings = new(StringComparer.Ordinal);

    /// <summary>Trimmed; empty where there is none.</summary>
    public string this[string name] => strings.GetValueOrDefault(name, "");

    /// <summary>Null where the file is not managed code, or has no such resource. Throws <see cref="FormatException"/> where its headers make no sense.</summary>
    public static VersionResource? Read(ByteSource source)
    {
        if (PeHeaders.Directory(source, PeHeaders.ManagedHeader).Size == 0) return null;

        var table = PeHeaders.Directory(source, PeHeaders.ResourceTable);
        if (table.Size == 0) return null;

        var image = ProgramImage.Open(source, ImageFormat.Pe);
        var root = PeHeaders.Base(source) + table.Address;
        if (Entry(image, root, 0, VersionType) is not { } type || Entry(image, root, type, null) is not { } name || Entry(image, root, name, null) is not { } language)
            return null;

        var data = image.At(root + language, 16);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(4));
        if (size > MostBytes) throw new FormatException($"a version resource of more than {MostBytes} bytes");

        var resource = new VersionResource();
        resource.Take(image.At(PeHeaders.Base(source) + BinaryPrimitives.ReadUInt32LittleEndian(data), (int)size));
        return resource;
    }

    /// <summary>Where the entry with <paramref name="id"/> of the directory at <paramref name="at"/> leads to; the first where none is asked for.</summary>
    private static uint? Entry(ProgramImage image, ulong root, uint at, uint? id)
    {
        const int mostEntries = 4_096;
        var header = image.At(root + at, 16);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(12)) + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(14));
        if (count > mostEntries) throw new FormatException($"a resource directory of more than {mostEntries} entries");

        var entries = image.At(root + at + 16, 8 * count).AsSpan();
        for (; entries.Length >= 8; entries = entries[8..])
        {
            if (id is null || BinaryPrimitives.ReadUInt32LittleEndian(entries) == id) return BinaryPrimitives.ReadUInt32LittleEndian(entries[4..]) & 0x7fffffff;
        }

        return null;
    }

    /// <summary>VS_VERSIONINFO → StringFileInfo → StringTable → String; each block starts with its length, its value's, and its name.</summary>
    private void Take(ReadOnlySpan<byte> info)
    {
        if (info.Length < 6) throw new FormatException("a version resource that is cut off");

        foreach (var file in Children(info))
        {
            if (Name(info[file]) != "StringFileInfo") continue;
            foreach (var table in Children(info[file]))
            {
                var block = info[file][table];
                foreach (var text in Children(block))
                {
                    var entry = block[text];
                    if (strings.Count < MostStrings) strings.TryAdd(Name(entry), Value(entry));
                }
            }
        }
    }

    private static List<Range> Children(ReadOnlySpan<byte> block)
    {
        var children = new List<Range>();
        var length = BinaryPrimitives.ReadUInt16LittleEndian(block);
        var end = Math.Min(length, block.Length);
        var at = Align(ValueAt(block) + ValueLength(block));
        while (at + 6 < end && children.Count < MostStrings)
        {
            int size = BinaryPrimitives.ReadUInt16LittleEndian(block[at..]);
            if (size <= 6 || at + size > end) break;
            children.Add(at..(at + size));
            at = Align(at + size);
        }

        return children;
    }

    private static string Name(ReadOnlySpan<byte> block) => Text(block[6..]);

    private static string Value(ReadOnlySpan<byte> block) => ValueAt(block) is var at && at < block.Length ? Text(block[at..]).Trim() : "";

    private static int ValueAt(ReadOnlySpan<byte> block) => Align(6 + (2 * (Name(block).Length + 1)));

    /// <summary>Of texts it is counted in letters, of the fixed part in bytes; only the fixed part has anything below it.</summary>
    private static int ValueLength(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadUInt16LittleEndian(block[2..]);

    private static int Align(int at) => (at + 3) & ~3;

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        const int longest = 1_024;
        var end = 0;
        while (end + 1 < bytes.Length && end < 2 * longest && (bytes[end] | bytes[end + 1]) != 0) end += 2;
        return Encoding.Unicode.GetString(bytes[..end]);
    }
}
