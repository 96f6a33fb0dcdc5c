
namespace ServerlessSec.Templates.Resolving;

/// <summary>Finds resources that need each other to exist, which no deployment can create.</summary>
internal static class ReferenceRings
{
    public static void Report(Dictionary<string, HashSet<string>> uses, GapList gaps)
    {
        foreach (var ring in Rings(uses))
        {
            ring.Sort(StringComparer.Ordinal);
            gaps.Unresolved(
                $"Resources.{ring[0]}",
                "cyclic reference",
                $"Resources '{string.Join("', '", ring)}' refer to each other, a cycle that cannot be deployed.");
        }
    }

    // Tarjan's strongly connected components, without recursion.
    private static List<List<string>> Rings(Dictionary<string, HashSet<string>> uses)
    {
        var (index, low, rings) = (new Dictionary<string, int>(), new Dictionary<string, int>(), new List<List<string>>());
        var (path, onPath) = (new Stack<string>(), new HashSet<string>());
        foreach (var root in uses.Keys.Order(StringComparer.Ordinal))
        {
            if (index.ContainsKey(root)) continue;
            var work = new Stack<(string Node, IEnumerator<string> Next)>();
            Enter(root);
            while (work.Count > 0)
            {
                var (node, next) = work.Peek();
                if (next.MoveNext())
                {
                    if (!index.TryGetValue(next.Current, out var seen)) Enter(next.Current);
                    else if (onPath.Contains(next.Current)) low[node] = Math.Min(low[node], seen);
                    continue;
                }

                work.Pop();
                if (work.Count > 0) low[work.Peek().Node] = Math.Min(low[work.Peek().Node], low[node]);
                if (low[node] == index[node]) Leave(node);
            }

            void Enter(string node)
            {
                index[node] = low[node] = index.Count;
                path.Push(node);
                onPath.Add(node);
                work.Push((node, (uses.GetValueOrDefault(node) ?? []).GetEnumerator()));
            }
        }

        return rings;

        void Leave(string node)
        {
            var ring = new List<string>();
            do
            {
                ring.Add(path.Pop());
                onPath.Remove(ring[^1]);
            }
            while (ring[^1] != node);
            if (ring.Count > 1) rings.Add(ring);
        }
    }
}
