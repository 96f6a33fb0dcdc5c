using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using ServerlessSec.Advisories;
using ServerlessSec.Scanning;
using ServerlessSec.Sources.Advisories;

namespace ServerlessSec.Sources.Caching;

public sealed record AdvisoryCacheOptions
{
    public Uri BaseAddress { get; init; } = AdvisoryDownload.PublicExport;

    public string Directory { get; init; } = CacheDirectory.For("advisories");

    /// <summary>Never fetch; what is in the cache is used, and said to be old when it is.</summary>
    public bool Offline { get; init; }

    /// <summary>How long what was fetched, or found unchanged, is used without asking again.</summary>
    public TimeSpan FreshFor { get; init; } = TimeSpan.FromHours(24);
}

/// <summary>
/// The default source: the public export, fetched into the user's cache for the ecosystems that a scan has. Where it cannot be
/// had the cache is used as it is, else the built-in advisories, and a gap says so.
/// </summary>
public sealed class CachedAdvisories(
    AdvisoryDownload download, AdvisoryCacheOptions options, IDownloadListener? listener = null, TimeProvider? time = null)
    : IAdvisorySource, IDisposable
{
    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly AdvisoryStore store = new(options.Directory, time);
    private readonly BuiltinAdvisories builtin = new();
    private readonly SortedSet<string> fallen = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Gap> gaps = new(StringComparer.Ordinal);
    private readonly SortedSet<string> prepared = new(StringComparer.Ordinal);

    public async Task PrepareAsync(IReadOnlyCollection<string> ecosystems, CancellationToken stop)
    {
        var wanted = ecosystems.Select(Ecosystems.Base).Where(prepared.Add).Order(StringComparer.Ordinal).ToList();
        var stale = options.Offline ? [] : wanted.Where(ecosystem => Ecosystems.IsKnown(ecosystem) && !IsFresh(ecosystem)).ToList();
        if (stale.Count > 0) await RefreshAsync(stale, stop).ConfigureAwait(false);
        await store.PrepareAsync(wanted, stop).ConfigureAwait(false);
        foreach (var ecosystem in wanted.Where(ecosystem => Ecosystems.IsKnown(ecosystem) && !store.Has(ecosystem))) fallen.Add(ecosystem);
        await builtin.PrepareAsync(fallen, stop).ConfigureAwait(false);
    }

    /// <summary>Fetches what has changed, whatever its age: <c>advisories update</c>.</summary>
    public async Task<AdvisoryBuild> UpdateAsync(IReadOnlyCollection<string> ecosystems, CancellationToken stop)
    {
        var wanted = ecosystems.Select(Ecosystems.Base).Distinct().Order(StringComparer.Ordinal).ToImmutableArray();
        if (wanted.IsEmpty) return new() { Problems = ["No ecosystem was named."] };
        await AnnounceAsync(wanted, stop).ConfigureAwait(false);
        var builder = new AdvisoryStoreBuilder(download, listener);
        var build = await builder
            .BuildAsync([options.BaseAddress.AbsoluteUri], options.Directory, new() { Ecosystems = wanted }, null, stop)
            .ConfigureAwait(false);
        foreach (var ecosystem in build.Ecosystems.Where(ecosystem => ecosystem.Outcome != AdvisoryBuildOutcome.Failed))
            Touch(ecosystem.Ecosystem);
        return build;
    }

    public IReadOnlyList<Advisory> Find(string ecosystem, string name) =>
        fallen.Contains(Ecosystems.Base(ecosystem)) ? builtin.Find(ecosystem, name) : store.Find(ecosystem, name);

    public AdvisorySet Set
    {
        get
        {
            if (fallen.Count == 0) return store.Set with { Gaps = [.. store.Set.Gaps.Concat(gaps.Values)] };
            var isBuiltin = fallen.Count == prepared.Count(Ecosystems.IsKnown);
            var stored = store.Set.Gaps.Where(gap => !fallen.Contains(gap.Scope.Ecosystem ?? ""));
            return new()
            {
                Id = isBuiltin ? builtin.Set.Id : $"{store.Set.Id}+{builtin.Set.Id}",
                Newest = store.Set.Newest,
                IsBuiltin = isBuiltin,
                Gaps = [.. builtin.Set.Gaps.Concat(stored).Concat(gaps.Values)],
            };
        }
    }

    public void Dispose() => store.Dispose();

    private async Task RefreshAsync(List<string> ecosystems, CancellationToken stop)
    {
        try
        {
            var build = await UpdateAsync(ecosystems, stop).ConfigureAwait(false);
            foreach (var failed in build.Ecosystems.Where(ecosystem => ecosystem.Outcome == AdvisoryBuildOutcome.Failed))
                gaps[failed.Ecosystem] = NotRefreshed(failed.Ecosystem, failed.Problem!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException or SqliteException)
        {
            foreach (var ecosystem in ecosystems) gaps[ecosystem] = NotRefreshed(ecosystem, e.Message);
        }
    }

    // Sizes are a courtesy: where they cannot be had, the download itself says why.
    private async Task AnnounceAsync(ImmutableArray<string> ecosystems, CancellationToken stop)
    {
        if (listener is null) return;
        var downloads = new List<AnnouncedDownload>();
        foreach (var ecosystem in ecosystems)
        {
            var address = AdvisoryDownload.ArchiveOf(options.BaseAddress, ecosystem);
            try
            {
                downloads.Add(new(ecosystem, address, await download.SizeAsync(address, stop).ConfigureAwait(false)));
            }
            catch (HttpRequestException)
            {
                downloads.Add(new(ecosystem, address, null));
            }
        }

        listener.Announce(downloads);
    }

    private bool IsFresh(string ecosystem)
    {
        var mark = Mark(ecosystem);
        return File.Exists(mark)
            && time.GetUtcNow() - File.GetLastWriteTimeUtc(mark) is var age
            && age < options.FreshFor
            && age > -options.FreshFor;
    }

    private void Touch(string ecosystem)
    {
        try
        {
            File.WriteAllBytes(Mark(ecosystem), []);
            File.SetLastWriteTimeUtc(Mark(ecosystem), time.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without the mark the next scan asks again, which costs a request.
        }
    }

    private string Mark(string ecosystem) => Path.Combine(options.Directory, $".checked-{ecosystem.Replace(' ', '-')}");

    private static Gap NotRefreshed(string ecosystem, string reason) =>
        new(
            GapKind.Advisories,
            AdvisoryStore.Scope(ecosystem),
            "advisories not refreshed",
            $"Newer advisories for {ecosystem} could not be had: {reason}.");
}
