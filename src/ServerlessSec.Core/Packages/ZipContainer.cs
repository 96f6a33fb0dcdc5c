using System.Collections.Immutable;

namespace ServerlessSec.Packages;

/// <summary>The files of a zip.</summary>
public sealed class ZipContainer(ByteSource source, ZipDirectory directory, ScanLimits limits) : FileContainer
{
    public override ImmutableArray<ContainedFile> Files => directory.Files;

    public override ImmutableArray<Gap> Gaps => directory.Gaps;

    /// <summary>Takes the stream over; throws <see cref="FormatException"/> where it is no zip.</summary>
    public static ZipContainer Open(Stream seekable, ScanLimits limits)
    {
        var source = ByteSource.Of(seekable);
        return new(source, ZipDirectory.Read(source, limits), limits);
    }

    public override Stream Open(int index) => new ZipEntryStream(source, directory.Entries[index], limits);

    /// <summary>What is stored as it is can be read where it lies; its checksum is then not looked at.</summary>
    public override ByteSource OpenSource(int index)
    {
        var entry = directory.Entries[index];
        return entry.Method == ZipEntry.Stored && entry.Obstacle.Length == 0 && entry.Size == entry.CompressedSize
            ? ZipEntryData.OpenStored(source, entry)
            : base.OpenSource(index);
    }

    public override bool IsAtHand(int index) =>
        directory.Entries[index] is var entry && source.IsAtHand(entry.Offset, ZipEntryData.Extent(entry));

    /// <summary>Where the bytes of the wanted files lie in the archive, each with its header; a little more than that at most.</summary>
    public IEnumerable<(long Offset, long Length)> Extents(Func<string, bool> isWanted) =>
        directory.Entries.Where(entry => entry.Obstacle.Length == 0 && isWanted(entry.Path)).Select(entry => (entry.Offset, ZipEntryData.Extent(entry)));

    protected override void Dispose(bool disposing)
    {
        source.Dispose();
        base.Dispose(disposing);
    }
}
