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

    private const int MostGaps = 1000;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly ScanLimits limits;
    private readonly string root;
    private int taken;

    private DirectoryListing(string path, ScanLimits limits, CancellationToken stop)
    {
        this.limits = limits;
        root = Path.TrimEndingDirectorySeparator(Real(new DirectoryInfo(path)));
        var (files, gaps) = (ImmutableArray.CreateBuilder<ContainedFile>(), new List<Gap>());
        for (string[] level = [""]; level.Length > 0 && taken <= limits.Entries;)
        {
            // Listing waits for the kernel most of the time.
            var folders = new Folder[level.Length];
            Parallel.For(0, level.Length, new() { CancellationToken = stop }, index => folders[index] = List(level[index]));
            foreach (var folder in folders)
            {
                files.AddRange(folder.Files);
                gaps.AddRange(folder.Gaps.Take(MostGaps - gaps.Count));
            }

            level = [.. folders.SelectMany(static folder => folder.Folders)];
        }

        if (taken > limits.Entries)
            gaps.Add(new(GapKind.Limit, new() { Evidence = Evidence.Package }, "entry limit", $"The directory has more than {limits.Entries} entries; the rest was not read."));
        Files = files.DrainToImmutable();
        Gaps = [.. gaps];
    }

    public string Root => root;

    public ImmutableArray<ContainedFile> Files { get; }

    public ImmutableArray<Gap> Gaps { get; }

    public static DirectoryListing Read(string path, ScanLimits limits, CancellationToken stop) => new(path, limits, stop);

    private Folder List(string path)
    {
        var folder = new Folder(path);
        try
        {
            using var entries = new Entries(this, folder);
            entries.MoveNext();
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            folder.SayUnlisted();
        }

        return folder;
    }

    /// <summary>False where no more may be taken. One entry that cannot be looked at, such as a name that is no text, or
    /// one gone meanwhile, costs the others nothing.</summary>
    private bool TryTake(ref FileSystemEntry entry, Folder folder)
    {
        if (Interlocked.Increment(ref taken) > limits.Entries) return false;

        var path = folder.Path.Length == 0 ? entry.FileName.ToString() : string.Concat(folder.Path, "/", entry.FileName);
        try
        {
            Take(ref entry, path, folder);
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            folder.SayUnseen(path);
        }

        return true;
    }

    private void Take(ref FileSystemEntry entry, string path, Folder folder)
    {
        if (path.Length > limits.PathLength)
        {
            folder.Say(
                GapKind.Limit,
                path[..120],
                "path length limit",
                $"'{path[..120]}...' was left out: its path is longer than {limits.PathLength} characters.");
            return;
        }

        var attributes = entry.Attributes;
        if (attributes == Unseen || !IsText(ref entry)) folder.SayUnseen(path);
        else if ((attributes & FileAttributes.ReparsePoint) != 0 && entry.ToFileSystemInfo() is { LinkTarget: not null } link) TakeLink(link, path, folder);
        else if ((attributes & FileAttributes.Directory) == 0) folder.Files.Add(new(path, entry.Length));

        // Neither is packed by any deployment tool.
        else if (entry.FileName is not (".git" or ".aws-sam")) folder.Folders.Add(path);
    }

    /// <summary>A name that is no text cannot be opened by what stands for it.</summary>
    private static bool IsText(ref FileSystemEntry entry) => !entry.FileName.Contains('\uFFFD') || Path.Exists(entry.ToFullPath());

    private void TakeLink(FileSystemInfo link, string path, Folder folder)
    {
        var target = Resolve(link);
        if (target is null) return;

        if (!IsInside(target.FullName))
        {
            folder.Say(GapKind.Unread, path, "link out of the package", $"The link '{path}' leads out of the package and was not followed.");
            return;
        }

        if (target is FileInfo { Exists: true } file) folder.Files.Add(new(path, file.Length));
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

    /// <summary>What lies in one folder.</summary>
    private sealed class Folder(string path)
    {
        public string Path => path;

        public List<ContainedFile> Files { get; } = [];

        public List<string> Folders { get; } = [];

        public List<Gap> Gaps { get; } = [];

        public void SayUnseen(string file) => Say(GapKind.Unread, file, "unreadable file", $"The file '{file}' could not be looked at.");

        public void SayUnlisted() =>
            Say(GapKind.Unread, path.Length == 0 ? null : path, "unreadable directory", $"The directory '{(path.Length == 0 ? "." : path)}' could not be listed.");

        public void Say(GapKind kind, string? file, string reason, string message)
        {
            if (Gaps.Count < MostGaps) Gaps.Add(new(kind, new() { Evidence = Evidence.Package, Path = file }, reason, message));
        }
    }

    /// <summary>Hands each entry to the listing while it is at hand, so that none becomes an object of its own; it stops
    /// at the first that is not taken.</summary>
    private sealed class Entries(DirectoryListing listing, Folder folder)
        : FileSystemEnumerator<string>(Path.Combine(listing.root, folder.Path), Everything)
    {
        protected override bool ShouldIncludeEntry(ref FileSystemEntry entry) => !listing.TryTake(ref entry, folder);

        protected override string TransformEntry(ref FileSystemEntry entry) => "";
    }
}
