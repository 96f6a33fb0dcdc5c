using System.Collections.Immutable;

namespace ServerlessSec.Advisories.Versions;

/// <summary>Why a range of versions could not be decided.</summary>
internal enum Doubt
{
    None,

    /// <summary>The ecosystem has no ordering yet.</summary>
    NoOrdering,

    /// <summary>The component's version has no place in the order.</summary>
    Version,

    /// <summary>A version of the advisory's range has no place in the order.</summary>
    Range,
}

/// <summary>What one affected package says of one version.</summary>
/// <param name="Introduced">Start of the range that holds the version; null where only a list names it.</param>
/// <param name="Doubt">Why ranges could not be evaluated; the version may be affected all the same.</param>
internal readonly record struct VersionVerdict(bool Affected, string? Introduced, string? Fixed, Doubt Doubt);

/// <summary>OSV's evaluation of versions and ranges (https://ossf.github.io/osv-schema/#evaluation).</summary>
internal static class AffectedVersions
{
    /// <summary>OSV: the version that comes before every other.</summary>
    public const string Minimum = "0";

    // No registry takes longer ones; comparing a hostile one with every range would take its time.
    private const int LongestVersion = 1_024;

    private readonly record struct Interval(string Start, string? End, bool EndIncluded, string? Fixed);

    public static VersionVerdict Judge(AffectedPackage affected, string version, IVersionOrdering? ordering)
    {
        var doubt = Doubt.None;
        VersionVerdict? best = null;
        foreach (var range in affected.Ranges)
        {
            if (range.Type == "GIT" || range.Events.IsEmpty) continue;
            var verdict = JudgeRange(range, version, ordering);
            if (verdict.Doubt != Doubt.None) doubt = verdict.Doubt;
            if (verdict.Affected && (best is null || ComparePrecision(verdict, best.Value, ordering) > 0)) best = verdict;
        }

        if (best is not null) return best.Value;
        if (!IsListed(affected.Versions, version, ordering)) return new(false, null, null, doubt);
        return new(true, null, FixAfter(affected.Ranges, version, ordering), Doubt.None);
    }

    /// <summary>
    /// Positive where <paramref name="a"/> says more: the later start; at the same start one that knows a fix, and of two fixes
    /// the later, as the earlier one leaves the version within the other range.
    /// </summary>
    public static int ComparePrecision(VersionVerdict a, VersionVerdict b, IVersionOrdering? ordering)
    {
        var order = (a.Introduced, b.Introduced) switch
        {
            (null, null) => 0,
            (null, _) => -1,
            (_, null) => 1,
            _ => CompareStarts(a.Introduced, b.Introduced, ordering),
        };
        return order != 0 ? order : CompareFixes(a.Fixed, b.Fixed, ordering);
    }

