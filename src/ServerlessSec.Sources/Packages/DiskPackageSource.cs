using ServerlessSec.Packages;
using ServerlessSec.Scanning;
using ServerlessSec.Snapshots;
using ServerlessSec.Sources.Files;
using ServerlessSec.Sources.Packages.Images;

namespace ServerlessSec.Sources.Packages;

/// <summary>
/// Packages that lie on disk, where a template says: a directory, a zip or jar, a container image, or inline code. What several functions
/// share is listed once; it is read as it was when first asked for.
/// </summary>
/// <param name="baseFolder">The folder that relative paths start from: the template's.</param>
public sealed class DiskPackageSource(string baseFolder, ScanLimits limits) : IPackageSource
{
    private readonly Dictionary<string, DirectoryListing> directories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ZipDirectory> zips = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    public async Task<PackageTree> OpenAsync(FunctionSnapshot function, CancellationToken stop)
    {
        var code = await CodeAsync(function, stop).ConfigureAwait(false);
        var layers = new List<PackageLayer>(function.Package.Layers.Length);
        foreach (var layer in function.Package.Layers) layers.Add(new(layer.Name, await LayerAsync(layer, stop).ConfigureAwait(false)));
        return PackageTree.WithLayers(code, layers, limits);
    }

    private async Task<FileContainer> CodeAsync(FunctionSnapshot function, CancellationToken stop)
    {
        if (function.Package.Inline is { } inline) return InlineCode.Of(function, inline);
        if (function.Configuration.PackageType.Is("Image")) return MemoryContainer.Missing(UnavailableCode.Gap(function));
        if (function.Package.Code is { IsKnown: true, Value: { } code } && UnavailableCode.Reason(code) is null)
            return await OnDiskAsync(code, $"the code of '{function.Id}'", Architecture(function), stop).ConfigureAwait(false);
        return MemoryContainer.Missing(UnavailableCode.Gap(function));
    }

    private async Task<FileContainer> LayerAsync(LayerReference layer, CancellationToken stop)
    {
        if (layer.Content is { } content && UnavailableCode.Reason(content) is null)
            return await OnDiskAsync(content, $"the layer '{layer.Name}'", null, stop).ConfigureAwait(false);
        return new MemoryContainer([], [UnavailableCode.Gap(layer)]) { Key = $"absent {layer.Arn} {layer.Content}" };
    }

    /// <summary>As images name it; null where the function does not say.</summary>
    private static string? Architecture(FunctionSnapshot function) => function.Configuration.Architectures switch
    {
        ["arm64", ..] => "arm64",
        ["x86_64", ..] => "amd64",
        _ => null,
    };

    private async Task<FileContainer> OnDiskAsync(string relative, string what, string? architecture, CancellationToken stop)
    {
        if (relative.Contains('\0', StringComparison.Ordinal))
            return Missing(GapKind.Unread, "no path", $"'{relative}', {what}, is no path.");
        var path = Path.GetFullPath(Path.Combine(baseFolder, relative));
        try
        {
            if (await ImageAsync(path, architecture, stop).ConfigureAwait(false) is { } image) return image;
            if (Directory.Exists(path)) return new DirectoryContainer(Listing(path, stop)) { Key = path };
            return File.Exists(path)
                ? Zip(path)
                : Missing(GapKind.Missing, "not on disk", $"'{relative}', {what}, is not on disk; build it first or correct its path.");
        }
        catch (FormatException unread)
        {
            return Missing(
                unread is LimitReachedException ? GapKind.Limit : GapKind.Unread,
                "unreadable archive",
                $"'{relative}', {what}, was not read: {unread.Message}.");
        }
        catch (IOException)
        {
            return Missing(GapKind.Unread, "unreadable file", $"'{relative}', {what}, was not read: the disk gave an error.");
        }
        catch (UnauthorizedAccessException)
        {
            return Missing(GapKind.Unread, "unreadable file", $"'{relative}', {what}, was not read: reading it is not permitted.");
        }
    }

    /// <summary>Null for what is no image.</summary>
    private async Task<FileContainer?> ImageAsync(string path, string? architecture, CancellationToken stop)
    {
        var reader = new ImageReader(Path.GetTempPath(), limits);
        if (OciLayout.IsLayout(path))
        {
            using var layout = new OciLayout(path);
            return await reader.ReadAsync(layout, OciLayout.Index, architecture, stop).ConfigureAwait(false);
        }

        return IsImageArchive(path) ? await ImageArchive.ReadAsync(path, architecture, reader, stop).ConfigureAwait(false) : null;
    }

    private static bool IsImageArchive(string path)
    {
        if (!File.Exists(path)) return false;
        using var file = SmallFile.Open(path);
        return ImageArchive.IsArchive(file);
    }

    private DirectoryListing Listing(string path, CancellationToken stop)
    {
        lock (gate)
        {
            return directories.TryGetValue(path, out var known) ? known : directories[path] = DirectoryListing.Read(path, limits, stop);
        }
    }

    private ZipContainer Zip(string path)
    {
        if (SmallFile.LengthOf(path) == 0) throw new FormatException("the file is empty");

        var source = new FileSource(path);
        try
        {
            lock (gate)
            {
                if (!zips.TryGetValue(path, out var directory)) zips[path] = directory = ZipDirectory.Read(source, limits);
                return new(source, directory, limits) { Key = path };
            }
        }
        catch (FormatException)
        {
            source.Dispose();
            throw;
        }
    }

    private static MemoryContainer Missing(GapKind kind, string reason, string message) =>
        MemoryContainer.Missing(new Gap(kind, new() { Evidence = Evidence.Package }, reason, message));
}
