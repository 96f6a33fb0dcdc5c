using System.Collections.Immutable;
using ServerlessSec.Advisories.Scoring;
using ServerlessSec.Advisories.Versions;
using ServerlessSec.Inventory;

namespace ServerlessSec.Advisories;

/// <summary>A component as matching sees it.</summary>
/// <param name="Purl">purl with version.</param>
public sealed record MatchSubject(string Purl, string Ecosystem, string Name, string Version);

/// <summary>What hits, sorted by purl and id, and what could not be decided.</summary>
public sealed record AdvisoryMatches(ImmutableArray<AdvisoryMatch> Matches, ImmutableArray<Gap> Gaps);

/// <summary>Finds the advisories that hit components: one match for each vulnerability of each component.</summary>
public static class AdvisoryMatcher
{
    private sealed record Hit(Advisory Advisory, AffectedPackage Package, VersionVerdict Verdict);

    /// <param name="find">Advisories that name a package, by ecosystem and normalised name.</param>
    /// <param name="now">A record withdrawn after this instant still counts; null takes every withdrawal as past.</param>
    public static AdvisoryMatches Match(
        IEnumerable<Component> components,
        Func<string, string, IReadOnlyList<Advisory>> find,
        DateTimeOffset? now = null,
        ScanLimits? limits = null) =>
        Match(
            components.Select(component =>
                new MatchSubject(
                    component.Purl.ToString(),
                    component.Ecosystem,
                    component.Source?.Name ?? component.Name,
                    component.Source?.Version ?? component.Version)),
            find,
            now,
            limits);

    /// <inheritdoc cref="Match(IEnumerable{Component}, Func{string, string, IReadOnlyList{Advisory}}, DateTimeOffset?, ScanLimits?)"/>
    public static AdvisoryMatches Match(
        IEnumerable<MatchSubject> subjects,
        Func<string, string, IReadOnlyList<Advisory>> find,
        DateTimeOffset? now = null,
        ScanLimits? limits = null)
    {
        var most = (limits ?? ScanLimits.Default).Matches;
        var matches = new List<AdvisoryMatch>();
        var doubts = new MatchDoubts();
        foreach (var subject in subjects.DistinctBy(subject => (subject.Purl, subject.Ecosystem, subject.Name, subject.Version)))
        {
            // Known by name alone: the inventory has the gap.
            if (subject.Version.Length == 0) continue;
            if (matches.Count >= most) return Sorted(matches, [.. doubts.ToGaps(), Full(most)]);
            var name = Ecosystems.NormaliseName(subject.Ecosystem, subject.Name);
            var advisories = find(subject.Ecosystem, name)
                .Where(advisory => advisory.Withdrawn is null || advisory.Withdrawn > now)
                .OrderBy(advisory => advisory.Id, StringComparer.Ordinal)
                .ToList();
            var before = matches.Count;
            foreach (var group in AliasGroups.Of(advisories))
                MatchGroup([.. group.Select(place => advisories[place])], subject, name, matches, doubts);
            if (matches.Count > before) SetClean(matches, before, subject, name, advisories);
        }

        return Sorted(matches, doubts.ToGaps());
    }

    private static AdvisoryMatches Sorted(List<AdvisoryMatch> matches, ImmutableArray<Gap> gaps)
    {
        matches.Sort(
            static (a, b) => string.CompareOrdinal(a.Purl, b.Purl) is var purl and not 0 ? purl : string.CompareOrdinal(a.Id, b.Id));
        return new([.. matches.DistinctBy(match => (match.Purl, match.Id))], gaps);
    }

    private static Gap Full(int most) => new(
        GapKind.Limit,
        new() { Evidence = Evidence.Matches },
        "match limit",
        $"The package has {most} matches with advisories or more; its remaining components were not matched.");

    private static void SetClean(List<AdvisoryMatch> matches, int from, MatchSubject subject, string name, List<Advisory> advisories)
    {
        var ordering = VersionOrderings.ForRanges(subject.Ecosystem);
        var clean = CleanVersion.After(
            subject.Version,
            [.. advisories.SelectMany(advisory => advisory.Affected).Where(package => IsAbout(package, subject, name))],
            ordering);
        for (var i = from; clean is not null && i < matches.Count; i++) matches[i] = matches[i] with { Clean = clean };
    }

    private static bool IsAbout(AffectedPackage package, MatchSubject subject, string name) =>
        Ecosystems.Covers(package.Ecosystem, subject.Ecosystem) && Ecosystems.NormaliseName(package.Ecosystem, package.Name) == name;