    private static int CompareFixes(string? a, string? b, IVersionOrdering? ordering) => (a, b) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        _ => ordering?.Compare(a, b) ?? string.CompareOrdinal(a, b),
    };

    private static VersionVerdict JudgeRange(VersionRange range, string version, IVersionOrdering? ordering)
    {
        // Every version there is or will be needs no order.
        if (IsEverything(range.Events)) return new(true, Minimum, null, Doubt.None);
        if (ordering is null) return new(false, null, null, Doubt.NoOrdering);
        if (version.Length > LongestVersion || !ordering.Understands(version)) return new(false, null, null, Doubt.Version);
        foreach (var e in range.Events)
        {
            if (!IsUnderstood(e, ordering)) return new(false, null, null, Doubt.Range);
        }

        if (TryOneInterval(range.Events, ordering) is { } only)
            return Holds(only, version, ordering) ? new(true, only.Start, only.Fixed, Doubt.None) : default;
        if (!IsBeforeLimit(range, version, ordering)) return default;
        foreach (var interval in Enumerable.Reverse(Intervals(range, ordering)))
        {
            if (Holds(interval, version, ordering)) return new(true, interval.Start, interval.Fixed, Doubt.None);
        }

        return default;
    }

    private static bool IsEverything(ImmutableArray<RangeEvent> events)
    {
        foreach (var e in events)
        {
            if (e is not { Kind: RangeEventKind.Introduced, Version: Minimum }) return false;
        }

        return true;
    }

    /// <summary>The interval of a start and an end after it, which is what nearly every range is.</summary>
    private static Interval? TryOneInterval(ImmutableArray<RangeEvent> events, IVersionOrdering ordering)
    {
        if (events is not [{ Kind: RangeEventKind.Introduced } start, { Kind: RangeEventKind.Fixed or RangeEventKind.LastAffected } end]) return null;
        if (CompareStarts(start.Version, end.Version, ordering) >= 0) return null;
        return end.Kind == RangeEventKind.LastAffected
            ? new(start.Version, end.Version, true, null)
            : new(start.Version, end.Version, false, IsNever(end.Version) ? null : end.Version);
    }

    private static bool Holds(Interval interval, string version, IVersionOrdering ordering) =>
        CompareStarts(version, interval.Start, ordering) >= 0
        && (interval.End is null
            || ordering.Compare(version, interval.End) is var order && (order < 0 || (order == 0 && interval.EndIncluded)));

    private static bool IsUnderstood(RangeEvent e, IVersionOrdering ordering) => e.Kind switch
    {
        RangeEventKind.Introduced => e.Version == Minimum || ordering.Understands(e.Version),
        RangeEventKind.Limit => e.Version == "*" || ordering.Understands(e.Version),
        _ => ordering.Understands(e.Version),
    };

    private static bool IsBeforeLimit(VersionRange range, string version, IVersionOrdering ordering)
    {
        var limits = range.Events.Where(e => e.Kind == RangeEventKind.Limit).ToList();
        return limits.Count == 0 || limits.Exists(limit => limit.Version == "*" || ordering.Compare(version, limit.Version) < 0);
    }

    /// <summary>Events in order of version; each start opens an interval that the next end closes.</summary>
    private static List<Interval> Intervals(VersionRange range, IVersionOrdering ordering)
    {
        var intervals = new List<Interval>();
        string? start = null;
        foreach (var (version, kinds) in Groups(range, ordering))
        {
            var wasOpen = start is not null;
            if (!wasOpen && kinds.HasFlag(Kinds.Introduced)) start = version;
            if (kinds.HasFlag(Kinds.Fixed)) Close(included: false, fix: IsNever(version) ? null : version);
            else if (kinds.HasFlag(Kinds.LastAffected)) Close(included: true, fix: null);
            if (wasOpen && kinds.HasFlag(Kinds.Introduced)) start ??= version;

            void Close(bool included, string? fix)
            {
                if (start is not null) intervals.Add(new(start, version, included, fix));
                else if (fix is not null && intervals is [.., { EndIncluded: true, Fixed: null } last])
                    intervals[^1] = last with { Fixed = fix };
                start = null;
            }
        }

        if (start is not null) intervals.Add(new(start, null, false, null));
        return intervals;
    }

    [Flags]
    private enum Kinds
    {
        None = 0,
        Introduced = 1,
        Fixed = 2,
        LastAffected = 4,
    }

    private static List<(string Version, Kinds Kinds)> Groups(VersionRange range, IVersionOrdering ordering)
    {
        var events = range.Events.Where(e => e.Kind != RangeEventKind.Limit).ToList();
        events.Sort((a, b) => CompareStarts(a.Version, b.Version, ordering));
        var groups = new List<(string Version, Kinds Kinds)>();
        foreach (var e in events)
        {
            var kind = e.Kind switch
            {
                RangeEventKind.Introduced => Kinds.Introduced,
                RangeEventKind.Fixed => Kinds.Fixed,
                _ => Kinds.LastAffected,
            };
            if (groups.Count > 0 && CompareStarts(groups[^1].Version, e.Version, ordering) == 0)
                groups[^1] = (groups[^1].Version, groups[^1].Kinds | kind);
            else groups.Add((e.Version, kind));
        }

        return groups;
    }

    /// <summary>
    /// Whether a fix is one that never came: older sources end a range that has none at <c>99.999.99999</c>, and a branch that
    /// has none at <c>3.999.999</c>.
    /// </summary>
    private static bool IsNever(string version)
    {
        if (!version.Contains("99", StringComparison.Ordinal)) return false;
        var numbers = version.Split('.');
        var nines = numbers.Reverse().TakeWhile(number => number.Length > 1 && number.All(digit => digit == '9')).ToList();
        return numbers.Length > 2 && nines.Count > 1 && nines.Sum(number => number.Length) > 5;
    }

    private static int CompareStarts(string a, string b, IVersionOrdering? ordering) => (a == Minimum, b == Minimum) switch
    {
        (true, true) => 0,
        (true, false) => -1,
        (false, true) => 1,
        _ => ordering?.Compare(a, b) ?? string.CompareOrdinal(a, b),
    };

    private static bool IsListed(ImmutableArray<string> versions, string version, IVersionOrdering? ordering)
    {
        if (versions.IsEmpty || version.Length is 0 or > LongestVersion) return false;
        if (versions.Contains(version)) return true;
        return ordering is not null && ordering.Understands(version)
            && versions.Any(listed => ordering.Understands(listed) && ordering.Compare(listed, version) == 0);
    }

    /// <summary>Every fix that the packages' ranges name and the order has a place for, ascending.</summary>
    public static List<string> Fixes(ImmutableArray<AffectedPackage> packages, IVersionOrdering ordering)
    {
        var fixes = Fixes(packages.SelectMany(package => package.Ranges)).Where(ordering.Understands).ToList();
        fixes.Sort(ordering.Compare);
        return fixes;
    }

    /// <summary>The fix of a version that only a list names: the least one above it, or the only one where there is no order.</summary>
    private static string? FixAfter(ImmutableArray<VersionRange> ranges, string version, IVersionOrdering? ordering)
    {
        var fixes = Fixes(ranges).ToList();
        if (ordering is null) return fixes.Count == 1 ? fixes[0] : null;
        return fixes
            .Where(fix => ordering.Understands(fix) && ordering.Compare(fix, version) > 0)
            .Order(Comparer<string>.Create(ordering.Compare))
            .FirstOrDefault();
    }

    private static IEnumerable<string> Fixes(IEnumerable<VersionRange> ranges) => ranges
        .Where(range => range.Type != "GIT")
        .SelectMany(range => range.Events)
        .Where(e => e.Kind == RangeEventKind.Fixed && !IsNever(e.Version))
        .Select(e => e.Version)
        .Distinct();
}
