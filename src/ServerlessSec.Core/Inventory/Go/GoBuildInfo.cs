using System.Text;
using ServerlessSec.Inventory.Binaries;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Go;

/// <summary>
/// What <c>go build</c> leaves in every program, stripped or not: the toolchain's version and the modules (package
/// debug/buildinfo). Since Go 1.18 the two texts follow the mark; before, it points at them.
/// </summary>
internal static class GoBuildInfo
{
    private const string Cataloger = "go-build-info";
    private const int HeaderSize = 32;
    private const int LongestToolchain = 256;
    private const int SentinelSize = 16;
    private const int Inline = 2;
    private const int BigEndian = 1;

    /// <param name="start">Where the mark is, in the file.</param>
    public static void Read(ProgramImage image, long start, PackageFile file, Sink sink)
    {
        var header = new byte[HeaderSize];
        image.Source.ReadExactly(start, header);
        var (toolchain, modules) = (header[15] & Inline) != 0
            ? ReadInline(image.Source, start + HeaderSize, sink.Limits)
            : ReadPointed(image, header, sink.Limits);

        var occurrence = new Occurrence(file.Path, file.Layer, OccurrenceKind.Installed, Cataloger);
        AddToolchain(toolchain, occurrence, file, sink);
        if (modules.Length == 0)
        {
            sink.Opaque(file.Path, file.Layer, "compiled", $"'{file.Path}' is a Go program without a list of its modules.", GoModule.Ecosystem);
        }
        else
        {
            AddModules(modules, occurrence, file, sink);
        }

        sink.Explain(file.Path);
    }

    private static (string Toolchain, string Modules) ReadInline(ByteSource source, long at, ScanLimits limits)
    {
        var toolchain = ReadText(source, ref at, LongestToolchain);
        return (Encoding.UTF8.GetString(toolchain), Modules(ReadText(source, ref at, limits.ManifestBytes)));
    }

    private static byte[] ReadText(ByteSource source, ref long at, int longest)
    {
        var length = 0UL;
        Span<byte> one = stackalloc byte[1];
        for (var shift = 0; ; shift += 7)
        {
            if (shift > 28) throw new FormatException("a length of build info that has no end");
            source.ReadExactly(at++, one);
            length |= (ulong)(one[0] & 0x7f) << shift;
            if (one[0] < 0x80) break;
        }

        if (length > (ulong)longest || (long)length > source.Length - at) throw new FormatException("build info longer than the file may hold");
        var text = new byte[length];
        source.ReadExactly(at, text);
        at += text.Length;
        return text;
    }

    private static (string Toolchain, string Modules) ReadPointed(ProgramImage image, byte[] header, ScanLimits limits)
    {
        if (header[14] != image.PointerSize || ((header[15] & BigEndian) != 0) != image.IsBigEndian)
            throw new FormatException("build info of another machine than the program's");

        var size = image.PointerSize;
        return (
            Encoding.UTF8.GetString(Pointed(image, image.Pointer(header.AsSpan(16, size)), LongestToolchain)),
            Modules(Pointed(image, image.Pointer(header.AsSpan(16 + size, size)), limits.ManifestBytes)));
    }

    /// <summary>A Go string: its header holds where the bytes are and how many.</summary>
    private static byte[] Pointed(ProgramImage image, ulong address, int longest)
    {
        if (address == 0) return [];

        var size = image.PointerSize;
        var text = image.At(address, 2 * size);
        var length = image.Pointer(text.AsSpan(size));
        if (length == 0) return [];
        if (length > (ulong)longest || length > (ulong)image.Source.Length) throw new FormatException("build info longer than the file may hold");
        return image.At(image.Pointer(text), (int)length);
    }

    /// <summary>The list stands between two marks; without them there is none.</summary>
    private static string Modules(ReadOnlySpan<byte> framed) =>
        framed.Length > (2 * SentinelSize) && framed[^(SentinelSize + 1)] == '\n'
            ? Encoding.UTF8.GetString(framed[SentinelSize..^SentinelSize])
            : "";

    private static void AddToolchain(string toolchain, Occurrence occurrence, PackageFile file, Sink sink)
    {
        if (GoToolchain.Version(toolchain) is { Length: > 0 } version)
        {
            sink.Add($"{file.Path}/{GoModule.StandardLibrary}", GoModule.Component(GoModule.StandardLibrary, version, occurrence));
            return;
        }

        sink.Gap(new(
            GapKind.Unread,
            new() { Evidence = Evidence.Inventory, Path = file.Path, Layer = file.Layer, Cataloger = Cataloger, Ecosystem = GoModule.Ecosystem },
            "unknown toolchain",
            $"'{file.Path}' was built by a Go toolchain of no released version; its standard library is not judged."));
    }

    private static void AddModules(string modules, Occurrence occurrence, PackageFile file, Sink sink)
    {
        var pending = (Path: "", Version: "", IsMain: false);
        foreach (var line in modules.Split('\n'))
        {
            var parts = line.TrimEnd('\r').Split('\t');
            switch (parts)
            {
                case ["=>", var path, ..]:
                    // What stands in its place is what was built; a folder has neither name nor version.
                    pending = (path, parts.ElementAtOrDefault(2) ?? "", pending.IsMain);
                    break;
                case ["mod" or "dep", var path, var version, ..]:
                    Add(pending, occurrence, file, sink);
                    pending = (path, version, parts[0] == "mod");
                    break;
            }
        }

        Add(pending, occurrence, file, sink);
    }

    private static void Add((string Path, string Version, bool IsMain) module, Occurrence occurrence, PackageFile file, Sink sink)
    {
        if (module.Path.Length == 0) return;
        if (GoModule.IsPath(module.Path) && GoModule.IsVersion(module.Version))
        {
            sink.Add($"{file.Path}/{module.Path}", GoModule.Component(module.Path, module.Version, occurrence));
            return;
        }

        // The program itself has no version when it is built where it is written.
        if (module.IsMain) return;
        var name = module.Path.Length > 120 ? module.Path[..120] : module.Path;
        sink.Gap(new(
            GapKind.Unread,
            new() { Evidence = Evidence.Inventory, Path = file.Path, Layer = file.Layer, Cataloger = Cataloger, Ecosystem = GoModule.Ecosystem },
            "module without version",
            $"'{file.Path}' was built with '{new string([.. name.Where(letter => !char.IsControl(letter))])}', which has no released version."));
    }
}
