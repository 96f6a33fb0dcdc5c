using System.Collections.Immutable;

namespace ServerlessSec.Inventory;

/// <summary>Tells whether components can only come in through certain others, by the graph of who asks for whom.</summary>
public sealed class DependencyGates
{
    private readonly Dictionary<string, Component> byPurl = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> askers = new(StringComparer.Ordinal);

    public DependencyGates(ImmutableArray<Component> components)
    {
        foreach (var component in components)
        {
            var purl = component.Purl.ToString();
            byPurl.TryAdd(purl, component);
            foreach (var needed in component.DependsOn)
            {
                if (!askers.TryGetValue(needed, out var known)) askers[needed] = known = [];
                known.Add(purl);
            }
        }
    }

    /// <summary>
    /// Whether each known way from what the application asks for to a component leads through a gate. False where the component
    /// may be asked for directly, or nobody is known to ask for it.
    /// </summary>
    public bool GuardAll(string purl, Func<Component, bool> isGate)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { purl };
        var open = new Stack<string>([purl]);
        var guarded = false;
        while (open.TryPop(out var at))
        {
            if (!byPurl.TryGetValue(at, out var component) || component.Relation != Relation.Transitive) return false;
            if (!askers.TryGetValue(at, out var who)) return false;
            foreach (var asker in who)
            {
                if (!seen.Add(asker)) continue;
                if (isGate(byPurl[asker])) guarded = true;
                else open.Push(asker);
            }
        }

        return guarded;
    }
}
