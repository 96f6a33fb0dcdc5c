using ServerlessSec.Advisories.Versions;

namespace ServerlessSec.Advisories;

/// <summary>Joins records that share an id or alias: they tell of one vulnerability.</summary>
internal static class AliasGroups
{
    /// <summary>The groups as places in <paramref name="advisories"/>, in order of first appearance.</summary>
    public static List<List<int>> Of(IReadOnlyList<Advisory> advisories)
    {
        var parent = Enumerable.Range(0, advisories.Count).ToArray();
        var owner = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < advisories.Count; i++)
        {
            Join(advisories[i].Id, i);
            foreach (var alias in advisories[i].Aliases) Join(alias, i);
        }

        return [.. Enumerable.Range(0, advisories.Count).GroupBy(Root).Select(group => group.ToList())];

        void Join(string id, int index)
        {
            if (!owner.TryAdd(id, index)) parent[Root(index)] = Root(owner[id]);
        }

        int Root(int index)
        {
            while (parent[index] != index) index = parent[index] = parent[parent[index]];
            return index;
        }
    }

    /// <summary>The CVE, else the GHSA, else the smallest; of several of a kind the oldest.</summary>
    public static string Canonical(IReadOnlyCollection<string> ids) => ids.OrderBy(Rank).ThenBy(id => id, NumberingOrder).First();

    private static int Rank(string id) =>
        id.StartsWith("CVE-", StringComparison.Ordinal) ? 0 : id.StartsWith("GHSA-", StringComparison.Ordinal) ? 1 : 2;

    // CVE-2021-4104 comes before CVE-2021-44228.
    private static Comparer<string> NumberingOrder { get; } = Comparer<string>.Create(static (a, b) =>
    {
        var x = a.Split('-');
        var y = b.Split('-');
        for (var i = 0; i < Math.Min(x.Length, y.Length); i++)
        {
            var order = Digits.IsNumber(x[i]) && Digits.IsNumber(y[i]) ? Digits.Compare(x[i], y[i]) : string.CompareOrdinal(x[i], y[i]);
            if (order != 0) return order;
        }

        return string.CompareOrdinal(a, b);
    });
}
