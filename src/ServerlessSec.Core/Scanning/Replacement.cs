using System.Collections.Immutable;
using ServerlessSec.Findings;
using ServerlessSec.Rules;

namespace ServerlessSec.Scanning;

/// <summary>One row to be written because of a scan.</summary>
/// <param name="Changed">State or content differ from before, so that others have to be told.</param>
public abstract record LedgerWrite(bool Changed);

public sealed record FindingWrite(StoredFinding Finding, bool Changed) : LedgerWrite(Changed);

public sealed record GapWrite(StoredGap Gap, bool Changed) : LedgerWrite(Changed);

/// <summary>
/// Decides what a scan changes: it replaces the findings of its rules × its owner, and the gaps that it had before.
/// A finding resolves only where its place was seen by a scan at least as well informed.
/// </summary>
public sealed class Replacement(ScanRules rules)
{
    /// <summary>The rows to write, in no particular order of importance: each stands alone. None where a later scan's row stands.</summary>
    public ImmutableArray<LedgerWrite> Plan(ScanRun run, Ledger before, Observation seen)
    {
        if (before.Row is { } row && row.Order > run.Order) return [];
        if (run.Ending != ScanEnding.Seen && seen.Findings.Length > 0)
            throw new ArgumentException($"'{run.Owner}' is not there, and yet something was found", nameof(seen));

        return
        [
            .. Findings(run, before, seen).OrderBy(static w => w.Finding.Fingerprint, StringComparer.Ordinal),
            .. new GapReplacement(run).Plan(before.Gaps, seen.Gaps),
        ];
    }

    private IEnumerable<FindingWrite> Findings(ScanRun run, Ledger before, Observation seen)
    {
        var stored = before.Findings.ToDictionary(static f => f.Fingerprint, StringComparer.Ordinal);
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var same in seen.Findings.GroupBy(static f => f.Fingerprint, StringComparer.Ordinal))
        {
            found.Add(same.Key);
            if (Seen(run, stored.GetValueOrDefault(same.Key), StoredContent.Merge(same), seen.Runtime) is { } write) yield return write;
        }

        foreach (var finding in before.Findings)
        {
            if (finding.State == StoredState.Open && !found.Contains(finding.Fingerprint) && IsGone(run, finding, seen.Gaps))
                yield return new(Resolved(finding, run.ObservedAt), true);
        }
    }

    private FindingWrite? Seen(ScanRun run, StoredFinding? stored, Finding finding, string? runtime)
    {
        if (!rules.Has(run.Scan, finding.Rule.Id))
            throw new ArgumentException($"'{finding.Rule.Id}' is no rule of the scan {run.Scan}", nameof(finding));
        if (run.Owner.For(finding.Subject) != run.Owner)
            throw new ArgumentException($"'{finding.Subject.Id}' is not of '{run.Owner}'", nameof(finding));

        var (kept, cut) = StoredContent.Of(finding);
        var hash = StoredContent.Hash(kept, runtime, stored?.Hash);
        var next = new StoredFinding
        {
            Owner = run.Owner,
            Fingerprint = finding.Fingerprint,
            Scan = run.Scan,
            Finding = kept,
            IsCut = cut,
            Runtime = runtime,
            State = StoredState.Open,
            FirstSeen = stored?.FirstSeen ?? run.ObservedAt,
            LastSeen = stored is { } known && known.LastSeen > run.ObservedAt ? known.LastSeen : run.ObservedAt,
            ReopenedAt = stored is { State: StoredState.Resolved } ? run.ObservedAt : stored?.ReopenedAt,
            Advisories = AdvisoryLevel.Better(stored?.Advisories, run.Advisories),
            Revision = stored is null ? 1 : stored.Hash == hash ? stored.Revision : stored.Revision + 1,
            Hash = hash,
        };
        if (stored is null || stored.Hash != hash) return new(next, true);
        return stored.LastSeen == next.LastSeen && stored.Advisories == next.Advisories && stored.Scan == next.Scan
            ? null
            : new(next, false);
    }

    private bool IsGone(ScanRun run, StoredFinding finding, ImmutableArray<RunGap> gaps)
    {
        var rule = finding.Finding.Rule.Id;
        if (rules.IsRetired(rule)) return true;
        if (!rules.Has(run.Scan, rule)) return false;
        if (run.Ending != ScanEnding.Seen) return true;

        var place = Standing.Of(finding);
        if (place.Needs.HasFlag(Evidence.Matches))
        {
            if (Left(run, finding)) place = place with { Needs = place.Needs & ~Evidence.Matches | Evidence.Inventory };
            else if (run.Advisories?.IsAtLeast(finding.Advisories) != true) return false;
        }

        return (place.Needs & ~run.Seen) == Evidence.None
            && !gaps.Any(gap => Concerns(gap, place) && Coverage.Hides(gap.Gap.Scope, place));
    }

    /// <summary>No version of the package is in the inventory any more: whatever advisories say, it is not there.</summary>
    private static bool Left(ScanRun run, StoredFinding finding) =>
        run.Packages is { } packages
            && finding.Finding.Component is { } component
            && !packages.Contains(component.Purl.WithoutVersion.ToString());

    private static bool Concerns(RunGap gap, Standing place) =>
        gap.Function is null || place.Functions.IsEmpty || place.Functions.Contains(gap.Function);

    private static StoredFinding Resolved(StoredFinding finding, DateTimeOffset at) => finding with
    {
        State = StoredState.Resolved,
        ResolvedAt = at,
        Revision = finding.Revision + 1,
        Hash = StoredContent.Hash(StoredState.Resolved, finding.Finding, finding.Runtime),
    };
}

