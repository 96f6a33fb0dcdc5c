using System.Collections.Immutable;
using ServerlessSec.Packages;

namespace ServerlessSec.Sources.Packages;

/// <summary>The files of a directory.</summary>
internal sealed class DirectoryContainer(DirectoryListing listing) : FileContainer
{
    public override ImmutableArray<ContainedFile> Files => listing.Files;

    public override ImmutableArray<Gap> Gaps => listing.Gaps;

    public override Stream Open(int index)
    {
        // Pipes, sockets and devices have no length, and opening one may wait for ever.
        if (Files[index].Size == 0) return Stream.Null;

        try
        {
            var options = new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
            return new FileStream(Path.Combine(listing.Root, Files[index].Path), options);
        }
        catch (IOException failed)
        {
            throw new FormatException("the disk gave an error", failed);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new FormatException("reading it is not permitted", refused);
        }
    }
}
