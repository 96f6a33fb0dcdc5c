using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using ServerlessSec.Fuzz.Engine;
using ServerlessSec.Inventory.Binaries;
using ServerlessSec.Inventory.DotNet;
using ServerlessSec.Inventory.Go;
using ServerlessSec.Packages;

namespace ServerlessSec.Fuzz.Targets;

/// <summary>Programs, assemblies and what they carry, and the databases of rpm.</summary>
internal static class BinaryTargets
{
    private const string Modules = "path\tx/y\nmod\tx/y\tv1.0.0\th1:a=\ndep\ta/b\tv1.2.3\th1:b=\n=>\tc/d\tv1.0.1\th1:c=\nbuild\t-compiler=gc\n";
    private const string Audit = """{"packages":[{"name":"fn","version":"0.1.0","source":"local","dependencies":[1],"root":true},{"name":"a","version":"1.0.0","source":"crates.io"},{"name":"b","version":"1.0.0","source":"crates.io","kind":"build"}]}""";
    private const string List = """{"targets":{"t":{"Fn/1.0.0":{"dependencies":{"A":"1.0.0"},"runtime":{"Fn.dll":{}}},"A/1.2.3":{"runtime":{"lib/net8.0/A.dll":{}}}}},"libraries":{"Fn/1.0.0":{"type":"project"},"A/1.2.3":{"type":"package"}}}""";

    public static ImmutableArray<Target> All { get; } =
    [
        Of("elf", "bootstrap", static () => [Programs.Elf(new byte[64]), Programs.Elf(new byte[64], isBig: true), Programs.Elf(new byte[64], isWide: false), Programs.Elf(new byte[64], isWide: false, isBig: true), Programs.Elf(Zlib(Audit), ".dep-v0")], ".dep-v0", ".go.buildinfo", "\u007fELF"),
        Of("native-library", "lib/libcurl.so.4",
            static () => [Programs.Elf(Encoding.ASCII.GetBytes("libcurl/8.4.0\0OpenSSL 3.0.11 19 Sep 2023\0deflate 1.2.13 Copyright\0"), ".rodata"), Programs.Elf(Encoding.ASCII.GetBytes("3.40.1 2022-12-28 14:03:47\0SQLite format 3\0libpng version 1.6.37\0"), ".rodata", isBig: false)],
            "libcurl/8.", "OpenSSL 3.0.", "OpenSSL 1.1.1", "deflate 1.2.", " Copyright", "libpng version ", "zlib", "\0", "GCC: (GNU) 12", "Lavc60.", "ImageMagick 7.1", "1.2.3"),
        Of("pe", "fn.exe", static () => [Programs.Pe(new byte[64]), Programs.Pe(Zlib(Audit), ".dep-v0"), Programs.Pe(GoPrograms.Inline("go1.21.0", Modules))], "PE\0\0", "MZ", ".dep-v0", ".rsrc"),
        Of("macho", "bootstrap", static () => [Programs.MachO(GoPrograms.Inline("go1.21.0", Modules), "__go_buildinfo"), Programs.MachO(Zlib(Audit), ".dep-v0")], "__DATA", "__go_buildinfo", "__TEXT"),
        Of("go-build-info", "bootstrap",
            static () => [Programs.Elf(GoPrograms.Inline("go1.21.0", Modules), ".go.buildinfo"), Programs.Elf(GoPrograms.Inline("go1.21.0", null)), Programs.Elf(GoPrograms.Pointed("go1.17", Modules, true, false)), Programs.Elf(GoPrograms.Pointed("go1.17", Modules, false, true), isWide: false, isBig: true)],
            "dep\t", "=>\t", "mod\t", "path\t", "\t", "\n", "go1.21", "h1:", "v1.0.0"),
        Of("cargo-auditable", "bootstrap", static () => [Programs.Elf(Zlib(Audit), ".dep-v0"), Programs.Elf(Stored(Audit), ".dep-v0")], "\"packages\":", "\"dependencies\":[", "{", "}", "\"root\":true", "\"kind\":\"build\""),
        Of("dotnet-bundle", "bootstrap", static () => [Assemblies.Bundle(6, List, "Fn.dll", "A.dll"), Assemblies.Bundle(2, List, "Fn.dll"), Assemblies.Bundle(1, List, "Fn.dll")], ".deps.json", ".runtimeconfig.json", "Fn.dll"),
        Of("assembly", "A.dll", static () => [Assemblies.Of("A.dll", "1.2.3+sha", "1.2.3.4"), Assemblies.Of("A.dll", "", "1.0.0.0", isManaged: false)], Wide("ProductVersion"), Wide("FileVersion"), Wide("StringFileInfo"), Wide("VS_VERSION_INFO"), "PE\0\0"),
        Of("rpm-sqlite", "var/lib/rpm/rpmdb.sqlite", static () => [Sqlite(Header("bash", "5.1.8", "6.el9")), Sqlite(Header("bash", "5.1.8", "6.el9", 900))], "SQLite format 3\0", "Packages", "table"),
        Of("rpm-ndb", "var/lib/rpm/Packages.db", static () => [Ndb(Header("bash", "5.1.8", "6.el9"), Header("libssl", "3.0", "1.el9"))], "RpmP", "Slot", "BlbS", "BlbE"),
    ];

