using ServerlessSec.Sources.Files;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>A folder of OCI's image layout: <c>oci-layout</c>, <c>index.json</c> and <c>blobs/ALGORITHM/DIGEST</c>.</summary>
internal sealed class OciLayout(string folder) : IImageBlobs
{
    /// <summary>The reference of the list that a layout begins with.</summary>
    public const string Index = "index.json";

    private const int IndexBytes = 8 << 20;

    public static bool IsLayout(string folder) => File.Exists(Path.Combine(folder, "oci-layout")) && File.Exists(Path.Combine(folder, Index));

    public async Task<byte[]> ManifestAsync(string reference, CancellationToken stop) =>
        reference == Index ? SmallFile.Read(Path.Combine(folder, Index), IndexBytes) : await ImageReader.DocumentAsync(this, reference, stop).ConfigureAwait(false);

    public Task<Stream> BlobAsync(string digest, CancellationToken stop)
    {
        var parts = ImageDigest.Check(digest).Split(':');
        try
        {
            return Task.FromResult(SmallFile.Open(Path.Combine(folder, "blobs", parts[0], parts[1])));
        }
        catch (IOException failed) when (failed is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImageMissingException("it is not in the layout");
        }
    }

    public void Dispose()
    {
    }
}
