using System.Text.Json;
using ServerlessSec.Packages;
using ServerlessSec.Packages.Images;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>A tar archive with an image: OCI's layout, or what <c>docker save</c> writes. Parts are read where they lie.</summary>
internal sealed class ImageArchive : IImageBlobs
{
    private const string DockerManifest = "manifest.json";
    private const int MostEntries = 100_000;

    private readonly FileSource file;
    private readonly Dictionary<string, (long Offset, long Length)> places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> links = new(StringComparer.Ordinal);

    private ImageArchive(string path)
    {
        file = new FileSource(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            List(stream);
        }
        catch (FormatException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>OCI's layout in a tar archive; <c>docker save</c> of these days writes it too.</summary>
    public bool IsLayout => places.ContainsKey(OciLayout.Index) && places.ContainsKey("oci-layout");

    private bool IsDocker => places.ContainsKey(DockerManifest);

    /// <summary>Whether the file begins as a tar archive does that holds an image.</summary>
    public static bool IsArchive(Stream stream)
    {
        stream.Position = 0;
        try
        {
            var reader = new TarReader(stream, long.MaxValue);
            // What makes it an image may stand behind its layers.
            for (var entries = 0; entries < MostEntries && reader.Next() is { } entry; entries++)
            {
                if (entry.Name.TrimStart('.', '/') is DockerManifest or OciLayout.Index or "oci-layout") return true;
            }
        }
        catch (FormatException)
        {
        }

        return false;
    }

    /// <exception cref="FormatException">It is no tar archive, or has no image.</exception>
    public static async Task<FileContainer> ReadAsync(string path, string? architecture, ImageReader reader, CancellationToken stop)
    {
        using var archive = new ImageArchive(path);
        if (archive.IsLayout) return await reader.ReadAsync(archive, OciLayout.Index, architecture, stop).ConfigureAwait(false);
        if (!archive.IsDocker) throw new FormatException("the archive holds no image: neither index.json nor manifest.json is in it");
        return await reader.ReadAsync(archive.Docker(architecture, reader.LayerRatio), stop).ConfigureAwait(false);
    }

    public Task<byte[]> ManifestAsync(string reference, CancellationToken stop) =>
        Task.FromResult(reference == OciLayout.Index ? ImageReader.All(Open(OciLayout.Index)) : ImageReader.All(Open(BlobPath(reference))));

    public Task<Stream> BlobAsync(string digest, CancellationToken stop) => Task.FromResult<Stream>(Open(BlobPath(digest)));

    public void Dispose() => file.Dispose();

    private static string BlobPath(string digest) => $"blobs/{ImageDigest.Check(digest).Replace(':', '/')}";

    private void List(FileStream stream)
    {
        var reader = new TarReader(stream, long.MaxValue);
        for (var entries = 0; reader.Next() is { } entry; entries++)
        {
            if (entries == MostEntries) throw new LimitReachedException($"more than {MostEntries} entries in an archive of an image");
            if (!EntryPath.TryClean(entry.Name, out var path, out _)) continue;
            if (entry.Kind == TarKind.File) places[path] = (reader.Position, entry.Size);
            else if (entry.Kind == TarKind.SymbolicLink) links[path] = EntryPath.Join(EntryPath.Folder(path), entry.Target);
            else if (entry.Kind == TarKind.HardLink) links[path] = EntryPath.Join("", entry.Target);
        }
    }

    private SliceStream Open(string path)
    {
        if (!places.TryGetValue(path, out var place) && !(links.TryGetValue(path, out var target) && places.TryGetValue(target, out place)))
            throw new ImageMissingException("it is not in the archive");
        return new SliceStream(file, place.Offset, place.Length);
    }

    /// <summary>The first image for the architecture in what <c>docker save</c> wrote; its layers are held to the digests in its configuration.</summary>
    private ImageParts Docker(string? architecture, int ratio)
    {
        using var document = ImageJson.Parse(ImageReader.All(Open(DockerManifest)));
        if (document.RootElement.ValueKind != JsonValueKind.Array) throw new FormatException("manifest.json is no list of images");
        var images = document.RootElement.EnumerateArray().Take(1_000).Where(static i => i.ValueKind == JsonValueKind.Object).ToArray();
        foreach (var image in images)
        {
            var path = ImageJson.Text(image, "Config") ?? throw new FormatException("an image without a configuration");
            var bytes = ImageReader.All(Open(path));
            var digest = $"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))}";
            // The file is named by its digest, with an ending or in a folder of blobs.
            if (EntryPath.Name(path).Split('.')[0] is { Length: 64 } stated) ImageDigest.Verify(bytes, $"sha256:{stated}");
            var config = ImageConfig.Parse(bytes);
            if (architecture is not null && config.Architecture is { } other && other != architecture) continue;
            var layers = ImageJson.Texts(image, "Layers").ToArray();
            if (layers.Length != config.Layers.Length) throw new FormatException("an image whose layers and digests differ in number");
            return new(digest, config, [.. layers.Zip(config.Layers, (path, layer) => Layer(path, layer, ratio))], images.Length == 1 ? [] : [Several(images.Length)]);
        }

        throw new FormatException($"the archive holds no image{(architecture is null ? "" : " for " + architecture)}");
    }

    private ImageLayerSource Layer(string path, string digest, int ratio) =>
        new(digest, _ => Task.FromResult<Stream>(new VerifiedStream(new InflatedLayer(Open(path), ratio), digest)));

    private static Gap Several(int count) => new(
        GapKind.Unread, new() { Evidence = Evidence.Package }, "several images", $"The archive holds {count} images; the first that fits was read.");
}
