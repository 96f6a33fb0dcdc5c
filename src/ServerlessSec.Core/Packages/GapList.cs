using System.Collections.Immutable;

namespace ServerlessSec.Packages;

/// <summary>Gathers gaps, each once, and bounds their number: what a hostile input repeats is counted instead.</summary>
internal sealed class GapList(int limit = 200)
{
    private readonly List<Gap> gaps = [];
    private readonly HashSet<Gap> seen = [];
    private readonly Dictionary<(GapKind, GapScope, string), int> more = [];

    public void Add(Gap gap)
    {
        if (seen.Contains(gap)) return;
        if (gaps.Count < limit)
        {
            seen.Add(gap);
            gaps.Add(gap);
            return;
        }

        var key = (gap.Kind, gap.Scope with { Path = null }, gap.Reason);
        more[key] = more.GetValueOrDefault(key) + 1;
    }

    public void AddRange(ImmutableArray<Gap> range)
    {
        foreach (var gap in range) Add(gap);
    }

    public ImmutableArray<Gap> ToImmutable() =>
    [
        .. gaps,
        .. more.Select(pair => new Gap(
            pair.Key.Item1,
            pair.Key.Item2,
            pair.Key.Item3,
            $"{pair.Value} more like those above were left out: {pair.Key.Item3}.")),
    ];
}
