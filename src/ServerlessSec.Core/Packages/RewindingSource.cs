namespace ServerlessSec.Packages;

/// <summary>
/// Bytes of a forward-only stream, readable at any place: the newest are kept up to a bound, and for older ones the
/// stream is opened again. Small files are so read once, large ones as often as their reader turns back.
/// </summary>
internal sealed class RewindingSource(Func<Stream> open, long length, long kept = RewindingSource.Kept) : ByteSource
{
    private const long Kept = 32L << 20;
    private const int BlockSize = 64 << 10;
    private const int Openings = 32;

    private readonly SortedList<long, byte[]> blocks = [];
    private readonly Lock gate = new();
    private Stream? stream;
    private long next;
    private int openings;

    public override long Length { get; } = Math.Max(0, length);

    public override int Read(long offset, Span<byte> buffer)
    {
        if (offset < 0 || offset >= Length || buffer.IsEmpty) return 0;

        lock (gate)
        {
            var (number, within) = Math.DivRem(offset, BlockSize);
            var block = Block(number);
            if (within >= block.Length) throw new FormatException($"ends after {(number * BlockSize) + block.Length} of {Length} bytes");

            var part = block.AsSpan((int)within);
            if (part.Length > buffer.Length) part = part[..buffer.Length];
            part.CopyTo(buffer);
            return part.Length;
        }
    }

    protected override void Dispose(bool disposing) => stream?.Dispose();

    private byte[] Block(long number)
    {
        if (blocks.TryGetValue(number, out var known)) return known;
        if (stream is null || next > number) Rewind();
        while (true)
        {
            var block = new byte[(int)Math.Min(BlockSize, Math.Max(0, Length - (next * BlockSize)))];
            var count = stream!.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
            if (count < block.Length) Array.Resize(ref block, count);
            blocks[next++] = block;
            if (blocks.Count * (long)BlockSize > kept) blocks.RemoveAt(0);
            if (next > number) return block;
        }
    }

    private void Rewind()
    {
        stream?.Dispose();
        stream = null;
        if (openings++ == Openings) throw new LimitReachedException($"takes more than {Openings} passes to read");
        stream = open();
        blocks.Clear();
        next = 0;
    }
}

/// <summary>A stretch of another source, which stays its owner's to close.</summary>
internal sealed class StretchSource(ByteSource source, long start, long length) : ByteSource
{
    public override long Length { get; } = Math.Max(0, Math.Min(length, source.Length - start));

    public override int Read(long offset, Span<byte> buffer)
    {
        if (offset < 0 || offset >= Length) return 0;
        return source.Read(start + offset, buffer.Length > Length - offset ? buffer[..(int)(Length - offset)] : buffer);
    }

    protected override void Dispose(bool disposing)
    {
    }
}
