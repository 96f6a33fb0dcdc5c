using System.IO.Compression;
using System.Text.Json;
using ServerlessSec.Inventory.Binaries;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Rust;

/// <summary>The list of crates that <c>cargo auditable</c> puts into a section of the program: JSON, deflated with a zlib header.</summary>
internal static class CargoAuditable
{
    public const string Section = ".dep-v0";
    private const string Cataloger = "cargo-auditable";
    private const int MostBytes = 8 << 20;

    public static void Read(ByteSource source, ImagePart section, PackageFile file, Sink sink)
    {
        using var document = ManifestJson.Object(Inflate(source, section), sink.Limits);
        if (!document.RootElement.TryGetProperty("packages", out var packages) || packages.ValueKind != JsonValueKind.Array)
            throw new FormatException("no packages");

        sink.Rooted(file.Path + "/");
        var number = 0;
        foreach (var package in packages.EnumerateArray())
        {
            if (package.ValueKind != JsonValueKind.Object) throw new FormatException("a package that is no object");
            Add(package, number++, file, sink);
        }

        sink.Explain(file.Path);
    }

    private static byte[] Inflate(ByteSource source, ImagePart section)
    {
        if (section.Size is <= 0 or > MostBytes) throw new FormatException("audit data of no sensible size");

        var packed = new byte[section.Size];
        source.ReadExactly(section.Offset, packed);
        try
        {
            using var inflated = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
            var bytes = new byte[MostBytes + 1];
            var length = inflated.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= MostBytes ? bytes[..length] : throw new LimitReachedException($"audit data of more than {MostBytes} bytes");
        }
        catch (InvalidDataException damaged)
        {
            throw new FormatException("damaged audit data", damaged);
        }
    }

    private static void Add(JsonElement package, int number, PackageFile file, Sink sink)
    {
        // What only built it is not in it; what is built here is the program itself.
        var key = $"{file.Path}/{number}";
        var isRoot = ManifestJson.Is(package, "root");
        if (ManifestJson.Text(package, "kind") == "build") return;
        if (ManifestJson.Text(package, "source") != "local")
        {
            var occurrence = new Occurrence(file.Path, file.Layer, OccurrenceKind.Installed, Cataloger);
            sink.Add(key, Crate.Component(ManifestJson.Text(package, "name"), ManifestJson.Text(package, "version"), occurrence));
        }

        if (!package.TryGetProperty("dependencies", out var needs) || needs.ValueKind != JsonValueKind.Array) return;
        foreach (var need in needs.EnumerateArray())
        {
            if (need.ValueKind != JsonValueKind.Number || !need.TryGetInt32(out var index)) continue;
            if (isRoot) sink.Direct($"{file.Path}/{index}");
            else sink.Edge(key, $"{file.Path}/{index}");
        }
    }
}
