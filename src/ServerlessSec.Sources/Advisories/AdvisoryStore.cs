using ServerlessSec.Advisories;
using ServerlessSec.Scanning;

namespace ServerlessSec.Sources.Advisories;

/// <summary>Advisories from a directory that <see cref="AdvisoryStoreBuilder"/> made. What is not there or is damaged is a gap.</summary>
public sealed class AdvisoryStore(string directory, TimeProvider? time = null) : IAdvisorySource, IDisposable
{
    /// <summary>A set whose newest record is older than this is said to be old.</summary>
    public static TimeSpan OldAfter { get; } = TimeSpan.FromDays(30);

    private readonly TimeProvider time = time ?? TimeProvider.System;
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
                return found[key] = database.Find(name);
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
                    Gaps = [.. gaps.Values],
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
            if (AdvisoryManifest.Read(directory).Find(ecosystem) is not { } file)
            {
                gaps[ecosystem] = new(GapKind.Advisories, Scope(ecosystem), "no advisories",
                    $"The advisories in use hold none for {ecosystem}, so its components were not matched.");
                return;
            }

            open[ecosystem] = AdvisoryDatabase.Open(directory, file);
            files[ecosystem] = file;
            if (time.GetUtcNow() - file.Newest > OldAfter) gaps[ecosystem] = Old(ecosystem, file.Newest!.Value);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            gaps[ecosystem] = Unusable(ecosystem, e.Message);
        }
    }

    private static Gap Old(string ecosystem, DateTimeOffset newest) =>
        new(GapKind.Advisories, Scope(ecosystem), "old advisories",
            $"The newest advisory for {ecosystem} is of {newest.UtcDateTime:yyyy-MM-dd}; what was published later was not seen.");

    private static Gap Unusable(string ecosystem, string reason) =>
        new(GapKind.Advisories, Scope(ecosystem), "unreadable advisories",
            $"The advisories for {ecosystem} could not be read, so matching is incomplete: {reason.TrimEnd('.')}.");

    internal static GapScope Scope(string ecosystem) => new() { Evidence = Evidence.Matches, Ecosystem = ecosystem };
}
