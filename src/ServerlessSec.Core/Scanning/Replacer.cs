using System.Collections.Immutable;

namespace ServerlessSec.Scanning;

/// <summary>What became of a scan's results.</summary>
public enum ReplacementResult
{
    Done,

    /// <summary>A later scan's row stands, or this scan's own, finished; its findings are the ones to keep.</summary>
    Superseded,
}

/// <summary>The order in which a scan writes: begun before the first finding, finished after the last.</summary>
public sealed class Replacer(IFindingStore store, ScanRules rules)
{
    private readonly Replacement replacement = new(rules);

    /// <param name="run">The scan.</param>
    /// <param name="seen">What it saw.</param>
    /// <param name="stop">Ends the work.</param>
    /// <param name="besides">What else has to be kept before the scan is finished.</param>
    public async Task<ReplacementResult> ReplaceAsync(ScanRun run, Observation seen, CancellationToken stop, Task? besides = null)
    {
        var begun = run.Row(ScanProgress.Begun);
        if (!await store.MoveAsync(begun, stop).ConfigureAwait(false)) return ReplacementResult.Superseded;

        // Read only now: an earlier scan that still writes is locked out by the row.
        var before = await store.ReadAsync(run.Owner, run.Scan, stop).ConfigureAwait(false);
        var writes = replacement.Plan(run, before, seen);
        if (!writes.IsEmpty && !await store.WriteAsync(begun, writes, stop).ConfigureAwait(false)) return ReplacementResult.Superseded;
        if (besides is not null) await besides.ConfigureAwait(false);
        return await store.MoveAsync(run.Row(ScanProgress.Finished), stop).ConfigureAwait(false)
            ? ReplacementResult.Done
            : ReplacementResult.Superseded;
    }

    /// <summary>
    /// Opens a gap before a scan that has died twice is tried once more: should it die again, there is a gap and not
    /// silence. The scan's row stays begun, and finishing closes the gap.
    /// </summary>
    public async Task<ReplacementResult> ForewarnAsync(ScanRun run, Gap gap, CancellationToken stop)
    {
        var begun = run.Row(ScanProgress.Begun);
        if (!await store.MoveAsync(begun, stop).ConfigureAwait(false)) return ReplacementResult.Superseded;

        var before = await store.ReadAsync(run.Owner, run.Scan, stop).ConfigureAwait(false);
        ImmutableArray<LedgerWrite> opened =
            [.. replacement
                .Plan(run with { Seen = Evidence.None }, before, new() { Gaps = [new(gap)] })
                .Where(static w => w is GapWrite { Gap.State: StoredState.Open })];
        return opened.IsEmpty || await store.WriteAsync(begun, opened, stop).ConfigureAwait(false)
            ? ReplacementResult.Done
            : ReplacementResult.Superseded;
    }
}
