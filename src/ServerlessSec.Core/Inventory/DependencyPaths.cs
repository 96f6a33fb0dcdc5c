using System.Collections.Immutable;

namespace ServerlessSec.Inventory;

/// <summary>How a component came in: purls from what the application asks for itself down to the component.</summary>
public sealed record DependencyPath(ImmutableArray<string> Purls)
{
    /// <summary>Whether the application asks for the component itself.</summary>
    public bool IsDirect => Purls.Length == 1;
}

/// <summary>Finds the shortest path to each component, by one walk over the graph from all direct dependencies at once.</summary>
public sealed class DependencyPaths
{
    /// <summary>Components on one path; what lies deeper has none.</summary>
    public const int Longest = 32;

    // The component that a path comes from; itself where it is direct.
    private readonly Dictionary<string, string> cameFrom = new(StringComparer.Ordinal);

    public DependencyPaths(ImmutableArray<Component> components)
    {
        var needs = new Dictionary<string, ImmutableArray<string>>(components.Length, StringComparer.Ordinal);
        var row = new List<string>();
        foreach (var component in components)
        {
            var purl = component.Purl.ToString();
            needs[purl] = component.DependsOn;
            if (component.Relation == Relation.Direct && cameFrom.TryAdd(purl, purl)) row.Add(purl);
        }

        for (var length = 1; length < Longest && row.Count > 0; length++) row = Next(row, needs);
    }

    /// <summary>Null where it is not known who asks for the component.</summary>
    public DependencyPath? To(string purl)
    {
        if (!cameFrom.TryGetValue(purl, out var before)) return null;
        var path = new List<string> { purl };
        for (; before != path[^1]; before = cameFrom[before]) path.Add(before);
        path.Reverse();
        return new([.. path]);
    }

    private List<string> Next(List<string> row, Dictionary<string, ImmutableArray<string>> needs)
    {
        var next = new List<string>();
        // The order of the components must not show in the path.
        row.Sort(StringComparer.Ordinal);
        foreach (var from in row)
        {
            foreach (var to in needs[from])
            {
                if (needs.ContainsKey(to) && cameFrom.TryAdd(to, from)) next.Add(to);
            }
        }

        return next;
    }
}