    private static void MatchGroup(List<Advisory> group, MatchSubject subject, string name, List<AdvisoryMatch> matches, MatchDoubts doubts)
    {
        var ordering = VersionOrderings.ForRanges(subject.Ecosystem);
        var hits = new List<Hit>();
        var doubt = Doubt.None;
        foreach (var advisory in group)
        {
            foreach (var package in advisory.Affected)
            {
                if (!IsAbout(package, subject, name)) continue;
                var verdict = AffectedVersions.Judge(package, subject.Version, ordering);
                if (verdict.Affected) hits.Add(new(advisory, package, verdict));
                else if (verdict.Doubt != Doubt.None) doubt = verdict.Doubt;
            }
        }

        if (hits.Count > 0) matches.Add(Merge(subject, group, hits, ordering));
        else if (doubt != Doubt.None) doubts.Add(doubt, subject, group[0].Id);
    }

    private static AdvisoryMatch Merge(MatchSubject subject, List<Advisory> group, List<Hit> hits, IVersionOrdering? ordering)
    {
        var precise = hits.Aggregate((best, next) =>
            AffectedVersions.ComparePrecision(next.Verdict, best.Verdict, ordering) > 0 ? next : best);
        var ids = group.SelectMany(advisory => advisory.Aliases.Prepend(advisory.Id)).ToHashSet(StringComparer.Ordinal);
        var id = AliasGroups.Canonical(ids);
        var (score, vector) = Severity(hits);
        var hitting = hits
            .Select(hit => hit.Advisory)
            .Distinct()
            .OrderByDescending(Reviewed)
            .ThenBy(advisory => advisory.Id, StringComparer.Ordinal)
            .ToList();
        var likeliest = group.Where(advisory => advisory.Epss is not null).MaxBy(advisory => (advisory.Epss, advisory.EpssPercentile));
        return new()
        {
            Purl = subject.Purl,
            Id = id,
            Aliases = [.. ids.Where(alias => alias != id).Order(StringComparer.Ordinal)],
            Summary = hitting.Select(advisory => advisory.Summary).FirstOrDefault(summary => !string.IsNullOrWhiteSpace(summary)),
            Score = score,
            Vector = vector,
            SeverityWord = hitting.Select(advisory => advisory.SeverityWord).FirstOrDefault(word => word is not null),
            Fixed = precise.Verdict.Fixed,
            Cwes = [.. hitting.SelectMany(advisory => advisory.Cwes).Distinct().Order()],
            References = [.. hitting.SelectMany(advisory => advisory.References).Distinct()],
            Malicious = group.Exists(advisory => advisory.Malicious
                || advisory.Aliases.Any(alias => alias.StartsWith("MAL-", StringComparison.Ordinal))),
            KnownExploited = group.Exists(advisory => advisory.KnownExploited),
            Epss = likeliest?.Epss,
            EpssPercentile = likeliest?.EpssPercentile,
            Disputed = hits.TrueForAll(hit => hit.Advisory.Disputed),
            OnlyOn = OnlyOn([.. hits.SelectMany(hit => hit.Package.Code)]),
        };
    }

    private static ImmutableArray<string> OnlyOn(AffectedCode[] code) =>
        Array.Exists(code, static part => part.Elsewhere.IsEmpty)
            ? []
            : [.. code.SelectMany(static part => part.Elsewhere).Distinct().Order(StringComparer.Ordinal)];

    private static bool Reviewed(Advisory advisory) => advisory.Id.StartsWith("GHSA-", StringComparison.Ordinal);

    /// <summary>The vector of the newest CVSS version, a package's own before its record's; of several the highest score.</summary>
    private static (double? Score, string? Vector) Severity(List<Hit> hits)
    {
        (int Version, bool Own, double Score, string Vector)? best = null;
        foreach (var hit in hits)
        {
            foreach (var severity in hit.Package.Severities) Offer(severity, own: true);
            foreach (var severity in hit.Advisory.Severities) Offer(severity, own: false);
        }

        return best is { } found ? (found.Score, found.Vector) : (null, null);

        void Offer(SeverityVector severity, bool own)
        {
            if (!severity.Type.StartsWith("CVSS_", StringComparison.Ordinal)) return;
            try
            {
                var offer = (Cvss.Version(severity.Vector), own, Cvss.Score(severity.Vector), severity.Vector);
                if (best is null || offer.CompareTo(best.Value) > 0) best = offer;
            }
            catch (FormatException)
            {
                // Sources publish vectors with faults; another source's, or the severity's word, stands in.
            }
        }
    }
}
