using ServerlessSec.Advisories;
using ServerlessSec.Sources.Files;

namespace ServerlessSec.Sources.Advisories;

/// <summary>One thing to read records from.</summary>
/// <param name="Address">What the user named, for messages and the manifest.</param>
/// <param name="Ecosystem">The one ecosystem that it is an export of; null for any.</param>
internal sealed record AdvisoryInput(string Address, string? Ecosystem, string Path, string? ETag = null)
{
    private static readonly EnumerationOptions Below = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <summary>
    /// What a path on disk stands for: one record, an archive, a directory of archives (<c>npm.zip</c> or <c>npm/all.zip</c>),
    /// or a directory of records.
    /// </summary>
    public static IEnumerable<AdvisoryInput> OnDisk(string path)
    {
        if (File.Exists(path)) return [new(path, IsZip(path) ? EcosystemOf(path) : null, path)];
        if (!Directory.Exists(path)) throw new FileNotFoundException($"'{path}' is not there", path);
        var archives = Directory.EnumerateFiles(path, "*.zip")
            .Concat(Directory.EnumerateDirectories(path).Select(folder => System.IO.Path.Combine(folder, "all.zip")).Where(File.Exists))
            .Order(StringComparer.Ordinal)
            .Select(archive => new AdvisoryInput(archive, EcosystemOf(archive), archive))
            .ToList();
        return archives.Count > 0 ? archives : [new(path, null, path)];
    }

    /// <summary>Calls <paramref name="take"/> with each record.</summary>
    public void Read(ScanLimits limits, RecordReader take, CancellationToken stop)
    {
        if (Directory.Exists(Path))
        {
            foreach (var file in Directory.EnumerateFiles(Path, "*.json", Below)) ReadFile(file, limits, take, stop);
        }
        else if (IsZip(Path))
        {
            using var archive = new BufferedStream(SmallFile.Open(Path), 256 * 1024);
            new ZipRecords(archive, limits).Read(take, stop);
        }
        else
        {
            ReadFile(Path, limits, take, stop);
        }
    }

    private static void ReadFile(string file, ScanLimits limits, RecordReader take, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        // What is too large for a record is handed on empty, and so counted as one that could not be read.
        take(file, SmallFile.LengthOf(file) > limits.ManifestBytes ? [] : SmallFile.Read(file, limits.ManifestBytes));
    }

    private static bool IsZip(string path) => path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);

    // npm.zip, or npm/all.zip as in the public export.
    private static string? EcosystemOf(string archive)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(archive);
        if (name == "all") name = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(archive))) ?? "";
        return Ecosystems.IsKnown(name) ? Ecosystems.Base(name) : null;
    }
}
