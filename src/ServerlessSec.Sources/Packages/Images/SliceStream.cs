using ServerlessSec.Packages;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>A stretch of a file; the file stays open.</summary>
internal sealed class SliceStream(ByteSource source, long offset, long length) : ReadStream
{
    private long position;

    public override int Read(Span<byte> buffer)
    {
        var count = (int)Math.Min(buffer.Length, length - position);
        if (count <= 0) return 0;
        count = source.Read(offset + position, buffer[..count]);
        position += count;
        return count > 0 ? count : throw new FormatException("the file ends early");
    }
}
