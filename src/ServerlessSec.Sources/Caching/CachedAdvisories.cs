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

    /// <summary>What is older than this is a gap.</summary>
    public TimeSpan MaxAge { get; init; } = AdvisoryStore.MaximumAge;
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
    private readonly AdvisoryStore store = new(options.Directory, time, options.MaxAge);
    private readonly BuiltinAdvisories builtin = new();
    private readonly SortedSet<string> fallen = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Gap> gaps = new(StringComparer.Ordinal);
    private readonly SortedSet<string> prepared = new(StringComparer.Ordinal);

    public async Task PrepareAsync(IReadOnlyCollection<string> ecosystems, CancellationToken stop)
    {
        var wanted = ecosystems.Select(Ecosystems.Base).Where(prepared.Add).Order(StringComparer.Ordinal).ToList();
        var present = Present();
        var stale = options.Offline ? [] : wanted.Where(ecosystem => Ecosystems.IsKnown(ecosystem) && !IsFresh(present.Find(ecosystem)?.Checked)).ToList();
        if (stale.Count > 0) await RefreshAsync(stale, stop).ConfigureAwait(false);
        await store.PrepareAsync(wanted, stop).ConfigureAwait(false);
        foreach (var ecosystem in wanted.Where(ecosystem => Ecosystems.IsKnown(ecosystem) && !store.Has(ecosystem))) fallen.Add(ecosystem);
        await builtin.PrepareAsync(fallen, stop).ConfigureAwait(false);
    }

    /// <summary>Fetches what has changed, whatever its age: <c>advisories update</c>.</summary>
    public Task<AdvisoryBuild> UpdateAsync(IReadOnlyCollection<string> ecosystems, CancellationToken stop) =>
        UpdateAsync(ecosystems, static _ => true, stop);

    private async Task<AdvisoryBuild> UpdateAsync(IReadOnlyCollection<string> ecosystems, Func<AdvisoryExtra?, bool> wants, CancellationToken stop)
    {
        var wanted = ecosystems.Select(Ecosystems.Base).Distinct().Order(StringComparer.Ordinal).ToImmutableArray();
        if (wanted.IsEmpty) return new() { Problems = ["No ecosystem was named."] };
        var present = Present();
        var wish = new AdvisoryBuildOptions
        {
            Ecosystems = wanted,
            KnownExploited = wants(present.Exploited) ? AdvisoryDownload.ExploitedOf(options.BaseAddress).AbsoluteUri : null,
            Scores = wants(present.Scores) ? AdvisoryDownload.ScoresOf(options.BaseAddress).AbsoluteUri : null,
        };
        var builder = new AdvisoryStoreBuilder(download, listener, time);
        return await builder.BuildAsync([options.BaseAddress.AbsoluteUri], options.Directory, wish, null, stop).ConfigureAwait(false);
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
                Generation = isBuiltin ? 0 : store.Set.Generation,
                IsBuiltin = isBuiltin,
                Ages = store.Set.Ages,
                Notes = [.. (isBuiltin ? builtin.Set : store.Set).Notes],
                Gaps = [.. builtin.Set.Gaps.Concat(stored).Concat(gaps.Values)],
            };
        }
    }

    public void Dispose() => store.Dispose();

    private async Task RefreshAsync(List<string> ecosystems, CancellationToken stop)
    {
        try
        {
            var build = await UpdateAsync(ecosystems, extra => !IsFresh(extra?.Checked), stop).ConfigureAwait(false);
            foreach (var failed in build.Ecosystems.Where(ecosystem => ecosystem.Outcome == AdvisoryBuildOutcome.Failed))
                gaps[failed.Ecosystem] = NotRefreshed(failed.Ecosystem, failed.Problem!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException or SqliteException)
        {
            foreach (var ecosystem in ecosystems) gaps[ecosystem] = NotRefreshed(ecosystem, e.Message);
        }
    }

    private bool IsFresh(DateTimeOffset? asked)
    {
        var bound = options.MaxAge < options.FreshFor ? options.MaxAge : options.FreshFor;
        return time.GetUtcNow() - asked is { } age && age < bound && age > -bound;
    }

    private AdvisoryManifest Present()
    {
        try
        {
            return AdvisoryManifest.Read(options.Directory);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return AdvisoryManifest.Empty;
        }
    }

    private static Gap NotRefreshed(string ecosystem, string reason) =>
        new(
            GapKind.Advisories,
            AdvisoryStore.Scope(ecosystem),
            "advisories not refreshed",
            $"Newer advisories for {ecosystem} could not be had: {reason}.");
}
