namespace ServerlessSec.Packages.Images;

/// <summary>
/// Lays the layers of an image over each other, one stream after the other, and keeps what is asked for in a store.
/// A layer that is damaged or too large is a gap; what came before the fault stays.
/// </summary>
/// <param name="choose">How much of the file at a path, relative to the image's root, is worth keeping.</param>
/// <param name="store">Empty, and to be read, written and sought in; closed with the container.</param>
/// <param name="limits">Of one image.</param>
public sealed class ImageBuilder(Func<string, ImageKeep> choose, Stream store, ScanLimits limits)
{
    private const int MarkBytes = 64;
    private const string Whiteout = ".wh.";
    private const string OpaqueFolder = ".wh..wh..opq";

    private readonly ImageTree tree = new(limits);
    private readonly GapList gaps = new();
    private readonly List<string> layers = [""];
    private readonly byte[] buffer = new byte[128 << 10];
    private long inflated;
    private long end;
    private int entries;

    /// <summary>Whether a limit of the image was reached, so that further layers would be read in vain.</summary>
    public bool IsFull { get; private set; }

    /// <param name="tar">The layer, inflated; read to its end, so that a digest over it is judged. A <see cref="FormatException"/>
    /// of its own becomes a gap but for <see cref="WrongDigestException"/>.</param>
    /// <param name="layer">Its digest, by which what it brought is known.</param>
    public void Apply(Stream tar, string layer)
    {
        layers.Add(layer);
        var reader = new TarReader(tar, limits.ImageBytes - inflated);
        try
        {
            while (reader.Next() is { } entry)
            {
                if (++entries > limits.ImageEntries) throw new LimitReachedException($"more than {limits.ImageEntries} entries in all layers");
                Take(entry, reader);
            }

            Drain(tar);
        }
        catch (LimitReachedException limit)
        {
            IsFull = true;
            Say(GapKind.Limit, null, "image limit", $"The image was not read to its end: layer {layer} has {limit.Message}.");
        }
        catch (LayerRatioException bomb)
        {
            Say(GapKind.Limit, null, "layer ratio limit", $"The layer {layer} was not read to its end: it has {bomb.Message}.");
        }
        catch (FormatException damaged) when (damaged is not WrongDigestException)
        {
            JudgeDigest(tar);
            Say(GapKind.Unread, null, "unreadable layer", $"The layer {layer} was not read to its end: {damaged.Message}.");
        }

        inflated += reader.Position;
    }

    /// <summary>Something about the image that its layers do not say.</summary>
    public void Say(Gap gap) => gaps.Add(gap);

    /// <param name="key">Equal for equal images read in the same way.</param>
    public FileContainer ToContainer(string? key)
    {
        store.Flush();
        var files = new List<(ContainedFile File, ImageNode Node)>();
        foreach (var (path, node) in tree.All())
        {
            if (node.Content == ImageContent.File) files.Add((new(path, node.Size) { Layer = layers[node.Layer] }, node));
            else if (choose(path) == ImageKeep.Whole) Follow(path, node, files);
        }

        return new ImageContainer(
            ByteSource.Of(store), [.. files.Select(static f => f.File)], [.. files.Select(static f => new KeptBytes(f.Node.Offset, f.Node.Kept))], gaps.ToImmutable())
        { Key = key };
    }

    /// <summary>What a link leads to is listed where it lies, and under the link's name only where that alone makes it worth reading.</summary>
    private void Follow(string path, ImageNode link, List<(ContainedFile File, ImageNode Node)> files)
    {
        if (tree.Real(path, last: true) is not { } real)
        {
            Say(GapKind.Unread, path, "link out of the image", $"The link '{path}' leads out of the image or in a circle, and was not followed.", layers[link.Layer]);
            return;
        }

        if (choose(real) == ImageKeep.Whole || tree.Visible(real) is not { Content: ImageContent.File } target) return;
        if (target.Kept == target.Size) files.Add((new(path, target.Size) { Layer = layers[link.Layer] }, target));
        else Say(GapKind.Unread, path, "link to a file that was not kept", $"The file that '{path}' leads to was not kept, so it was not read.", layers[link.Layer]);
    }

    private void Take(TarEntry entry, TarReader reader)
    {
        if (!EntryPath.TryClean(entry.Name.TrimStart('/'), out var path, out var reason))
        {
            // systemd's units have backslashes in their names; nobody asks for them.
            if (reason != "backslash in a path") Say(GapKind.Unread, null, reason, $"An entry of the image was left out: {reason}.");
            return;
        }

        if (path.Length == 0) return;
        if (path.Length > limits.PathLength)
        {
            Say(GapKind.Limit, null, "path length limit", $"'{path[..120]}...' was left out: its path is longer than {limits.PathLength} characters.");
            return;
        }

        var name = EntryPath.Name(path);
        if (tree.Real(path, last: false) is not { } real)
            Say(GapKind.Unread, path, "link out of the image", $"'{path}' was left out: its folder is a link that leads out of the image or in a circle.");
        else if (name.StartsWith(Whiteout, StringComparison.Ordinal)) Hide(real, name);
        else Put(entry, real, reader);
    }

