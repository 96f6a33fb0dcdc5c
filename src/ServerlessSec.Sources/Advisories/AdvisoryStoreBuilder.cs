using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using ServerlessSec.Advisories;

namespace ServerlessSec.Sources.Advisories;

/// <summary>
/// Makes a directory of advisories, one SQLite file for each ecosystem, from OSV records. Records stream through a file, so
/// that memory does not grow with them; the same records give the same bytes. A file is replaced only by one that is whole.
/// </summary>
public sealed class AdvisoryStoreBuilder(AdvisoryDownload download, IDownloadListener? listener = null, TimeProvider? time = null)
{
    /// <param name="sources">Paths or base addresses: a record, a directory, an archive, or <c>https://…</c> with
    /// <c>ECOSYSTEM/all.zip</c> below it.</param>
    /// <exception cref="FileNotFoundException">A path is not there.</exception>
    /// <exception cref="IOException">The directory cannot be written to.</exception>
    public async Task<AdvisoryBuild> BuildAsync(
        IReadOnlyList<string> sources,
        string outputDirectory,
        AdvisoryBuildOptions? options = null,
        IProgress<AdvisoryBuildProgress>? progress = null,
        CancellationToken stop = default)
    {
        options ??= new();
        var local = sources.Where(source => !IsAddress(source)).SelectMany(AdvisoryInput.OnDisk).ToList();
        Directory.CreateDirectory(outputDirectory);
        using var workplace = new Workplace(outputDirectory);
        var present = ReadPresent(outputDirectory);
        var problems = new List<string>();
        var clock = time ?? TimeProvider.System;
        var extras = new ExtrasBuild(download, outputDirectory, purpose => workplace.NewPath(purpose), clock, problems.Add);
        var (catalogue, exploited) = await extras.ExploitedAsync(options.KnownExploited, present.Exploited, stop).ConfigureAwait(false);
        var scores = await extras.ScoresAsync(options.Scores, present.Scores, stop).ConfigureAwait(false);
        exploited.UnionWith(new BuiltinAdvisories().KnownExploited());
        var run = new BuildRun(options, exploited, present, clock.GetUtcNow(), progress) { Catalogue = catalogue, Scores = scores };
        problems.ForEach(run.Problem);
        foreach (var input in local) run.Covers(input);
        foreach (var source in sources.Where(IsAddress))
            await FetchAsync(new(source), sources.Count == 1, workplace, run, stop).ConfigureAwait(false);
        Write(outputDirectory, workplace, run, stop);
        return run.Result();
    }

    private static void Write(string directory, Workplace workplace, BuildRun run, CancellationToken stop)
    {
        try
        {
            using var staged = new StagedRecords(workplace.NewPath("staging"));
            foreach (var input in run.Inputs) run.Stage(input, staged, stop);
            foreach (var update in run.Updates) update.Stage(directory, run, staged, stop);
            foreach (var ecosystem in run.ToPublish(staged)) Publish(ecosystem, staged, directory, workplace, run, stop);
            if (run.HasChange) Commit(directory, run.Present, run);
        }
        catch (SqliteException e)
        {
            throw new IOException($"advisories could not be written to '{directory}': {e.Message}", e);
        }
    }

    internal static bool IsAddress(string source) =>
        source.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || source.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    // A manifest that cannot be read protects nothing: the files it named are replaced.
    private static AdvisoryManifest ReadPresent(string directory)
    {
        try
        {
            return AdvisoryManifest.Read(directory);
        }
        catch (FormatException)
        {
            return AdvisoryManifest.Empty;
        }
    }

    private async Task FetchAsync(Uri source, bool only, Workplace workplace, BuildRun run, CancellationToken stop)
    {
        foreach (var (ecosystem, address) in await ArchivesAsync(source, run, stop).ConfigureAwait(false))
        {
            var file = workplace.NewPath("download", ".zip");
            try
            {
                if (only && await UpdateAsync(source, ecosystem, workplace, run, stop).ConfigureAwait(false)) continue;
                var known = only ? KnownTag(ecosystem, address, workplace.Directory, run) : null;
                if (known is null) await AnnounceAsync(ecosystem, address, stop).ConfigureAwait(false);
                void Received(long bytes, long? total) => listener?.Received(ecosystem, bytes, total);
                var etag = await download.FetchAsync(address, file, known, Received, stop).ConfigureAwait(false);
                if (etag is null) run.Unchanged(ecosystem, null);
                else run.Covers(new(address.AbsoluteUri, ecosystem, file, etag.Length > 0 ? etag : null));
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                run.Fail(ecosystem, e.Message);
            }
        }
    }

    // The size is a courtesy: where it cannot be had, the download itself says why.
    private async Task AnnounceAsync(string ecosystem, Uri address, CancellationToken stop)
    {
        if (listener is null) return;
        long? size = null;
        try
        {
            size = await download.SizeAsync(address, stop).ConfigureAwait(false);
        }
        catch (HttpRequestException)
        {
            // Unknown, then.
        }

        listener.Announce([new(ecosystem, address, size)]);
    }

