using System.Collections.Immutable;
using ServerlessSec.Facts;
using ServerlessSec.Rules;

namespace ServerlessSec.Scanning;

/// <summary>What became of a job, for a log line.</summary>
public enum WorkOutcome
{
    /// <summary>A finished scan has answered it.</summary>
    Served,

    /// <summary>The function is not there; it is looked for again before that is believed.</summary>
    Missed,

    /// <summary>The function is still being changed; it is looked at again.</summary>
    PutBack,

    Removed,
    OptedOut,
    Scanned,

    /// <summary>Judged anew from what was stored.</summary>
    Rejudged,

    /// <summary>A later scan has taken over.</summary>
    Superseded,
}

/// <summary>What a scan of one function needs from outside.</summary>
public sealed record FunctionPorts
{
    public required IFunctionSource Functions { get; init; }

    public required IPackageSource Packages { get; init; }

    /// <summary>For bulk work, which keeps to a lower rate of calls.</summary>
    public required IPackageSource BulkPackages { get; init; }

    public required IAdvisorySource Advisories { get; init; }

    public required IFindingStore Findings { get; init; }

    public required IFactsStore Facts { get; init; }

    public required IReferenceStore References { get; init; }

    public required IInventoryStore Inventories { get; init; }

    public required IScanQueue Queue { get; init; }
}

/// <summary>
/// Does one job: from the message to findings, facts and references. All writes but the scan's last row may be made
/// twice; that row is written last, so that a run which dies is done again.
/// </summary>
public sealed class FunctionWork(FunctionPorts ports, ImmutableArray<Rule> rules, ScanLimits limits, OptOut optOut, TimeProvider time)
{
    /// <summary>A function that is not there is believed gone when it is not there after this.</summary>
    public static readonly TimeSpan Absence = TimeSpan.FromSeconds(60);

    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    /// <summary>After so many looks a function is scanned as it is.</summary>
    public const int Looks = 5;

    /// <summary>The last time that a queue hands a message over.</summary>
    public const int Receives = 3;

    private readonly Replacer replacer = new(ports.Findings, ScanRules.Of(rules));
    private readonly FunctionLearning learning = new(ports);

