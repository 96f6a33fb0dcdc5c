using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>What is known of a bundle.</summary>
/// <param name="IsWhole">Whether its source map accounts for all of it.</param>
internal sealed record BundleContent(BundleFinds Finds, bool IsWhole);

/// <summary>Recovers the packages that went into one bundle, in one pass over its text and one over its source map.</summary>
internal sealed class BundleReader(PackageTree tree, Sink sink)
{
    public const string Name = "npm-bundle";

    private const int Window = 1 << 20;
    private const int Context = 32 << 10;
    private const string MapMark = "sourceMappingURL=";
    private static readonly SearchValues<char> UrlEnds = SearchValues.Create("\r\n \t*");
    private const string InlineMap = "data:application/json;";

    private BundleFinds finds = new(0);
    private VersionConstants constants = new(new(0));
    private VersionConstants squeezedConstants = new(new(0), isSqueezed: true);
    private ManifestFragments fragments = new(new(0, ""));
    private char[] squeezed = [];
    private bool isBeyondFragments;
    private ModulePath? module;
    private int moduleAt;
    private long mapAt;
    private string? map;

    public BundleContent Read(PackageFile file, bool withMap)
    {
        finds = new(sink.Limits.Components);
        constants = new(finds);
        squeezedConstants = new(finds, isSqueezed: true);
        fragments = new(new(sink.Limits.Steps, "manifests within a bundle"));
        isBeyondFragments = false;
        (module, map, mapAt) = (null, null, -1);
        ReadText(file);
        constants.Settle();
        squeezedConstants.Settle();
        ReadLicences(file);
        ReadMetafile(file);
        return new(finds, withMap && ReadMap(file));
    }

    /// <summary>The text in windows that overlap, so that every mark is seen once with what stands around it.</summary>
    private void ReadText(PackageFile file)
    {
        using var stream = tree.Open(file);
        var size = (int)Math.Min(Window + (2 * Context), Math.Max(file.Size, 0) + 1);
        var (bytes, letters) = (new byte[size], new char[size]);
        var (offset, from, filled) = (0L, 0, 0);
        while (true)
        {
            var count = stream.ReadAtLeast(bytes.AsSpan(filled), size - filled, throwOnEndOfStream: false);
            filled += count;
            var isLast = filled < size;
            Encoding.Latin1.GetChars(bytes.AsSpan(0, filled), letters);
            var to = isLast ? filled : filled - Context;
            Look(letters.AsSpan(0, filled), from, to, offset);
            if (isLast) return;

            var kept = Math.Max(0, to - Context);
            bytes.AsSpan(kept, filled - kept).CopyTo(bytes);
            (offset, from, filled) = (offset + kept, to - kept, filled - kept);
            moduleAt -= kept;
        }
    }

    private void Look(ReadOnlySpan<char> text, int from, int to, long offset)
    {
        var modules = new List<(int At, ModulePath? Path)>();
        if (module is not null) modules.Add((moduleAt, module));
        ModuleMarks.Find(text, from, to, (path, at) =>
        {
            finds.Add(path, null, new(Technique.ModulePath, 0.9, $"{path.Place}/{path.File}"));
            modules.Add((at, path));
        });
        ReadModules(text, modules, from);
        Banners.Find(text, from, to, finds);
        ReadFragments(text, from, to, modules);
        constants.Find(text, from, to);
        if (SqueezedText.IsNeeded(text[from..to])) LookSqueezed(text, from, to);
        FindMap(text, from, to, offset);
        if (modules.Count > 0) (moduleAt, module) = modules[^1];
    }

    /// <summary>Versions and manifests in code that is not minified, or not as most minifiers do it.</summary>
    private void LookSqueezed(ReadOnlySpan<char> text, int from, int to)
    {
        if (squeezed.Length < text.Length) squeezed = new char[text.Length];
        var start = SqueezedText.Write(text[..from], squeezed);
        var middle = start + SqueezedText.Write(text[from..to], squeezed.AsSpan(start));
        var end = middle + SqueezedText.Write(text[to..], squeezed.AsSpan(middle));
        var all = squeezed.AsSpan(0, end);
        squeezedConstants.Find(all, start, middle);
        ReadFragments(all, start, middle, []);
    }

    /// <summary>What stands behind a path is that file's text, up to the next path.</summary>
    private void ReadModules(ReadOnlySpan<char> text, List<(int At, ModulePath? Path)> modules, int from)
    {
        for (var at = 0; at < modules.Count; at++)
        {
            if (modules[at].Path is not { } path || modules[at].At < from || !SourceText.IsTelling(path)) continue;
            var start = modules[at].At;
            var next = at + 1 < modules.Count ? modules[at + 1].At : text.Length;
            var end = ModuleMarks.End(text, start, next);
            SourceText.Read(path, Evaluated(text[start..end]), Technique.VersionConstant, finds);
        }
    }

