using System.Collections.Immutable;
using Amazon.Runtime;
using ServerlessSec.Advisories;
using ServerlessSec.Aws.Storing;
using ServerlessSec.Scanning;
using ServerlessSec.Sources.Advisories;

namespace ServerlessSec.Aws.Collecting;

/// <summary>
/// Advisories from the bucket, kept in a folder from one scan to the next by names that change with their content. What
/// cannot be had, or is damaged, is a gap.
/// </summary>
public sealed class BucketAdvisories(AdvisoryBucket bucket, string folder, TimeProvider time, TimeSpan? maxAge = null) : IAdvisorySource, IDisposable
{
    private readonly SortedDictionary<string, Gap> gaps = new(StringComparer.Ordinal);
    private AdvisoryStore? store;
    private string? tag;
    private AdvisoryManifest? prepared;
    private ImmutableArray<string> wanted = [];

    public async Task PrepareAsync(IReadOnlyCollection<string> ecosystems, CancellationToken stop)
    {
        // A new set for each scan: what it says of itself is what this scan used.
        store?.Dispose();
        store = new(folder, time, maxAge);
        gaps.Clear();
        prepared = null;
        Directory.CreateDirectory(folder);
        wanted = [.. ecosystems.Select(Ecosystems.Base).Distinct()];
        try
        {
            tag = await bucket.BringManifestAsync(folder, tag, stop).ConfigureAwait(false);
            var manifest = AdvisoryManifest.Read(folder);
            prepared = manifest;
            Tidy(manifest);
            foreach (var file in wanted.Select(manifest.Find).OfType<AdvisoryFile>()) await BringAsync(file, stop).ConfigureAwait(false);
            if (manifest.Scores is { } scores) await BringAsync(scores, stop).ConfigureAwait(false);
        }
        catch (Exception unread) when (unread is FormatException or AmazonServiceException or HttpRequestException or IOException || (unread is OperationCanceledException && stop.IsCancellationRequested))
        {
            (tag, prepared) = (null, null);
            foreach (var ecosystem in wanted) gaps[ecosystem] = Unusable(ecosystem, unread);
        }

        await store.PrepareAsync([.. ecosystems.Where(ecosystem => !gaps.ContainsKey(Ecosystems.Base(ecosystem)))], CancellationToken.None).ConfigureAwait(false);
    }

    public IReadOnlyList<Advisory> Find(string ecosystem, string name) => store?.Find(ecosystem, name) ?? [];

    public AdvisorySet Set
    {
        get
        {
            var set = store?.Set ?? throw new InvalidOperationException("advisories are asked for before they are prepared");
            return set with { Generation = prepared?.Generation ?? 0, Gaps = [.. set.Gaps.Select(Awaited), .. gaps.Values] };
        }
    }

    public async Task<long?> OutgrownAsync(CancellationToken stop)
    {
        if (prepared is null) return null;
        // Beside the folder's manifest, by which the prepared set goes on to be read.
        var look = Directory.CreateDirectory(Path.Combine(folder, "look")).FullName;
        if (await bucket.BringManifestAsync(look, tag, stop).ConfigureAwait(false) == tag) return null;
        try
        {
            var now = AdvisoryManifest.Read(look);
            return now.Generation > prepared.Generation && wanted.Any(ecosystem => now.Find(ecosystem)?.File != prepared.Find(ecosystem)?.File) ? now.Generation : null;
        }
        catch (FormatException)
        {
            // By what cannot be read nobody judges; the refresh that mends it looks for all whom it concerns.
            return null;
        }
    }

    public void Dispose() => store?.Dispose();

    private async Task BringAsync(AdvisoryFile file, CancellationToken stop)
    {
        try
        {
            await bucket.BringFileAsync(folder, file, stop).ConfigureAwait(false);
        }
        catch (FormatException damaged)
        {
            gaps[file.Ecosystem] = Unusable(file.Ecosystem, damaged);
        }
    }

    // The store says of damaged scores that they are not at hand.
    private async Task BringAsync(AdvisoryExtra scores, CancellationToken stop)
    {
        try
        {
            await bucket.BringExtraAsync(folder, scores, stop).ConfigureAwait(false);
        }
        catch (FormatException)
        {
            File.Delete(Path.Combine(folder, scores.File));
        }
    }

    private static Gap Awaited(Gap gap) =>
        gap.Reason == AdvisoryStore.Absent && gap.Scope.Ecosystem is { } ecosystem && AdvisoryRefresh.IsRefreshed(Ecosystems.Base(ecosystem))
            ? gap with { Message = gap.Message + " The next refresh fetches them." }
            : gap;

    private void Tidy(AdvisoryManifest manifest)
    {
        foreach (var path in Directory.EnumerateFiles(folder).Where(path => Path.GetFileName(path) is var name && name != AdvisoryManifest.FileName && name != manifest.Scores?.File && !manifest.Ecosystems.Any(file => file.File == name)))
            File.Delete(path);
    }

    private static Gap Unusable(string ecosystem, Exception reason) => new(
        GapKind.Advisories, new() { Evidence = Evidence.Matches, Ecosystem = ecosystem }, "unreadable advisories",
        $"The advisories for {ecosystem} could not be had, so its components were not matched: {reason.Message.TrimEnd('.')}.");
}