    /// <param name="job">What to do.</param>
    /// <param name="receives">How often the message was handed over, this time included.</param>
    /// <param name="soon">Ends reading: what was not read by then is a gap.</param>
    /// <param name="stop">Ends everything.</param>
    public async Task<WorkOutcome> DoAsync(ScanJob job, int receives, CancellationToken soon, CancellationToken stop)
    {
        var row = await ports.Findings.RowAsync(job.Function, job.Scan, stop).ConfigureAwait(false);
        if (row?.Serves(job.Wish) == true) return WorkOutcome.Served;
        var isNamed = optOut.Names(job.Function);
        if (!isNamed && row is not null && MayRejudge(job, row) && await learning.StoredAsync(job, stop).ConfigureAwait(false) is { } stored
            && await RejudgeAsync(job, row, stored, soon, stop).ConfigureAwait(false) is { } outcome)
            return outcome;

        var observedAt = time.GetUtcNow();
        if (!isNamed && receives >= Receives && await ForewarnAsync(job, observedAt, stop).ConfigureAwait(false) == ReplacementResult.Superseded) return WorkOutcome.Superseded;
        var sight = await ports.Functions.LookAsync(job, stop).ConfigureAwait(false);
        if (sight.IsAbsent) return await MissAsync(job, observedAt, stop).ConfigureAwait(false);
        // Looked at all the same: one that is gone has nothing left to opt out of.
        if (isNamed || OptOut.Tagged(sight)) return await RemoveAsync(job, observedAt, ScanEnding.OptedOut, stop).ConfigureAwait(false);
        if (sight.IsSettling && job.Attempt < Looks)
        {
            await ports.Queue.AgainAsync(job.Again(observedAt), Settling, stop).ConfigureAwait(false);
            return WorkOutcome.PutBack;
        }

        var message = $"{job.EventId} {job.Attempt}";
        var deaths = await ports.Findings.BeginAsync(job.Function, job.Scan, message, receives == 1, stop).ConfigureAwait(false);
        try
        {
            var snapshot = await sight.CollectAsync(stop).ConfigureAwait(false);
            var scanner = new Scanner(rules, Reduced(limits, deaths), DateOnly.FromDateTime(observedAt.UtcDateTime));
            var learned = await learning.LearnAsync(job, row, sight, snapshot, scanner, soon, stop).ConfigureAwait(false);
            return await KeepAsync(job, scanner, learned with { ObservedAt = observedAt }, stop).ConfigureAwait(false) ? WorkOutcome.Scanned : WorkOutcome.Superseded;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException && !stop.IsCancellationRequested)
        {
            // This run lived to tell: it was not the package that was too much for it.
            await ports.Findings.EndAsync(job.Function, job.Scan, message, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The evidence is fresh enough; only advisories or the shape of facts have moved on.</summary>
    private static bool MayRejudge(ScanJob job, ScanRow row) =>
        job.Scan == ScanKind.Package && !job.Absent
        && row is { Progress: ScanProgress.Finished, Ending: ScanEnding.Seen, Evidence: not null }
        && row.Order.ObservedAt >= job.Wish.NotBefore + ScanWish.Margin;

    /// <summary>
    /// Null where the advisories at hand are not those asked for, or none later than the row's: that would answer nothing and
    /// replace nothing. The function is looked at anew then, and gaps say what was not to be had.
    /// </summary>
    private async Task<WorkOutcome?> RejudgeAsync(ScanJob job, ScanRow row, FunctionRecord stored, CancellationToken soon, CancellationToken stop)
    {
        var scanner = new Scanner(rules, limits, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        var matched = await scanner.MatchAsync(stored, ports.Advisories, soon).ConfigureAwait(false);
        var learned = new Learned(matched, row.Evidence) { ObservedAt = row.Order.ObservedAt };
        var order = learned.Run(job).Order;
        if (order <= row.Order || Nullable.Compare(order.Advisories, job.Wish.Advisories) < 0) return null;
        return await KeepAsync(job, scanner, learned, stop).ConfigureAwait(false) ? WorkOutcome.Rejudged : WorkOutcome.Superseded;
    }

    private async Task<bool> KeepAsync(ScanJob job, Scanner scanner, Learned learned, CancellationToken stop)
    {
        var run = learned.Run(job);
        var seen = learned.Observe(scanner.JudgeFunction(job.Scan, FunctionFacts.Of(learned.Record, scanner.Today)));
        // Facts beside findings: neither needs the other, and both stand before the scan is finished.
        var keeping = KeepFactsAsync(job, learned, run, stop);
        var replacing = replacer.ReplaceAsync(run, seen, stop, keeping);
        await Task.WhenAll(keeping, replacing).ConfigureAwait(false);
        return await replacing.ConfigureAwait(false) == ReplacementResult.Done;
    }

    /// <summary>
    /// Who swapped advisories before the function was known to hold what it holds looked for it in vain; who does so from here on
    /// finds it. So what was swapped since they were read is asked for, before the scan counts as finished.
    /// </summary>
    private async Task KeepFactsAsync(ScanJob job, Learned learned, ScanRun run, CancellationToken stop)
    {
        await learning.KeepAsync(job, learned, run.Order, stop).ConfigureAwait(false);
        if (run.Advisories is null || await ports.Advisories.OutgrownAsync(stop).ConfigureAwait(false) is not { } generation) return;
        var again = job with { EventId = $"advisories {generation}", Attempt = 1, Absent = false, Wish = ScanWish.Rejudgement(generation) };
        await ports.Queue.AgainAsync(again, TimeSpan.Zero, stop).ConfigureAwait(false);
    }

    private async Task<WorkOutcome> MissAsync(ScanJob job, DateTimeOffset observedAt, CancellationToken stop)
    {
        if (job.Absent) return await RemoveAsync(job, observedAt, ScanEnding.Removed, stop).ConfigureAwait(false);
        await ports.Queue.AgainAsync(job.Again(observedAt) with { Absent = true }, Absence, stop).ConfigureAwait(false);
        return WorkOutcome.Missed;
    }

    /// <summary>Findings and gaps of all scans go, those of the job's own last: should this die before, the job is done again.</summary>
    private async Task<WorkOutcome> RemoveAsync(ScanJob job, DateTimeOffset observedAt, ScanEnding ending, CancellationToken stop)
    {
        await learning.ForgetAsync(job, new(observedAt, null), stop).ConfigureAwait(false);
        foreach (var scan in Enum.GetValues<ScanKind>().OrderBy(scan => scan == job.Scan))
        {
            var run = new ScanRun { Scan = scan, Owner = job.Function, ObservedAt = observedAt, Ending = ending };
            await replacer.ReplaceAsync(run, Observation.Nothing, stop).ConfigureAwait(false);
        }

        return ending == ScanEnding.OptedOut ? WorkOutcome.OptedOut : WorkOutcome.Removed;
    }

    private Task<ReplacementResult> ForewarnAsync(ScanJob job, DateTimeOffset observedAt, CancellationToken stop) => replacer.ForewarnAsync(
        new() { Scan = job.Scan, Owner = job.Function, ObservedAt = observedAt },
        new(
            GapKind.Stopped, new() { Evidence = job.Scan == ScanKind.Posture ? Collected.Posture : Evidence.Package }, "the scan died",
            $"The scan of {job.Function.Function} ended {Receives - 1} times before it was done, for lack of memory or time or by a fault; nothing is known of what it would have seen."),
        stop);

    /// <summary>After a run that began and never ended the next one is careful.</summary>
    private static ScanLimits Reduced(ScanLimits limits, int deaths)
    {
        if (deaths == 0) return limits;
        var divisor = 1 << (2 * Math.Min(deaths, Receives - 1));
        return limits with
        {
            Entries = limits.Entries / divisor,
            FileBytes = limits.FileBytes / divisor,
            TotalBytes = limits.TotalBytes / divisor,
            ManifestBytes = limits.ManifestBytes / divisor,
            Steps = limits.Steps / divisor,
        };
    }
}