/// <summary>Gaps are opened by the scan that meets them, and closed by the next one that sees.</summary>
internal sealed class GapReplacement(ScanRun run)
{
    public IEnumerable<GapWrite> Plan(ImmutableArray<StoredGap> before, ImmutableArray<RunGap> seen)
    {
        var stored = before.Where(gap => gap.Scan == run.Scan).ToDictionary(static g => g.Key, StringComparer.Ordinal);
        var met = Kept(seen).GroupBy(static g => StoredContent.Key(g.Gap, g.Function), StringComparer.Ordinal)
            .ToDictionary(
                static g => g.Key,
                static g => g.OrderBy(static s => s.Gap.Message, StringComparer.Ordinal).First(),
                StringComparer.Ordinal);
        return met.Select(gap => Met(stored.GetValueOrDefault(gap.Key), gap.Key, gap.Value)).OfType<GapWrite>()
            .Concat(stored.Values
                .Where(gap => gap.State == StoredState.Open && !met.ContainsKey(gap.Key) && !IsHidden(gap, seen))
                .Select(Closed))
            .OrderBy(static w => w.Gap.Key, StringComparer.Ordinal);
    }

    private IEnumerable<RunGap> Kept(ImmutableArray<RunGap> seen) => run switch
    {
        { Ending: ScanEnding.Seen } => seen.Where(static g => !g.Elsewhere),
        // One gap for the whole function, whichever scans it no longer has.
        { Ending: ScanEnding.OptedOut, Scan: ScanKind.Posture } => [new(OptedOut(run.Owner))],
        _ => [],
    };

    private static Gap OptedOut(Owner owner) => new(
        GapKind.Missing,
        new() { Evidence = Collected.All },
        "opted out",
        $"{owner.Function ?? "The application"} is not scanned: somebody chose so.");

    private GapWrite? Met(StoredGap? stored, string key, RunGap gap)
    {
        var kept = StoredContent.Of(gap.Gap);
        var hash = StoredContent.Hash(StoredState.Open, kept, gap.Function);
        var next = new StoredGap
        {
            Owner = run.Owner,
            Scan = run.Scan,
            Key = key,
            Gap = kept,
            Function = gap.Function,
            State = StoredState.Open,
            FirstSeen = stored?.FirstSeen ?? run.ObservedAt,
            LastSeen = stored is { } known && known.LastSeen > run.ObservedAt ? known.LastSeen : run.ObservedAt,
            ReopenedAt = stored is { State: StoredState.Resolved } ? run.ObservedAt : stored?.ReopenedAt,
            Revision = stored is null ? 1 : stored.Hash == hash ? stored.Revision : stored.Revision + 1,
            Hash = hash,
        };
        if (stored is null || stored.Hash != hash) return new(next, true);
        return stored.LastSeen == next.LastSeen ? null : new(next, false);
    }

    private GapWrite Closed(StoredGap gap) => new(
        gap with
        {
            State = StoredState.Resolved,
            ResolvedAt = run.ObservedAt,
            Revision = gap.Revision + 1,
            Hash = StoredContent.Hash(StoredState.Resolved, gap.Gap, gap.Function),
        },
        true);

    /// <summary>A wider gap hides whether the narrower one is still there; one over the same, for another reason, takes
    /// its place.</summary>
    private bool IsHidden(StoredGap gap, ImmutableArray<RunGap> seen) => run.Ending == ScanEnding.Seen
        && seen.Any(now => (now.Function is null || now.Function == gap.Function)
            && (now.Gap.Scope != gap.Gap.Scope || now.Function != gap.Function)
            && Coverage.Contains(now.Gap.Scope, gap.Gap.Scope));
}
