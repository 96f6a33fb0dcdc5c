using System.Collections.Immutable;
using ServerlessSec.Packages;
using ServerlessSec.Packages.Images;
using ServerlessSec.Sources.Files;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>A layer of an image, and how to have it as a tar archive that is held to its digest.</summary>
internal sealed record ImageLayerSource(string Digest, Func<CancellationToken, Task<Stream>> OpenAsync);

/// <summary>An image as all its sources come down to.</summary>
/// <param name="Key">Digest of what names all the others.</param>
internal sealed record ImageParts(string Key, ImageConfig Config, ImmutableArray<ImageLayerSource> Layers, ImmutableArray<Gap> Gaps);

/// <summary>Reads images, layer by layer, into what of them is worth keeping.</summary>
/// <param name="folder">For the bytes that are kept; they are gone once the container is closed.</param>
/// <param name="limits">Of one image.</param>
public sealed class ImageReader(string folder, ScanLimits limits)
{
    private const int DocumentBytes = 8 << 20;
    private const int ListDepth = 4;
    private const int Attempts = 3;

    /// <param name="blobs">Where the image is; stays open.</param>
    /// <param name="reference">Digest or tag of its manifest, or of a list of such.</param>
    /// <param name="architecture"><c>amd64</c> or <c>arm64</c>; null where any will do.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="FormatException">It is no image, damaged, or not for the architecture.</exception>
    public async Task<FileContainer> ReadAsync(IImageBlobs blobs, string reference, string? architecture, CancellationToken stop)
    {
        for (var depth = 0; depth < ListDepth; depth++)
        {
            var bytes = await blobs.ManifestAsync(reference, stop).ConfigureAwait(false);
            if (bytes.Length > DocumentBytes) throw new LimitReachedException($"more than {DocumentBytes} bytes of a manifest");
            if (reference.Contains(':', StringComparison.Ordinal)) ImageDigest.Verify(bytes, ImageDigest.Check(reference));
            var manifest = ImageManifest.Parse(bytes);
            if (manifest.Config is null)
            {
                reference = manifest.Choose(architecture).Digest;
                continue;
            }

            return await ReadAsync(blobs, manifest, architecture, stop).ConfigureAwait(false);
        }

        throw new FormatException("lists of manifests lie within each other too deep");
    }

    /// <summary>Bytes of a layer that may come out of one that goes in.</summary>
    internal int LayerRatio => limits.LayerRatio;

    internal async Task<FileContainer> ReadAsync(ImageParts image, CancellationToken stop)
    {
        var store = new FileStream(TemporaryFile.Create(folder), FileAccess.ReadWrite, bufferSize: 64 << 10);
        var isTaken = false;
        try
        {
            var builder = new ImageBuilder(new ImageSelection(image.Config).Of, store, limits);
            foreach (var gap in image.Gaps) builder.Say(gap);
            foreach (var layer in image.Layers)
            {
                stop.ThrowIfCancellationRequested();
                await ApplyAsync(builder, layer, stop).ConfigureAwait(false);
                if (builder.IsFull) break;
            }

            var container = builder.ToContainer(image.Key);
            isTaken = true;
            return container;
        }
        finally
        {
            if (!isTaken) await store.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A short blob, which has to be that of the digest.</summary>
    internal static async Task<byte[]> DocumentAsync(IImageBlobs blobs, string digest, CancellationToken stop)
    {
        var stream = await blobs.BlobAsync(digest, stop).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false)) return All(new VerifiedStream(stream, digest));
    }

    internal static byte[] All(Stream stream)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 << 10];
        while (stream.Read(buffer) is > 0 and var read)
        {
            all.Write(buffer, 0, read);
            if (all.Length > DocumentBytes) throw new LimitReachedException($"more than {DocumentBytes} bytes of a description");
        }

        return all.ToArray();
    }

    private async Task<FileContainer> ReadAsync(IImageBlobs blobs, ImageManifest manifest, string? architecture, CancellationToken stop)
    {
        var config = ImageConfig.Parse(await DocumentAsync(blobs, manifest.Config!.Digest, stop).ConfigureAwait(false));
        if (architecture is not null && config.Architecture is { } other && other != architecture)
            throw new FormatException($"the image is for {other}, not for {architecture}");
        var gaps = manifest.Layers.Where(static l => IsClosed(l)).Select(static l => new Gap(
            GapKind.Unread, new() { Evidence = Evidence.Package, Layer = l.Digest }, "encrypted layer", $"The layer {l.Digest} is encrypted and was not read."));
        return await ReadAsync(
            new(
                manifest.Config.Digest,
                config,
                [.. manifest.Layers.Where(static l => !IsClosed(l)).Select(l => new ImageLayerSource(l.Digest, stop => OpenAsync(blobs, l.Digest, stop)))],
                [.. gaps]),
            stop).ConfigureAwait(false);
    }

    private static bool IsClosed(ImagePart layer) => layer.MediaType.EndsWith("+encrypted", StringComparison.Ordinal);

    private async Task<Stream> OpenAsync(IImageBlobs blobs, string digest, CancellationToken stop) =>
        new InflatedLayer(new VerifiedStream(await blobs.BlobAsync(digest, stop).ConfigureAwait(false), digest), LayerRatio);

    /// <summary>A connection that breaks is opened anew: a layer laid over itself is the same layer.</summary>
    private static async Task ApplyAsync(ImageBuilder builder, ImageLayerSource layer, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var tar = await layer.OpenAsync(stop).ConfigureAwait(false);
                await using (tar.ConfigureAwait(false)) builder.Apply(tar, layer.Digest);
                return;
            }
            catch (IOException) when (attempt < Attempts)
            {
                stop.ThrowIfCancellationRequested();
            }
            catch (ImageMissingException missing)
            {
                builder.Say(new(
                    GapKind.Missing, new() { Evidence = Evidence.Package, Layer = layer.Digest }, missing.Message, $"The layer {layer.Digest} was not read: {missing.Message}."));
                return;
            }
        }
    }
}
