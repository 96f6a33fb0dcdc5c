namespace ServerlessSec.Packages;

/// <summary>Bytes that can be read at any place: a file, a seekable stream, ranges of a stored object.</summary>
public abstract class ByteSource : IDisposable
{
    public abstract long Length { get; }

    /// <summary>Reads at most the buffer's length from <paramref name="offset"/>, which lies within the bytes; 0 at the
    /// end. Two readers never disturb each other.</summary>
    public abstract int Read(long offset, Span<byte> buffer);

    /// <summary>Whether these bytes can be read without being fetched from somewhere.</summary>
    public virtual bool IsAtHand(long offset, long length) => true;

    /// <summary>Fills the buffer, or throws <see cref="FormatException"/> where the bytes end early.</summary>
    public void ReadExactly(long offset, Span<byte> buffer)
    {
        if (ReadUpTo(offset, buffer) < buffer.Length) throw new FormatException("the file ends early");
    }

    /// <summary>Fills the buffer as far as there are bytes.</summary>
    public int ReadUpTo(long offset, Span<byte> buffer)
    {
        var filled = 0;
        while (offset >= 0 && offset + filled < Length && filled < buffer.Length)
        {
            var count = Read(offset + filled, buffer[filled..]);
            if (count == 0) break;
            filled += count;
        }

        return filled;
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    /// <summary>Takes the stream over: it is closed with the source.</summary>
    public static ByteSource Of(Stream seekable) => new StreamSource(seekable);

    private sealed class StreamSource(Stream stream) : ByteSource
    {
        private readonly Lock gate = new();

        public override long Length { get; } = stream.Length;

        public override int Read(long offset, Span<byte> buffer)
        {
            lock (gate)
            {
                stream.Position = offset;
                return stream.Read(buffer);
            }
        }

        protected override void Dispose(bool disposing) => stream.Dispose();
    }
}