    /// <summary>Whether the whole export need not be fetched.</summary>
    private async Task<bool> UpdateAsync(Uri source, string ecosystem, Workplace workplace, BuildRun run, CancellationToken stop)
    {
        if (run.Present.Find(ecosystem) is not { } present || !IsIntact(workplace.Directory, present)) return false;
        var update = await IncrementalUpdate.PlanAsync(download, source, present, workplace.Directory, workplace.NewPath("list"), run, stop).ConfigureAwait(false);
        if (update is null) return false;
        if (update.HasDifference) run.Completes(update);
        else run.Unchanged(ecosystem, update.Listed);
        return true;
    }

    private async Task<IReadOnlyList<(string Ecosystem, Uri Address)>> ArchivesAsync(Uri source, BuildRun run, CancellationToken stop)
    {
        IEnumerable<string> ecosystems = run.Wanted;
        if (run.Wanted.Count == 0)
        {
            try
            {
                var list = await download.TextAsync(new($"{source.AbsoluteUri.TrimEnd('/')}/ecosystems.txt"), stop).ConfigureAwait(false);
                ecosystems = list.Split('\n', StringSplitOptions.TrimEntries).Select(Ecosystems.Base).Where(Ecosystems.IsKnown);
            }
            catch (HttpRequestException e)
            {
                run.Problem($"'{source}' has no list of ecosystems ({e.Message}): name those that you want.");
                return [];
            }
        }

        return [.. ecosystems
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(ecosystem => (ecosystem, AdvisoryDownload.ArchiveOf(source, ecosystem)))];
    }

    /// <summary>The tag of what is there, if it came from the address alone and is whole.</summary>
    private static string? KnownTag(string ecosystem, Uri address, string directory, BuildRun run) =>
        run.Present.Find(ecosystem) is { Origins: [{ ETag: { } tag } origin] } entry
            && origin.Address == address.AbsoluteUri
            && entry.Exploited == run.ExploitedDigest
            && entry.Releases.SequenceEqual(run.ReleasesOf(ecosystem))
            && IsIntact(directory, entry)
            ? tag
            : null;

    private static bool IsIntact(string directory, AdvisoryFile entry)
    {
        try
        {
            AdvisoryDatabase.Open(directory, entry).Dispose();
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static void Publish(
        string ecosystem,
        StagedRecords staged,
        string directory,
        Workplace workplace,
        BuildRun run,
        CancellationToken stop)
    {
        var (records, newest) = staged.Count(ecosystem, run.Now);
        if (run.Present.Find(ecosystem) is { } old && old.Outdates(newest, run.Now) && !run.Options.AllowOlder)
        {
            run.Older(ecosystem, old, newest);
            return;
        }

        var temporary = workplace.NewPath("database");
        try
        {
            var (content, packages) = AdvisoryDatabase.Write(temporary, ecosystem, staged, stop);
            // The name changes with the content: who reads the old file goes on, and the manifest alone decides which counts.
            var name = $"{ecosystem.Replace(' ', '-')}-{content[..16]}.db";
            var (sha256, bytes) = Digest(temporary);
            File.Move(temporary, Path.Combine(directory, name), overwrite: true);
            run.Publish(new()
            {
                Ecosystem = ecosystem,
                File = name,
                Bytes = bytes,
                Sha256 = sha256,
                Content = content,
                Records = records,
                Packages = packages,
                Rejected = Math.Max(run.RejectedOf(ecosystem), staged.UnreadOf(ecosystem)),
                Newest = newest,
                Origins = run.OriginsOf(ecosystem),
                Listed = run.Updates.Find(update => update.Ecosystem == ecosystem)?.Listed,
                Exploited = run.ExploitedDigest,
                Releases = run.ReleasesOf(ecosystem),
            });
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            run.Fail(ecosystem, e.Message);
        }
    }

    private static (string Sha256, long Bytes) Digest(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        var digest = Convert.ToHexStringLower(SHA256.HashData(stream));
        stream.Flush(flushToDisk: true);
        return (digest, stream.Length);
    }

    private static void Commit(string directory, AdvisoryManifest present, BuildRun run)
    {
        var kept = present.Ecosystems.Where(file => !run.Replaced.ContainsKey(file.Ecosystem));
        var manifest = new AdvisoryManifest
        {
            Ecosystems = [.. kept.Concat(run.Replaced.Values).OrderBy(file => file.Ecosystem, StringComparer.Ordinal)],
            Exploited = run.Catalogue,
            Scores = run.Scores,
            Generation = present.Generation,
        };
        if (!manifest.MeansTheSameAs(present)) manifest = manifest.Raised(run.Now);
        manifest.Write(directory);
        foreach (var old in present.FileNames.Except(manifest.FileNames))
        {
            try
            {
                File.Delete(Path.Combine(directory, old));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                run.Problem($"'{old}' could not be removed: {e.Message}.");
            }
        }
    }

    /// <summary>Temporary files in the output directory; what is left when it is disposed goes.</summary>
    private sealed class Workplace(string directory) : IDisposable
    {
        private readonly List<string> paths = [];

        public string Directory => directory;

        public string NewPath(string purpose, string extension = "")
        {
            var path = Path.Combine(directory, $".{purpose}-{Guid.NewGuid():N}{extension}");
            paths.Add(path);
            return path;
        }

        public void Dispose()
        {
            foreach (var path in paths) File.Delete(path);
        }
    }
}
