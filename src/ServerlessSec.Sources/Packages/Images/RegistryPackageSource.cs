using ServerlessSec.Packages;
using ServerlessSec.Scanning;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>One image of a registry as the package of the functions that name it. Whatever keeps it from being read is a gap.</summary>
/// <param name="http">Follows redirects, and shows what it was told to show to none but the first address.</param>
/// <param name="credentials">Asked by the registry's host.</param>
/// <param name="folder">For what is kept of the image while it is open.</param>
public sealed class RegistryPackageSource(HttpClient http, ImageReference image, RegistryCredentials credentials, string folder, ScanLimits limits) : IPackageSource
{
    public async Task<PackageTree> OpenAsync(FunctionSnapshot function, CancellationToken stop) =>
        PackageTree.WithLayers(await ReadAsync(stop).ConfigureAwait(false), [], limits);

    private async Task<FileContainer> ReadAsync(CancellationToken stop)
    {
        var known = credentials.For(image.Host);
        try
        {
            using var blobs = new RegistryClient(http, image.Registry, image.RegistryRepository, known.Credential);
            return await new ImageReader(folder, limits).ReadAsync(blobs, image.Reference, null, stop).ConfigureAwait(false);
        }
        catch (ImageMissingException missing)
        {
            return Missing(GapKind.Missing, known.Unasked is { } why ? $"{missing.Message}; {why}" : missing.Message);
        }
        catch (LimitReachedException limit)
        {
            return Missing(GapKind.Limit, $"it has {limit.Message}");
        }
        catch (FormatException unread)
        {
            return Missing(GapKind.Unread, unread.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Missing(GapKind.Stopped, "the scan was stopped before it was fetched");
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or OperationCanceledException)
        {
            return Missing(
                GapKind.Missing, failed is HttpRequestException { StatusCode: { } status } ? $"the registry answered {(int)status}" : "the registry could not be reached");
        }
    }

    private MemoryContainer Missing(GapKind kind, string reason) => MemoryContainer.Missing(new Gap(
        kind, new() { Evidence = Evidence.Package }, reason, $"The image '{image.Host}/{image.Repository}' ({image.Reference}) was not read: {reason}."));
}
