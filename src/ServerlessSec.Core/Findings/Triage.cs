using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Findings;

/// <summary>Tells what is new, known and waived, and puts first what a person should do first.</summary>
public static class Triage
{
    /// <param name="baseline">What an earlier report knew; null where there is none.</param>
    /// <param name="today">A waiver holds up to and including its last day.</param>
    public static ImmutableArray<TriagedFinding> Apply(
        IEnumerable<Finding> findings, ImmutableArray<Waiver> waivers, Baseline? baseline, DateOnly today)
    {
        var held = waivers.Where(waiver => waiver.Expires >= today)
            .OrderByDescending(waiver => waiver.Expires)
            .ThenBy(waiver => waiver.Owner, StringComparer.Ordinal)
            .ThenBy(waiver => waiver.Reason, StringComparer.Ordinal)
            .ThenBy(waiver => waiver.Function, StringComparer.Ordinal)
            .ThenBy(waiver => waiver.Place, StringComparer.Ordinal)
            .ThenBy(waiver => waiver.Resource, StringComparer.Ordinal)
            .ThenBy(waiver => waiver.Location, LocationOrder.Instance)
            .Select(waiver => new WaiverMatcher(waiver))
            .ToLookup(matcher => matcher.Waiver.Rule, StringComparer.Ordinal);

        return
        [
            .. findings
                .GroupBy(finding => (finding.Fingerprint, finding.Location?.File))
                .Select(same => Judge(same.Key.Fingerprint, Merge([.. same]), held, baseline))
                .Order(TriageOrder.Instance),
        ];
    }

    private static TriagedFinding Judge(string fingerprint, Finding finding, ILookup<string, WaiverMatcher> held, Baseline? baseline)
    {
        if (held[finding.Rule.Id].FirstOrDefault(matcher => matcher.Matches(finding)) is { } matcher)
            return new(finding, FindingState.Waived, matcher.Waiver);
        return new(finding, baseline is not null && baseline.Holds(fingerprint) ? FindingState.Known : FindingState.New, null);
    }

    /// <summary>Findings of one identity are one: its gravest telling, about everybody named in any.</summary>
    private static Finding Merge(ImmutableArray<Finding> same)
    {
        if (same is [var only]) return only;
        var gravest = same.Min(FindingOrder.Instance)!;
        ImmutableArray<string> functions = [.. same
            .SelectMany(finding => finding.Subject.Functions)
            .Distinct()
            .Order(StringComparer.Ordinal)];
        return gravest with { Subject = new Subject(gravest.Subject.Id, functions) };
    }
}
