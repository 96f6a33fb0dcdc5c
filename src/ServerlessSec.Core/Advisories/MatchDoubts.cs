using System.Collections.Immutable;
using ServerlessSec.Advisories.Versions;

namespace ServerlessSec.Advisories;

/// <summary>Collects what matching could not decide, as one gap for each ecosystem and reason.</summary>
internal sealed class MatchDoubts
{
    private readonly SortedDictionary<(string Ecosystem, Doubt Doubt), SortedSet<string>> named = [];

    public void Add(Doubt doubt, MatchSubject subject, string advisory)
    {
        var key = (Ecosystems.Base(subject.Ecosystem), doubt);
        if (!named.TryGetValue(key, out var names)) named[key] = names = new(StringComparer.Ordinal);
        names.Add(doubt == Doubt.Range ? advisory : subject.Purl);
    }

    public ImmutableArray<Gap> ToGaps() => [.. named.Select(entry => ToGap(entry.Key.Ecosystem, entry.Key.Doubt, entry.Value))];

    private static Gap ToGap(string ecosystem, Doubt doubt, SortedSet<string> names)
    {
        var scope = new GapScope { Evidence = Evidence.Matches, Ecosystem = ecosystem };
        var listed = string.Join(", ", names.Take(3)) + (names.Count > 3 ? $" and {names.Count - 3} more" : "");
        return doubt switch
        {
            Doubt.NoOrdering => new(GapKind.Advisories, scope, "no version ordering",
                $"The order of {ecosystem} versions is not known here, so version ranges of advisories were not decided for {listed}."),
            Doubt.Version => new(GapKind.Advisories, scope, "version not understood",
                $"The version has no place in the order of {ecosystem} versions, so version ranges of "
                    + $"advisories were not decided for {listed}."),
            _ => new(GapKind.Advisories, scope, "range not understood",
                $"Version ranges of these {ecosystem} advisories could not be read: {listed}."),
        };
    }
}
