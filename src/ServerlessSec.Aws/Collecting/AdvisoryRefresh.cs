using ServerlessSec.Aws.Storing;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using ServerlessSec.Sources.Advisories;

namespace ServerlessSec.Aws.Collecting;

/// <param name="Outcome">Of the build.</param>
/// <param name="Records">In the file that now counts.</param>
/// <param name="Packages">Whose advisories changed; null where there were too many to tell, or no file before.</param>
/// <param name="Waiting">Functions to be judged again.</param>
public sealed record RefreshOutcome(AdvisoryBuildOutcome Outcome, int Records, int? Packages, int Waiting);

/// <summary>
/// Fetches one ecosystem's advisories into the bucket and finds which functions have to be judged again. An older or
/// broken set never replaces a good one.
/// </summary>
public sealed class AdvisoryRefresh(
    AdvisoryBucket bucket, AdvisoryDownload download, Uri source, string folder, InventoryStore inventories, IReferenceStore references, IFactsStore facts, IBulkStore bulk, RefreshStore state, TimeProvider time)
{
    /// <summary>Ecosystems that packages of functions are read for: always refreshed.</summary>
    public static readonly IReadOnlyList<string> Ecosystems = ["Go", "Maven", "NuGet", "Packagist", "PyPI", "RubyGems", "crates.io", "npm"];

    /// <summary>Distributions that images are read for: refreshed once an inventory has a component of one, and of it the releases that inventories have.</summary>
    public static readonly IReadOnlySet<string> Distributions = new SortedSet<string>(StringComparer.Ordinal)
    {
        "AlmaLinux", "Alpaquita", "Alpine", "Chainguard", "Debian", "Mageia", "MinimOS", "Photon OS", "Red Hat", "Rocky Linux", "SUSE", "Ubuntu", "Wolfi", "openSUSE",
    };

    public static bool IsRefreshed(string ecosystem) => Distributions.Contains(ecosystem) || Ecosystems.Contains(ecosystem);

    /// <summary>More changed packages than this are not looked up one by one.</summary>
    private const int Most = 2_000;

    /// <summary>
    /// After a swap, before holders are looked up: what was written just before the swap is in the indexes by then. What is written
    /// after it asks for a judgement itself.
    /// </summary>
    public TimeSpan IndexLag { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Fetches the catalogue of exploited vulnerabilities and EPSS scores; gives what went wrong, which leaves those that are there.</summary>
    public async Task<IReadOnlyList<string>> RefreshExtrasAsync(CancellationToken stop)
    {
        var directory = Path.Combine(folder, "extras");
        Directory.CreateDirectory(directory);
        try
        {
            await BringManifestAsync(directory, stop).ConfigureAwait(false);
            var wish = new AdvisoryBuildOptions
            {
                KnownExploited = AdvisoryDownload.ExploitedOf(source).AbsoluteUri,
                Scores = AdvisoryDownload.ScoresOf(source).AbsoluteUri,
            };
            var build = await new AdvisoryStoreBuilder(download, null, time).BuildAsync([], directory, wish, null, stop).ConfigureAwait(false);
            await bucket.PutExtrasAsync(directory, AdvisoryManifest.Read(directory), stop).ConfigureAwait(false);
            return build.Problems;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <param name="ecosystem">Which.</param>
    /// <param name="releases">Of a distribution, those that are wanted (<c>Debian:12</c>); empty for all.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="IOException">The source could not be read.</exception>
    public async Task<RefreshOutcome> RefreshAsync(string ecosystem, IReadOnlyCollection<string> releases, CancellationToken stop)
    {
        // Who put the file that is there died before all were in line who are to be judged by it, and which those are is not known any more.
        var owed = await state.OwesAsync(ecosystem, stop).ConfigureAwait(false);
        var directory = Path.Combine(folder, ecosystem);
        Directory.CreateDirectory(directory);
        var before = await PresentAsync(directory, ecosystem, stop).ConfigureAwait(false);
        var former = before is null ? null : before with { File = before.File + ".former" };
        if (former is not null) File.Copy(Path.Combine(directory, before!.File), Path.Combine(directory, former.File), overwrite: true);
        try
        {
            var build = await new AdvisoryStoreBuilder(download, null, time).BuildAsync([source.AbsoluteUri], directory, new() { Ecosystems = [ecosystem], Releases = [.. releases] }, null, stop).ConfigureAwait(false);
            var result = build.Ecosystems.FirstOrDefault(e => e.Ecosystem == ecosystem) ?? throw new IOException($"nothing is known of {ecosystem} after fetching it: {string.Join(' ', build.Problems)}");
            if (result.Outcome == AdvisoryBuildOutcome.Failed) throw new IOException($"advisories for {ecosystem} could not be fetched: {result.Problem}");
            var file = AdvisoryManifest.Read(directory).Find(ecosystem)!;
            // The same as the manifest says, but not what lies in the bucket: that is damaged or gone.
            var mends = before is null && result.Outcome == AdvisoryBuildOutcome.Unchanged;
            if (result.Outcome != AdvisoryBuildOutcome.Built && !mends)
            {
                if (before is not null) await bucket.RenewAsync(directory, file, time.GetUtcNow(), stop).ConfigureAwait(false);
                if (result.Outcome == AdvisoryBuildOutcome.Unchanged) await bucket.CheckAsync(directory, file, stop).ConfigureAwait(false);
                if (!owed) return new(result.Outcome, result.Records, 0, 0);
                var present = await bucket.GenerationAsync(directory, stop).ConfigureAwait(false);
                return new(result.Outcome, result.Records, null, await JudgeAgainAsync(ecosystem, null, present, stop).ConfigureAwait(false));
            }

            await state.OweAsync(ecosystem, stop).ConfigureAwait(false);
            if (await bucket.PutAsync(directory, file, stop).ConfigureAwait(false) is not { } generation) return new(AdvisoryBuildOutcome.Older, result.Records, 0, 0);
            if (former is not null) await Task.Delay(IndexLag, time, stop).ConfigureAwait(false);
            var names = former is null || owed ? null : AdvisoryChanges.Between(directory, former, file, Most);
            return new(result.Outcome, result.Records, names?.Count, await JudgeAgainAsync(ecosystem, names, generation, stop).ConfigureAwait(false));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>The bucket's manifest, with the catalogue of exploited vulnerabilities where that can be had.</summary>
    private async Task BringManifestAsync(string directory, CancellationToken stop)
    {
        await bucket.BringManifestAsync(directory, null, stop).ConfigureAwait(false);
        try
        {
            if (AdvisoryManifest.Read(directory).Exploited is { } exploited) await bucket.BringExtraAsync(directory, exploited, stop).ConfigureAwait(false);
        }
        catch (FormatException)
        {
            // The builder does without, and the next refresh brings it anew.
        }
    }

    /// <summary>What the bucket has, brought here whole; null where it has nothing, or nothing that can be read.</summary>
    private async Task<AdvisoryFile?> PresentAsync(string directory, string ecosystem, CancellationToken stop)
    {
        try
        {
            await BringManifestAsync(directory, stop).ConfigureAwait(false);
            if (AdvisoryManifest.Read(directory).Find(ecosystem) is not { } file) return null;
            await bucket.BringFileAsync(directory, file, stop).ConfigureAwait(false);
            return file;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private async Task<int> JudgeAgainAsync(string ecosystem, IReadOnlyList<string>? names, long generation, CancellationToken stop)
    {
        var wish = ScanWish.Rejudgement(generation);
        var owners = names is not null
            ? HoldersAsync(ecosystem, names, stop)
            : facts.SummariesAsync(stop).Where(static s => s is { Scan: ScanKind.Package, Address: not null }).Select(static s => s.Owner);
        var seen = new HashSet<Owner>();
        await foreach (var owner in owners.WithCancellation(stop).ConfigureAwait(false))
        {
            if (seen.Add(owner)) await bulk.AddAsync(owner, ScanKind.Package, wish, isAhead: true, stop).ConfigureAwait(false);
        }

        await state.JudgedAsync(ecosystem, stop).ConfigureAwait(false);
        return seen.Count;
    }

    private async IAsyncEnumerable<Owner> HoldersAsync(string ecosystem, IEnumerable<string> names, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        var addresses = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            await foreach (var (address, _) in inventories.HoldersAsync(ecosystem, name, stop).ConfigureAwait(false)) addresses.Add(address);
        }

        foreach (var address in addresses.Order(StringComparer.Ordinal))
        {
            await foreach (var owner in references.OwnersAsync(new(ReferenceKind.Inventory, address), stop).ConfigureAwait(false)) yield return owner;
        }
    }
}
