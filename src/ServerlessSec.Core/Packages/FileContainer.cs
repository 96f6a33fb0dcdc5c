using System.Collections.Immutable;

namespace ServerlessSec.Packages;

/// <summary>One file as its container announces it.</summary>
/// <param name="Path">Relative, with forward slashes, leading nowhere out.</param>
/// <param name="Size">Inflated bytes, as declared.</param>
public readonly record struct ContainedFile(string Path, long Size)
{
    /// <summary>The layer of an image that brought it; null where the container is no image.</summary>
    public string? Layer { get; init; }
}

/// <summary>What the files of a package or layer came in: a zip, a directory, the text of a template.</summary>
public abstract class FileContainer : IDisposable
{
    /// <summary>In any order, each path once.</summary>
    public abstract ImmutableArray<ContainedFile> Files { get; }

    /// <summary>What of it could not be listed; paths as in <see cref="Files"/>.</summary>
    public abstract ImmutableArray<Gap> Gaps { get; }

    /// <summary>Equal for containers of the same files; null where that is not known.</summary>
    public string? Key { get; init; }

    /// <summary>Inflated bytes of one of <see cref="Files"/>; reading throws <see cref="FormatException"/> where they
    /// are not as declared.</summary>
    public abstract Stream Open(int index);

    /// <summary>The same bytes, readable at any place; as cheap as the container allows. Reading throws as
    /// <see cref="Open"/> does.</summary>
    public virtual ByteSource OpenSource(int index)
    {
        var first = Open(index);
        if (first.CanSeek) return ByteSource.Of(first);

        return new RewindingSource(() => Interlocked.Exchange(ref first, null) ?? Open(index), Files[index].Size);
    }

    /// <summary>Whether all of the file can be read without being fetched from somewhere.</summary>
    public virtual bool IsAtHand(int index) => true;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>Files that are already at hand, such as inline code; without any, what stands for a package that is not to be had.</summary>
public sealed class MemoryContainer(ImmutableArray<(string Path, byte[] Content)> files, ImmutableArray<Gap> gaps) : FileContainer
{
    public override ImmutableArray<ContainedFile> Files { get; } = [.. files.Select(file =>
        new ContainedFile(file.Path, file.Content.Length))];

    public override ImmutableArray<Gap> Gaps => gaps;

    public override Stream Open(int index) => new MemoryStream(files[index].Content, writable: false);

    public static MemoryContainer Missing(params ImmutableArray<Gap> gaps) => new([], gaps);
}
