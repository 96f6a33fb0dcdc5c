namespace ServerlessSec.Sources.Packages.Images;

/// <summary>Where the parts of an image lie: a layout on disk, an archive, a registry. What they give is verified by who asks.</summary>
public interface IImageBlobs : IDisposable
{
    /// <param name="reference">A digest or, where there are any, a tag.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="ImageMissingException">It is not to be had.</exception>
    Task<byte[]> ManifestAsync(string reference, CancellationToken stop);

    /// <inheritdoc cref="ManifestAsync"/>
    Task<Stream> BlobAsync(string digest, CancellationToken stop);
}

/// <summary>A part of an image that is not to be had; its message says why, as a lowercase fragment.</summary>
public sealed class ImageMissingException(string message) : FormatException(message);
