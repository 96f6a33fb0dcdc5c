namespace ServerlessSec.Cli.Commands;

/// <summary>
/// Where a report goes: standard output, or a file that is there whole or not at all. Opened before the work begins,
/// so that a place one cannot write to is known at once.
/// </summary>
internal sealed class ReportOutput : IDisposable
{
    private readonly string? target;
    private readonly string? partial;

    private ReportOutput(Stream stream, string? target, string? partial) => (Stream, this.target, this.partial) = (stream, target, partial);

    public Stream Stream { get; }

    public bool IsFile => target is not null;

    public static ReportOutput Open(string? path, Surroundings here)
    {
        if (path is null or "-") return new(new BufferedStream(here.Output, 1 << 16), null, null);
        try
        {
            // A device is written to as it is: there is nothing that could be replaced.
            if (path.StartsWith("/dev/", StringComparison.Ordinal))
                return new(new FileStream(path, FileMode.Open, FileAccess.Write), path, null);
            if (path.Length == 0) throw new UsageException("--output names no file");
            if (Directory.Exists(path)) throw new UsageException($"cannot write '{path}': it is a directory");
            var link = new FileInfo(path);
            var target = link.LinkTarget is null ? link.FullName : link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
            var partial = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Environment.ProcessId}.partial");
            return new(new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16), target, partial);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"cannot write '{path}': {Reason(refused)}");
        }
    }

    /// <summary>Puts the finished file in place.</summary>
    public void Commit()
    {
        try
        {
            Stream.Flush();
            if (partial is null) return;
            Stream.Dispose();
            File.Move(partial, target!, overwrite: true);
        }
        catch (Exception refused) when (IsFile && refused is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot write '{target}': {Reason(refused)}");
        }
    }

    public void Dispose()
    {
        if (!IsFile) return;
        Stream.Dispose();
        if (partial is not null) File.Delete(partial);
    }

    private static string Reason(Exception refused) => refused switch
    {
        DirectoryNotFoundException => "its directory does not exist",
        FileNotFoundException => "no file can be made there",
        UnauthorizedAccessException => "permission denied",
        _ => refused.Message,
    };
}
