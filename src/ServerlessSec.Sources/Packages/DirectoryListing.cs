using System.Collections.Immutable;
using System.IO.Enumeration;
using ServerlessSec.Packages;

namespace ServerlessSec.Sources.Packages;

/// <summary>
/// The files of a directory as they would be packed. Plain data, so that several trees may share it. Links to
/// directories are not followed: what lies inside is listed where it lies, so loops end by themselves.
/// </summary>
internal sealed class DirectoryListing
{
    // What stands for the attributes of an entry that cannot be looked at.
    private const FileAttributes Unseen = (FileAttributes)(-1);

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly ScanLimits limits;
    private readonly string root;
    private readonly ImmutableArray<ContainedFile>.Builder files = ImmutableArray.CreateBuilder<ContainedFile>();
    private readonly ImmutableArray<Gap>.Builder gaps = ImmutableArray.CreateBuilder<Gap>();
    private readonly Stack<string> folders = new();

    private DirectoryListing(string path, ScanLimits limits, CancellationToken stop)
    {
        this.limits = limits;
        root = Path.TrimEndingDirectorySeparator(Real(new DirectoryInfo(path)));
        folders.Push("");
        while (folders.TryPop(out var folder))
        {
            stop.ThrowIfCancellationRequested();
            if (!List(folder)) break;
        }

        Files = files.DrainToImmutable();
        Gaps = gaps.ToImmutable();
    }

    public string Root => root;

    public ImmutableArray<ContainedFile> Files { get; }

    public ImmutableArray<Gap> Gaps { get; }

    public static DirectoryListing Read(string path, ScanLimits limits, CancellationToken stop) => new(path, limits, stop);

    private bool List(string folder)
    {
        try
        {
            using var entries = new Folder(this, folder);
            return !entries.MoveNext();
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            SayUnlisted(folder);
            return true;
        }
    }

    /// <summary>False where no more may be taken. One entry that cannot be looked at, such as a name that is no text, or
    /// one gone meanwhile, costs the others nothing.</summary>
    private bool TryTake(ref FileSystemEntry entry, string folder)
    {
        if (files.Count == limits.Entries)
        {
            Say(GapKind.Limit, null, "entry limit", $"The directory has more than {limits.Entries} files; the rest was not read.");
            return false;
        }

        var path = folder.Length == 0 ? entry.FileName.ToString() : string.Concat(folder, "/", entry.FileName);
        try
        {
            Take(ref entry, path);
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            SayUnseen(path);
        }

        return true;
    }

    private void Take(ref FileSystemEntry entry, string path)
    {
        if (path.Length > limits.PathLength)
        {
            Say(
                GapKind.Limit,
                path[..120],
                "path length limit",
                $"'{path[..120]}...' was left out: its path is longer than {limits.PathLength} characters.");
            return;
        }

        var attributes = entry.Attributes;
        if (attributes == Unseen || !IsText(ref entry)) SayUnseen(path);
        else if ((attributes & FileAttributes.ReparsePoint) != 0 && entry.ToFileSystemInfo() is { LinkTarget: not null } link) TakeLink(link, path);
        else if ((attributes & FileAttributes.Directory) == 0) files.Add(new(path, entry.Length));

        // Neither is packed by any deployment tool.
        else if (entry.FileName is not (".git" or ".aws-sam")) folders.Push(path);
    }

    /// <summary>A name that is no text cannot be opened by what stands for it.</summary>
    private static bool IsText(ref FileSystemEntry entry) => !entry.FileName.Contains('\uFFFD') || Path.Exists(entry.ToFullPath());

    private void TakeLink(FileSystemInfo link, string path)
    {
        var target = Resolve(link);
        if (target is null) return;

        if (!IsInside(target.FullName))
        {
            Say(GapKind.Unread, path, "link out of the package", $"The link '{path}' leads out of the package and was not followed.");
            return;
        }

        if (target is FileInfo { Exists: true } file) files.Add(new(path, file.Length));
    }

    /// <summary>The end of the chain; null for a loop or where nothing is there.</summary>
    private static FileSystemInfo? Resolve(FileSystemInfo link)
    {
        try
        {
            var target = link.ResolveLinkTarget(returnFinalTarget: true);
            if (target is null || !target.Exists) return null;
            return target is FileInfo ? new FileInfo(Real(target)) : new DirectoryInfo(Real(target));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The path without links in any of its folders.</summary>
    private static string Real(FileSystemInfo entry)
    {
        var path = Path.GetFullPath(entry.FullName);
        var real = Path.GetPathRoot(path)!;
        foreach (var segment in path[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, segment);
            if (Directory.ResolveLinkTarget(real, returnFinalTarget: true) is { } target)
                real = Path.TrimEndingDirectorySeparator(target.FullName);
        }

        return real;
    }

    private bool IsInside(string path) =>
        path == root
            || path.StartsWith(
                root.EndsWith(Path.DirectorySeparatorChar) ? root : root + Path.DirectorySeparatorChar,
                StringComparison.Ordinal);

    private void SayUnseen(string path) => Say(GapKind.Unread, path, "unreadable file", $"The file '{path}' could not be looked at.");

    private void SayUnlisted(string folder) =>
        Say(
            GapKind.Unread,
            folder.Length == 0 ? null : folder,
            "unreadable directory",
            $"The directory '{(folder.Length == 0 ? "." : folder)}' could not be listed.");

    private void Say(GapKind kind, string? path, string reason, string message)
    {
        if (gaps.Count < 1000) gaps.Add(new(kind, new() { Evidence = Evidence.Package, Path = path }, reason, message));
    }

    /// <summary>Hands each entry to the listing while it is at hand, so that none becomes an object of its own; it stops
    /// at the first that is not taken.</summary>
    private sealed class Folder(DirectoryListing listing, string path)
        : FileSystemEnumerator<string>(Path.Combine(listing.root, path), Everything)
    {
        protected override bool ShouldIncludeEntry(ref FileSystemEntry entry) => !listing.TryTake(ref entry, path);

        protected override string TransformEntry(ref FileSystemEntry entry) => "";
    }
}
