using System.Globalization;
using ServerlessSec.Advisories;
using ServerlessSec.Scanning;

namespace ServerlessSec.Sources.Advisories;

/// <summary>Advisories from a directory that <see cref="AdvisoryStoreBuilder"/> made. What is not there or is damaged is a gap.</summary>
public sealed class AdvisoryStore(string directory, TimeProvider? time = null, TimeSpan? maxAge = null) : IAdvisorySource, IDisposable
{
    /// <summary>Advisories that are older than this are a gap, unless somebody bears more.</summary>
    public static TimeSpan MaximumAge { get; } = TimeSpan.FromHours(48);

    /// <summary>The reason of a gap where an ecosystem, or a release of one, has no advisories.</summary>
    public const string Absent = "no advisories";

    /// <summary>A set whose newest record is older than this is old although its source says that there is nothing newer.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromDays(30);

    /// <summary>Marks and scores that are older than this are worth a note.</summary>
    private static readonly TimeSpan OldExtra = TimeSpan.FromDays(7);

    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly TimeSpan maxAge = maxAge ?? MaximumAge;
    private readonly SortedDictionary<string, string> notes = new(StringComparer.Ordinal);
    private EpssScores? scores;
    private long? generation;
    private readonly SortedDictionary<string, AdvisoryDatabase> open = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, AdvisoryFile> files = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Gap> gaps = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Ecosystem, string Name), IReadOnlyList<Advisory>> found = [];
    private readonly Lock door = new();

    public Task PrepareAsync(IReadOnlyCollection<string> ecosystems, CancellationToken stop)
    {
        lock (door)
        {
            foreach (var ecosystem in ecosystems.Select(Ecosystems.Base).Distinct().Where(ecosystem => !open.ContainsKey(ecosystem)))
                Prepare(ecosystem);
            foreach (var release in ecosystems.Distinct().Where(IsLeftOut)) gaps[release] = None(release);
        }

        return Task.CompletedTask;
    }

    public IReadOnlyList<Advisory> Find(string ecosystem, string name)
    {
        lock (door)
        {
            var key = (Ecosystems.Base(ecosystem), name);
            if (found.TryGetValue(key, out var known)) return known;
            if (!open.TryGetValue(key.Item1, out var database)) return [];
            try
            {
                var advisories = database.Find(name);
                return found[key] = scores is null ? advisories : advisories.ConvertAll(scores.Join);
            }
            catch (FormatException e)
            {
                gaps[key.Item1] = Unusable(key.Item1, e.Message);
                return found[key] = [];
            }
        }
    }

    public AdvisorySet Set
    {
        get
        {
            lock (door)
            {
                return new()
                {
                    Id = AdvisoryManifest.Digest(files.Values),
                    Newest = files.Values.Max(file => file.Newest),
                    Generation = generation ?? 0,
                    Gaps = [.. gaps.Values],
                    Ages = [.. files.Values.Select(file => AdvisoryAge.Of(file.Ecosystem, file.Newest, file.Checked, time.GetUtcNow()))],
                    Notes = [.. notes.Values],
                };
            }
        }
    }

    /// <summary>Whether look-ups in the ecosystem can be answered.</summary>
    internal bool Has(string ecosystem) => open.ContainsKey(ecosystem);

    public void Dispose()
    {
        foreach (var database in open.Values) database.Dispose();
    }

    private void Prepare(string ecosystem)
    {
        try
        {
            var manifest = AdvisoryManifest.Read(directory);
            // Should it be swapped between two ecosystems, the set is at least as good as the former.
            generation = Math.Min(generation ?? manifest.Generation, manifest.Generation);
            if (manifest.Find(ecosystem) is not { } file)
            {
                gaps[ecosystem] = None(ecosystem);
                return;
            }

            open[ecosystem] = AdvisoryDatabase.Open(directory, file);
            files[ecosystem] = file;
            if (IsOld(file)) gaps[ecosystem] = Old(file);
            if (files.Count == 1) PrepareExtras(manifest);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            gaps[ecosystem] = Unusable(ecosystem, e.Message);
        }
    }

    /// <summary>Whether the ecosystem's file was made for other releases than this one.</summary>
    private bool IsLeftOut(string ecosystem) =>
        files.TryGetValue(Ecosystems.Base(ecosystem), out var file) && !file.Releases.IsEmpty && !file.Releases.Any(release => Ecosystems.Covers(release, ecosystem));

    private static Gap None(string ecosystem) =>
        new(GapKind.Advisories, Scope(ecosystem), Absent, $"The advisories in use hold none for {ecosystem}, so its components were not matched.");

    private bool IsOld(AdvisoryFile file)
    {
        var now = time.GetUtcNow();
        return now - file.Date > maxAge || now - file.Newest > (maxAge > Stale ? maxAge : Stale);
    }

    private Gap Old(AdvisoryFile file)
    {
        var since = time.GetUtcNow() - file.Date > maxAge && file.Checked is { } asked
            ? $"The advisories for {file.Ecosystem} were last checked against their source on {asked.UtcDateTime:yyyy-MM-dd HH:mm} UTC"
            : $"The newest advisory for {file.Ecosystem} is of {file.Newest!.Value.UtcDateTime:yyyy-MM-dd}";
        var borne = maxAge.TotalHours;
        return new(GapKind.Advisories, Scope(file.Ecosystem), "old advisories",
            string.Create(CultureInfo.InvariantCulture, $"{since}, longer ago than {borne:0.#} hours; what was published later was not seen."));
    }

    /// <summary>Nothing is unseen for want of marks or scores, but who reads should know why there are none.</summary>
    private void PrepareExtras(AdvisoryManifest manifest)
    {
        var now = time.GetUtcNow();
        if (manifest.Exploited is not { } exploited) notes["exploited"] = NoExploited;
        else if (now - exploited.Checked > OldExtra)
            notes["exploited"] = $"The catalogue of known exploited vulnerabilities is that of {exploited.Checked:yyyy-MM-dd}; what was added later is not marked.";
        if (manifest.Scores is not { } file)
        {
            notes["scores"] = NoScores;
            return;
        }

        try
        {
            scores = EpssScores.Open(directory, file);
            if (now - file.Date > OldExtra) notes["scores"] = $"The EPSS scores are those of {file.Date:yyyy-MM-dd}.";
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            notes["scores"] = $"The EPSS scores could not be read: {e.Message.TrimEnd('.')}.";
        }
    }

    internal const string NoScores = "No EPSS scores were at hand, so findings do not tell how probable it is that they are exploited.";

    internal const string NoExploited =
        "CISA's catalogue of known exploited vulnerabilities was not at hand, so only what the program knows itself is marked as exploited.";

    private static Gap Unusable(string ecosystem, string reason) =>
        new(GapKind.Advisories, Scope(ecosystem), "unreadable advisories",
            $"The advisories for {ecosystem} could not be read, so matching is incomplete: {reason.TrimEnd('.')}.");

    internal static GapScope Scope(string ecosystem) => new() { Evidence = Evidence.Matches, Ecosystem = ecosystem };
}
