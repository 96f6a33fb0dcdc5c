namespace ServerlessSec.Packages;

/// <summary>Goes over a central directory record by record, with one piece of it in memory.</summary>
/// <param name="source">Holds the directory.</param>
/// <param name="position">Where it begins.</param>
/// <param name="left">Its bytes.</param>
internal sealed class CentralDirectory(ByteSource source, long position, long left)
{
    // Room for any record, whose name, extra block and comment are of at most 65,535 bytes each; and most directories are one
    // piece, which is one request where the archive lies on a server.
    private const int Piece = 1 << 20;

    private readonly byte[] piece = new byte[(int)Math.Min(Piece, left)];
    private int start;
    private int end;

    /// <summary>The next bytes; fewer than <paramref name="length"/>, which is at most a record's, where the directory ends.</summary>
    public ReadOnlySpan<byte> Peek(int length)
    {
        if (end - start < length && left > 0) Fill();
        return piece.AsSpan(start, Math.Min(length, end - start));
    }

    public void Skip(int length) => start += length;

    private void Fill()
    {
        piece.AsSpan(start..end).CopyTo(piece);
        (start, end) = (0, end - start);
        var count = (int)Math.Min(left, piece.Length - end);
        source.ReadExactly(position, piece.AsSpan(end, count));
        (end, position, left) = (end + count, position + count, left - count);
    }
}