    /// <summary>webpack's development builds have each module as a string that is evaluated.</summary>
    private static ReadOnlySpan<char> Evaluated(ReadOnlySpan<char> module)
    {
        const string Start = "eval(\"";
        if (module[..Math.Min(module.Length, 200)].IndexOf(Start) is not (>= 0 and var eval)) return module;
        var code = module[(eval + Start.Length)..].TrimStart('{');
        return code.ToString().Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal);
    }

    private void ReadFragments(ReadOnlySpan<char> text, int from, int to, List<(int At, ModulePath? Path)> modules)
    {
        if (isBeyondFragments) return;
        try
        {
            fragments.Find(text, from, to, (name, version, at) =>
            {
                var why = new Recognition(Technique.Manifest, 0.9, $"name \"{name}\", version \"{version}\"");
                if (Before(modules, at) is { } path && path.Name == name) finds.Add(path, version, why);
                else finds.Add(name, version, why);
            });
        }
        catch (LimitReachedException)
        {
            // What else the bundle holds is said to be unknown all the same.
            isBeyondFragments = true;
        }
    }

    /// <summary>The last of the paths, which are in the text's order, that ends before a place.</summary>
    private static ModulePath? Before(List<(int At, ModulePath? Path)> modules, int place)
    {
        var (low, high) = (0, modules.Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (modules[middle].At <= place) low = middle + 1;
            else high = middle;
        }

        return low == 0 ? null : modules[low - 1].Path;
    }

    private void FindMap(ReadOnlySpan<char> text, int from, int to, long offset)
    {
        if (text[from..to].LastIndexOf(MapMark) is not (>= 0 and var mark)) return;
        var start = from + mark + MapMark.Length;
        var url = text[start..Math.Min(text.Length, start + ModulePath.Longest)];
        if (url.IndexOfAny(UrlEnds) is var end and >= 0) url = url[..end];
        (map, mapAt) = (url.ToString(), offset + start);
    }

    /// <summary>What bundlers put beside a bundle: webpack's and esbuild's gathered comments, ncc's list of licences.</summary>
    private void ReadLicences(PackageFile file)
    {
        ReadLicences(file.Path + ".LICENSE.txt", BannerList.ReadComments);
        ReadLicences(file.Path + ".LEGAL.txt", BannerList.ReadComments);
        ReadLicences(EntryPath.Folder(file.Path) + "licenses.txt", BannerList.ReadNames);
    }

    private void ReadMetafile(PackageFile file)
    {
        if (tree.Find(file.Path[..file.Path.LastIndexOf('.')] + Metafile.Ending) is not { } beside) return;
        try
        {
            Metafile.Read(Encoding.UTF8.GetString(tree.ReadAll(beside, sink.Limits.ManifestBytes)), finds);
        }
        catch (UnreadFileException)
        {
            // The tree has the gap.
        }
        catch (JsonException)
        {
            // Not esbuild's; the bundle is said to be unknown in part all the same.
        }
        catch (FormatException)
        {
            // As above: text that is no text.
        }
    }

    private void ReadLicences(string path, BannerList.Reader read)
    {
        if (tree.Find(path) is not { } licences) return;
        try
        {
            read(Encoding.Latin1.GetString(tree.ReadAll(licences, sink.Limits.ManifestBytes)), finds);
        }
        catch (UnreadFileException)
        {
            // The tree has the gap.
        }
    }

    /// <summary>Whether there is a source map that names sources; a fault in it is a gap, and what came before stands.</summary>
    private bool ReadMap(PackageFile file)
    {
        var reader = new SourceMapReader(finds, sink.Limits);
        var linked = map is null || map.StartsWith("data:", StringComparison.Ordinal) ? null : Linked(file, map);
        try
        {
            if (map is not null && map.StartsWith(InlineMap, StringComparison.Ordinal) && map.IndexOf("base64,", StringComparison.Ordinal) is var data and > 0)
            {
                using var stream = tree.Open(file);
                Skip(stream, mapAt + data + "base64,".Length);
                using var transform = new FromBase64Transform(FromBase64TransformMode.IgnoreWhiteSpaces);
                using var decoded = new CryptoStream(stream, transform, CryptoStreamMode.Read);
                reader.Read(decoded);
            }
            else if ((linked ?? tree.Find(file.Path + ".map")) is { } beside)
            {
                using var stream = tree.Open(beside);
                reader.Read(stream);
            }

            return reader.HasMappings && !finds.IsFull && finds.Places.All(reader.Places.Contains);
        }
        catch (UnreadFileException)
        {
            return false;
        }
        catch (FormatException malformed)
        {
            sink.Gap(new(
                malformed is LimitReachedException ? GapKind.Limit : GapKind.Unread,
                new() { Evidence = Evidence.Inventory, Path = file.Path, Layer = file.Layer, Ecosystem = NpmPackage.Ecosystem },
                "source map not read",
                $"The source map of '{file.Path}' was not read to its end: {malformed.Message}."));
            return false;
        }
    }

    private PackageFile? Linked(PackageFile file, string url)
    {
        if (url.Length == 0 || url.Contains("://", StringComparison.Ordinal)) return null;
        try
        {
            return tree.Find(EntryPath.Join(EntryPath.Folder(file.Path), Uri.UnescapeDataString(url.Split('?', '#')[0])));
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    private static void Skip(Stream stream, long count)
    {
        var buffer = new byte[64 << 10];
        while (count > 0)
        {
            var read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, count));
            if (read == 0) return;
            count -= read;
        }
    }
}
