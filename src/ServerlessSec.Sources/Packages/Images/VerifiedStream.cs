using System.Security.Cryptography;
using ServerlessSec.Packages;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>Bytes that are held to their digest when they end: reading the end throws where they are others.</summary>
internal sealed class VerifiedStream(Stream inner, string digest) : ReadStream
{
    private const long Most = 16L << 30;

    private readonly IncrementalHash hash = ImageDigest.Hash(digest);
    private bool isOver;
    private long length;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || isOver) return 0;
        var count = inner.Read(buffer);
        hash.AppendData(buffer[..count]);
        if ((length += count) > Most) throw new LimitReachedException($"more than {Most} bytes in one part of an image");
        if (count > 0) return count;
        isOver = true;
        ImageDigest.Compare(hash, digest);
        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
