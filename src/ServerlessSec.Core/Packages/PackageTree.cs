using System.Collections.Immutable;

namespace ServerlessSec.Packages;

/// <summary>A layer and what it came in.</summary>
public sealed record PackageLayer(string Name, FileContainer Content);

/// <summary>One read-only tree of files, sorted by path, whatever they came in; each is opened when asked for.</summary>
public sealed class PackageTree : IDisposable
{
    private const string LayerRoot = "/opt/";

    private readonly ScanLimits limits;
    private readonly ImmutableArray<FileContainer> containers;
    private readonly (int Container, int Index)[] places;
    private readonly GapList gaps = new(limit: 2_000);
    private long totalBytes;

    /// <summary>Takes the container over: it is closed with the tree.</summary>
    public PackageTree(FileContainer package, ScanLimits limits)
        : this(package, [], limits)
    {
    }

    private PackageTree(FileContainer package, ImmutableArray<PackageLayer> layers, ScanLimits limits)
    {
        this.limits = limits;
        containers = [package, .. layers.Select(layer => layer.Content)];
        Key = containers.All(container => container.Key is not null)
            ? string.Join('\u001f', layers.Select(layer => $"{layer.Name}={layer.Content.Key}").Prepend(package.Key))
            : null;

        var files = new List<(PackageFile File, int Container, int Index)>(containers.Sum(container => container.Files.Length));
        Lay(files, 0, null);
        for (var layer = 0; layer < layers.Length; layer++) Lay(files, layer + 1, layers[layer].Name);
        files.Sort(static (a, b) => string.CompareOrdinal(a.File.Path, b.File.Path) is var order and not 0
            ? order
            : a.Container - b.Container);

        (Files, places) = Topmost(files);
    }

    public ImmutableArray<PackageFile> Files { get; }

    /// <summary>Equal for trees that one source put together of the same files, so that what was derived once need not
    /// be again; null where that is not known.</summary>
    public string? Key { get; }

    /// <summary>What could not be read, so far.</summary>
    public ImmutableArray<Gap> Gaps => gaps.ToImmutable();

    /// <summary>Inflated bytes read so far.</summary>
    public long BytesRead => totalBytes;

    /// <summary>Lays layers, in order, under <c>/opt</c>; takes all containers over.</summary>
    public static PackageTree WithLayers(FileContainer package, IEnumerable<PackageLayer> layers, ScanLimits limits) =>
        new(package, [.. layers], limits);

    public PackageFile? Find(string path) => IndexOf(path) is var index and >= 0 ? Files[index] : null;

    /// <summary>Every file whose path begins with <paramref name="prefix"/>, in order.</summary>
    public ReadOnlySpan<PackageFile> Under(string prefix)
    {
        var files = Files.AsSpan();
        var start = LowerBound(prefix, static (path, prefix) => string.CompareOrdinal(path, prefix) < 0);
        var end = LowerBound(
            prefix,
            static (path, prefix) => string.CompareOrdinal(path, prefix) < 0 || path.StartsWith(prefix, StringComparison.Ordinal));
        return files[start..end];
    }

    /// <summary>A stream that counts, and throws <see cref="UnreadFileException"/> when the file is not what the
    /// archive says; the gap is then recorded.</summary>
    public Stream Open(PackageFile file)
    {
        var index = IndexOf(file.Path);
        if (index < 0 || Files[index] != file) throw new ArgumentException($"'{file.Path}' is no file of this tree", nameof(file));

        var (container, place) = places[index];
        return new Counted(this, file, () => containers[container].Open(place));
    }

    /// <summary>The same bytes, readable at any place, counted and failing as those of <see cref="Open"/>.</summary>
    public ByteSource OpenSource(PackageFile file)
    {
        var index = IndexOf(file.Path);
        if (index < 0 || Files[index] != file) throw new ArgumentException($"'{file.Path}' is no file of this tree", nameof(file));

        var (container, place) = places[index];
        try
        {
            return new CountedSource(this, file, containers[container].OpenSource(place));
        }
        catch (FormatException cause)
        {
            throw Unread(file, cause);
        }
    }

    /// <summary>Whether all of the file can be read without being fetched from somewhere.</summary>
    public bool IsAtHand(PackageFile file) =>
        IndexOf(file.Path) is var index and >= 0 && places[index] is var (container, place) && containers[container].IsAtHand(place);

