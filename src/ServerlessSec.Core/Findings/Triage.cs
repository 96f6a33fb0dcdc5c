using System.Collections.Immutable;
using ServerlessSec.Findings.Vex;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Findings;

/// <summary>Tells what is new, known and waived, and puts first what a person should do first.</summary>
public static class Triage
{
    /// <param name="baseline">What an earlier report knew; null where there is none.</param>
    /// <param name="today">A waiver holds up to and including its last day.</param>
    /// <param name="vex">What says of vulnerabilities that there is nothing to do; before any waiver.</param>
    public static ImmutableArray<TriagedFinding> Apply(
        IEnumerable<Finding> findings, ImmutableArray<Waiver> waivers, Baseline? baseline, DateOnly today, VexMatcher? vex = null)
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
                .Select(same => Judge(same.Key.Fingerprint, Merge([.. same]), held, baseline, vex))
                .Order(TriageOrder.Instance),
        ];
    }

    private static TriagedFinding Judge(
        string fingerprint, Finding finding, ILookup<string, WaiverMatcher> held, Baseline? baseline, VexMatcher? vex)
    {
        var told = vex?.Of(finding);
        var waiver = told is { Waives: true } ? Waiver(finding, told)
            : held[finding.Rule.Id].FirstOrDefault(matcher => matcher.Matches(finding))?.Waiver;
        var state = waiver is not null ? FindingState.Waived
            : baseline is not null && baseline.Holds(fingerprint) ? FindingState.Known
            : FindingState.New;
        return new(finding, state, waiver) { Vex = told };
    }

    private static Waiver Waiver(Finding finding, VexStatement statement) => new()
    {
        Kind = WaiverKind.Vex,
        Rule = finding.Rule.Id,
        Function = finding.Subject.Id,
        Place = finding.Place,
        Reason = statement.Reason,
        Owner = statement.Author,
        Expires = DateOnly.MaxValue,
        Location = statement.Location,
    };

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
