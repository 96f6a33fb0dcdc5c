using System.Collections.Immutable;

namespace ServerlessSec.Packages;

/// <summary>One read-only tree of files, sorted by path, whatever they came in; each is opened when asked for.</summary>
public sealed class PackageTree : IDisposable
{
    public ImmutableArray<PackageFile> Files { get; } = [];

    /// <summary>What could not be read, so far.</summary>
    public ImmutableArray<Gap> Gaps { get; } = [];

    public PackageFile? Find(string path) => throw new NotImplementedException();

    /// <summary>A stream that counts, and throws <see cref="FormatException"/> when the file is not what the archive says.</summary>
    public Stream Open(PackageFile file) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
