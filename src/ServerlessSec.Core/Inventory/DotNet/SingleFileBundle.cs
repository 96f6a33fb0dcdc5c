using System.Buffers.Binary;
using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.DotNet;

/// <summary>
/// A .NET program published as one file: the assemblies lie behind the host, with a manifest of where, and the list of
/// libraries among them (the bundle format of Microsoft.NET.HostModel, versions 1 to 6).
/// </summary>
internal static class SingleFileBundle
{
    private const string Cataloger = "dotnet-bundle";
    private const int MostFiles = 100_000;
    private const byte DependencyListType = 3;

    /// <param name="header">Where the bundle's header begins, in the file.</param>
    public static void Read(ByteSource source, long header, PackageFile file, Sink sink)
    {
        if (header >= source.Length) throw new FormatException("a bundle header outside the file");

        var reader = new BundleReader(source, header);
        var version = reader.U32();
        if (version is 0 or > 6) throw new FormatException($"a bundle of version {version}");

        reader.U32();
        var count = reader.U32();
        if (count > MostFiles) throw new LimitReachedException($"a bundle of more than {MostFiles} files");

        reader.Text();
        if (version >= 2) reader.Skip(5 * sizeof(long));

        var names = new HashSet<string>(StringComparer.Ordinal);
        (long Offset, long Size, string Path)? list = null;
        for (var index = 0; index < count; index++)
        {
            var (offset, size) = (reader.I64(), reader.I64());
            var packed = version >= 6 ? reader.I64() : 0;
            var type = reader.Byte();
            var path = reader.Text();
            names.Add(path);
            names.Add(path[(path.LastIndexOf('/') + 1)..]);
            if (type == DependencyListType && packed == 0) list = (offset, size, path);
        }

        if (list is { } found)
        {
            ReadList(source, found, names, file, sink);
        }
        else
        {
            sink.Opaque(file.Path, file.Layer, "bundled", $"'{file.Path}' is a bundle without a list of its packages.", NuGetPackage.Ecosystem);
        }

        sink.Explain(file.Path);
    }

    private static void ReadList(ByteSource source, (long Offset, long Size, string Path) list, HashSet<string> names, PackageFile file, Sink sink)
    {
        if (list.Size is < 0 || list.Size > sink.Limits.ManifestBytes) throw new LimitReachedException($"more than {sink.Limits.ManifestBytes} bytes");
        if (list.Offset < 0 || list.Offset > source.Length - list.Size) throw new FormatException("a bundled file outside the bundle");

        var bytes = new byte[list.Size];
        source.ReadExactly(list.Offset, bytes);
        new DependencyList(Cataloger, file with { Path = $"{file.Path}!/{list.Path}" }, sink)
            .Read(bytes, asset => names.Contains(asset) || names.Contains(asset[(asset.LastIndexOf('/') + 1)..]));
    }

    /// <summary>Reads on from a place, a block at a time.</summary>
    private sealed class BundleReader(ByteSource source, long at)
    {
        private const int LongestText = 4_096;
        private readonly byte[] block = new byte[32 << 10];
        private int start;
        private int held;

        public byte Byte() => Take(1)[0];

        public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

        public long I64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

        public void Skip(int length) => Take(length);

        /// <summary>Its length comes first, seven bits a byte.</summary>
        public string Text()
        {
            var length = 0;
            for (var shift = 0; ; shift += 7)
            {
                if (shift > 14) throw new FormatException("a text that has no end");
                var part = Byte();
                length |= (part & 0x7f) << shift;
                if (part < 0x80) break;
            }

            return length <= LongestText ? Encoding.UTF8.GetString(Take(length)) : throw new FormatException("a text that is too long");
        }

        private ReadOnlySpan<byte> Take(int length)
        {
            if (held < length)
            {
                block.AsSpan(start, held).CopyTo(block);
                start = 0;
                var count = source.ReadUpTo(at, block.AsSpan(held));
                at += count;
                held += count;
                if (held < length) throw new FormatException("the bundle ends early");
            }

            var taken = block.AsSpan(start, length);
            start += length;
            held -= length;
            return taken;
        }
    }
}