    private static Target Of(string name, string path, Func<IEnumerable<byte[]>> seeds, params string[] words) =>
        new(name, input => Tree.Inventory(new MemoryContainer([(path, input)], []))) { Seeds = seeds, Words = [.. words.Select(Encoding.Latin1.GetBytes)] };

    private static string Wide(string text) => Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(text));

    private static byte[] Zlib(string text) => Packed(text, CompressionLevel.Optimal);

    /// <summary>Which leaves the letters for the mutator to change.</summary>
    private static byte[] Stored(string text) => Packed(text, CompressionLevel.NoCompression);

    private static byte[] Packed(string text, CompressionLevel level)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, level)) zlib.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    /// <summary>A header of rpm's with a name, a version, an epoch and one file, and text to make it long.</summary>
    private static byte[] Header(string name, string version, string release, int more = 0)
    {
        (int Tag, int Type, byte[] Value)[] entries =
        [
            (1003, 4, Big(1)), (1116, 4, Big(0)),
            (1000, 6, Line(name)), (1001, 6, Line(version)), (1002, 6, Line(release)), (1044, 6, Line($"{name}-{version}-{release}.src.rpm")), (1014, 6, Line("MIT")),
            (1117, 8, Line("bash")), (1118, 8, Line("/usr/bin/")), (1005, 6, Line(new string('x', more))),
        ];
        var (index, values) = (new MemoryStream(), new MemoryStream());
        foreach (var (tag, type, value) in entries)
        {
            index.Write([.. Big(tag), .. Big(type), .. Big((int)values.Length), .. Big(1)]);
            values.Write(value);
        }

        return [.. Big(entries.Length), .. Big((int)values.Length), .. index.ToArray(), .. values.ToArray()];
    }

    /// <summary>An SQLite file of two pages: the schema, and a table of one row, on pages of its own as far as it is long.</summary>
    private static byte[] Sqlite(byte[] blob)
    {
        const int size = 512;
        const int most = size - 35;
        byte[] schema = Record("table"u8.ToArray(), "Packages"u8.ToArray(), "Packages"u8.ToArray(), [2], "CREATE TABLE Packages (hnum INTEGER, blob BLOB)"u8.ToArray());
        byte[] body = [3, 0, .. Varint(12 + (2 * blob.Length)), .. blob];
        body[0] = (byte)(2 + Varint(12 + (2 * blob.Length)).Length);
        var least = ((size - 12) * 32 / 255) - 23;
        var local = body.Length <= most ? body.Length : least + ((body.Length - least) % (size - 4)) is var some && some <= most ? some : least;
        var pages = 2 + ((body.Length - local + size - 5) / (size - 4));
        var file = new byte[pages * size];
        "SQLite format 3\0"u8.CopyTo(file);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(16), size);
        Leaf(file, 100, 0, [.. Varint(schema.Length), 1, .. schema]);
        Leaf(file, 0, size, [.. Varint(body.Length), 1, .. body[..local], .. local < body.Length ? Big(3) : []]);
        for (int at = local, page = 3; at < body.Length; at += size - 4, page++)
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan((page - 1) * size), page < pages ? page + 1 : 0);
            body.AsSpan(at, Math.Min(size - 4, body.Length - at)).CopyTo(file.AsSpan(((page - 1) * size) + 4));
        }

        return file;

        static void Leaf(byte[] file, int header, int page, byte[] cell)
        {
            var at = size - cell.Length;
            file[page + header] = 13;
            BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(page + header + 3), 1);
            BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(page + header + 8), (ushort)at);
            cell.CopyTo(file, page + at);
        }

        static byte[] Record(byte[] a, byte[] b, byte[] c, byte[] number, byte[] d) =>
            [6, (byte)(13 + (2 * a.Length)), (byte)(13 + (2 * b.Length)), (byte)(13 + (2 * c.Length)), 1, (byte)(13 + (2 * d.Length)), .. a, .. b, .. c, .. number, .. d];
    }

    private static byte[] Ndb(params byte[][] headers)
    {
        var file = new MemoryStream(new byte[4096 + headers.Sum(static h => 16 + ((h.Length + 15) / 16 * 16))]);
        Put(0, "RpmP");
        Number(12, 1);
        for (var slot = 32; slot < 4096; slot += 16) Put(slot, "Slot");
        var at = 4096;
        for (var i = 0; i < headers.Length; i++)
        {
            Number(32 + (16 * i) + 4, i + 1);
            Number(32 + (16 * i) + 8, at / 16);
            Put(at, "BlbS");
            Number(at + 4, i + 1);
            Number(at + 12, headers[i].Length);
            file.Position = at + 16;
            file.Write(headers[i]);
            at += 16 + ((headers[i].Length + 15) / 16 * 16);
        }

        return file.ToArray();

        void Put(int position, string text)
        {
            file.Position = position;
            file.Write(Encoding.ASCII.GetBytes(text));
        }

        void Number(int position, int value)
        {
            file.Position = position;
            file.Write(BitConverter.GetBytes(value));
        }
    }

    private static byte[] Varint(int value) => value < 0x80 ? [(byte)value] : [(byte)(0x80 | (value >> 7)), (byte)(value & 0x7f)];

    private static byte[] Line(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    private static byte[] Big(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