    /// <summary>All of a file, unless it is longer than <paramref name="limit"/> bytes, whatever size is declared.</summary>
    public byte[] ReadAll(PackageFile file, int limit)
    {
        using var stream = Open(file);
        var bytes = new byte[(int)Math.Min(Math.Clamp(file.Size, 0, limit), 1 << 20) + 1];
        var length = 0;
        while (true)
        {
            var count = stream.Read(bytes.AsSpan(length));
            if (count == 0) return bytes.AsSpan(0, length).ToArray();
            length += count;
            if (length > limit) throw Unread(file, new LimitReachedException($"more than {limit} bytes"));
            if (length == bytes.Length) Array.Resize(ref bytes, (int)Math.Min(2L * bytes.Length, limit + 1L));
        }
    }

    public void Dispose()
    {
        foreach (var container in containers) container.Dispose();
    }

    /// <summary>A later layer stands over an earlier one.</summary>
    private static (ImmutableArray<PackageFile> Files, (int Container, int Index)[] Places) Topmost(List<(PackageFile File, int Container, int Index)> files)
    {
        var top = ImmutableArray.CreateBuilder<PackageFile>(files.Count);
        var places = new (int Container, int Index)[files.Count];
        for (var at = 0; at < files.Count; at++)
        {
            var (file, container, index) = files[at];
            if (at + 1 < files.Count && files[at + 1].File.Path == file.Path) continue;
            places[top.Count] = (container, index);
            top.Add(file);
        }

        return (top.DrainToImmutable(), places);
    }

    private void Lay(List<(PackageFile File, int Container, int Index)> files, int container, string? layer)
    {
        var source = containers[container];
        foreach (var gap in source.Gaps)
        {
            gaps.Add(layer is null
                ? gap
                : gap with { Scope = gap.Scope with { Layer = layer, Path = gap.Scope.Path is { } path ? LayerRoot + path : null } });
        }

        for (var index = 0; index < source.Files.Length; index++)
        {
            if (files.Count == limits.Entries)
            {
                gaps.Add(new(
                    GapKind.Limit,
                    new() { Evidence = Evidence.Package, Layer = layer },
                    "entry limit",
                    $"The package has more than {limits.Entries} files, layers included; the rest was not read."));
                return;
            }

            var file = source.Files[index];
            files.Add((new(layer is null ? file.Path : LayerRoot + file.Path, file.Size, layer ?? file.Layer), container, index));
        }
    }

    private int IndexOf(string path)
    {
        var index = LowerBound(path, static (candidate, path) => string.CompareOrdinal(candidate, path) < 0);
        return index < Files.Length && Files[index].Path == path ? index : -1;
    }

    private int LowerBound(string key, Func<string, string, bool> isBefore)
    {
        var (low, high) = (0, Files.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (isBefore(Files[middle].Path, key)) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private void Count(int length)
    {
        totalBytes += length;
        if (totalBytes > limits.TotalBytes) throw new LimitReachedException($"more than {limits.TotalBytes} bytes in the whole package");
    }

    private UnreadFileException Unread(PackageFile file, FormatException cause)
    {
        var isLimit = cause is LimitReachedException;
        gaps.Add(new(isLimit ? GapKind.Limit : GapKind.Unread, new() { Evidence = Evidence.Package, Layer = file.Layer, Path = file.Path },
            isLimit ? "read limit" : "unreadable file", $"The file '{file.Path}' was not read: {cause.Message}."));
        return new(file.Path, cause);
    }

    /// <summary>Counts towards the limits, and records the gap where reading fails.</summary>
    private sealed class Counted(PackageTree tree, PackageFile file, Func<Stream> open) : ReadStream
    {
        private Stream? inner;
        private long count;

        public override int Read(Span<byte> buffer)
        {
            try
            {
                var length = (inner ??= open()).Read(buffer);
                count += length;
                tree.Count(length);
                if (count > tree.limits.FileBytes) throw new LimitReachedException($"more than {tree.limits.FileBytes} bytes");
                return length;
            }
            catch (FormatException cause)
            {
                throw tree.Unread(file, cause);
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner?.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class CountedSource(PackageTree tree, PackageFile file, ByteSource inner) : ByteSource
    {
        public override long Length => inner.Length;

        public override int Read(long offset, Span<byte> buffer)
        {
            try
            {
                if (Math.Min(Length, offset + buffer.Length) > tree.limits.FileBytes)
                    throw new LimitReachedException($"more than {tree.limits.FileBytes} bytes");

                var length = inner.Read(offset, buffer);
                tree.Count(length);
                return length;
            }
            catch (FormatException cause) when (cause is not UnreadFileException)
            {
                throw tree.Unread(file, cause);
            }
            catch (IOException failed)
            {
                throw tree.Unread(file, new FormatException("the disk gave an error", failed));
            }
        }

        protected override void Dispose(bool disposing) => inner.Dispose();
    }
}