    private void Hide(string path, string name)
    {
        var layer = layers.Count - 1;
        var folder = EntryPath.Folder(path);
        if (name == OpaqueFolder)
        {
            if (tree.Find(folder.TrimEnd('/'), out _) is { } emptied) emptied.ClearedBelow = layer;
        }
        else if (!name.StartsWith(".wh..wh.", StringComparison.Ordinal) && name[Whiteout.Length..] is not ("" or "." or ".."))
        {
            if (tree.Find(folder + name[Whiteout.Length..], out _) is { } hidden) hidden.Cleared = layer;
        }
    }

    private void Put(TarEntry entry, string path, TarReader reader)
    {
        var keep = choose(path);
        switch (entry.Kind)
        {
            case TarKind.File when keep != ImageKeep.Nothing:
                Keep(path, entry.Size, keep, reader);
                break;
            case TarKind.SymbolicLink:
                var link = tree.Make(path);
                link.Put(ImageContent.Link, layers.Count - 1);
                link.Target = entry.Target;
                break;
            case TarKind.HardLink:
                Link(path, entry.Target, keep);
                break;
            case TarKind.Folder:
                // A folder over a folder changes nothing, over anything else takes its place.
                if (tree.Find(path, out _) is { Content: not ImageContent.None } other) other.Put(ImageContent.None, layers.Count - 1);
                break;
            default:
                if (entry.Kind == TarKind.Sparse && keep != ImageKeep.Nothing)
                    Say(GapKind.Unread, path, "sparse file", $"The file '{path}' is stored with holes and was not read.");
                tree.Find(path, out _)?.Put(ImageContent.None, layers.Count - 1);
                break;
        }
    }

    private void Keep(string path, long size, ImageKeep keep, TarReader reader)
    {
        var start = end;
        var most = keep == ImageKeep.Whole ? limits.FileBytes + 1 : MarkBytes;
        var kept = Copy(reader, Math.Min(size, most));
        if (keep == ImageKeep.Program && IsProgram(start, kept)) kept += Copy(reader, Math.Min(size, limits.FileBytes + 1) - kept);
        var node = tree.Make(path);
        node.Put(ImageContent.File, layers.Count - 1);
        (node.Offset, node.Kept, node.Size) = (start, kept, size);
    }

    private long Copy(TarReader reader, long count)
    {
        if (end + count > limits.ImageStoreBytes) throw new LimitReachedException($"more than {limits.ImageStoreBytes} bytes to keep");
        var copied = 0L;
        while (copied < count)
        {
            var read = reader.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, count - copied)));
            store.Write(buffer, 0, read);
            copied += read;
            end += read;
        }

        return copied;
    }

    private bool IsProgram(long start, long length)
    {
        Span<byte> head = stackalloc byte[4];
        if (length < head.Length) return false;
        store.Position = start;
        store.ReadExactly(head);
        store.Position = end;
        return head.SequenceEqual("\u007fELF"u8) || head.StartsWith("MZ"u8) || head is [0xce or 0xcf, 0xfa, 0xed, 0xfe];
    }

    private void Link(string path, string target, ImageKeep keep)
    {
        if (!EntryPath.TryClean(target.TrimStart('/'), out var clean, out _) || tree.Real(clean, last: false) is not { } real)
        {
            Say(GapKind.Unread, path, "link out of the image", $"The link '{path}' leads out of the image and was not followed.");
            return;
        }

        var there = tree.Visible(real);
        if (there is null || keep == ImageKeep.Nothing || there.Content == ImageContent.Link)
        {
            if (there is null && keep == ImageKeep.Whole)
                Say(GapKind.Unread, path, "link to a file that was not kept", $"The file that '{path}' leads to was not kept, so it was not read.");
            if (there?.Content == ImageContent.Link)
            {
                var same = tree.Make(path);
                same.Put(ImageContent.Link, layers.Count - 1);
                same.Target = there.Target;
            }
            else
            {
                tree.Find(path, out _)?.Put(ImageContent.None, layers.Count - 1);
            }

            return;
        }

        if (keep == ImageKeep.Whole && there.Kept < Math.Min(there.Size, limits.FileBytes + 1))
            Say(GapKind.Unread, path, "link to a file that was not kept", $"The file that '{path}' leads to was not kept, so it was not read.");
        var node = tree.Make(path);
        node.Put(ImageContent.File, layers.Count - 1);
        (node.Offset, node.Kept, node.Size) = (there.Offset, there.Kept, there.Size);
    }

    /// <summary>A layer that is not what its digest says is another fault than one that was made badly.</summary>
    private void JudgeDigest(Stream tar)
    {
        try
        {
            Drain(tar);
        }
        catch (FormatException again) when (again is not WrongDigestException)
        {
            // The gap about the first fault covers it.
        }
    }

    private void Drain(Stream tar)
    {
        for (var read = 1; read > 0; inflated += read)
        {
            read = tar.Read(buffer);
            if (inflated > limits.ImageBytes) throw new LimitReachedException($"more than {limits.ImageBytes} bytes");
        }
    }

    private void Say(GapKind kind, string? path, string reason, string message, string? layer = null) =>
        gaps.Add(new(kind, new() { Evidence = Evidence.Package, Layer = layer ?? layers[^1], Path = path }, reason, message));
}
