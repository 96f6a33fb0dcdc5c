using System.Collections.Immutable;

namespace ServerlessSec.Packages.Images;

internal readonly record struct KeptBytes(long Offset, long Length);

/// <summary>What was kept of an image's files. Reading past what was kept of one is a gap of that file, and nothing else is.</summary>
internal sealed class ImageContainer(ByteSource store, ImmutableArray<ContainedFile> files, ImmutableArray<KeptBytes> places, ImmutableArray<Gap> gaps)
    : FileContainer
{
    public override ImmutableArray<ContainedFile> Files => files;

    public override ImmutableArray<Gap> Gaps => gaps;

    public override Stream Open(int index) => new KeptStream(OpenSource(index));

    public override ByteSource OpenSource(int index) => new KeptSource(store, places[index], files[index].Size);

    public override bool IsAtHand(int index) => places[index].Length >= files[index].Size;

    protected override void Dispose(bool disposing)
    {
        store.Dispose();
        base.Dispose(disposing);
    }

    private sealed class KeptSource(ByteSource store, KeptBytes place, long length) : ByteSource
    {
        public override long Length => length;

        public override int Read(long offset, Span<byte> buffer)
        {
            if (offset >= length) return 0;
            if (offset >= place.Length) throw new FormatException("only its beginning was kept");
            return store.Read(place.Offset + offset, buffer[..(int)Math.Min(buffer.Length, place.Length - offset)]);
        }

        // The store is the container's.
        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class KeptStream(ByteSource source) : ReadStream
    {
        private long position;

        public override int Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty) return 0;
            var count = source.Read(position, buffer);
            position += count;
            return count;
        }
    }
}
