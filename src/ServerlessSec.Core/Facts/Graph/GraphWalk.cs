using System.Collections.Immutable;

namespace ServerlessSec.Facts.Graph;

/// <summary>
/// Finds shortest ways back that pass a resource. Functions that only call each other by name do so by design. Every node is
/// there twice: before a resource was passed, and after; what one search has marked the next one overwrites.
/// </summary>
internal sealed class GraphWalk(ImmutableArray<GraphNode> nodes, StepBudget budget)
{
    private readonly int[] seen = new int[nodes.Length * 2];
    private readonly int[] from = new int[nodes.Length * 2];
    private readonly GraphEdge[] by = new GraphEdge[nodes.Length * 2];
    private readonly Queue<int> queue = new();
    private int search;

    /// <summary>Over edges at least as sure as asked, within the start's component; null where there is none.</summary>
    public ImmutableArray<GraphStep>? Back(int[] component, int start, LoopStrength strength)
    {
        search++;
        queue.Clear();
        queue.Enqueue(start * 2);
        while (queue.TryDequeue(out var at))
        {
            foreach (var edge in nodes[at / 2].Edges)
            {
                budget.Spend();
                if (edge.Strength > strength || component[edge.To] != component[start]) continue;
                var next = (edge.To * 2) + ((at & 1) | (nodes[edge.To].IsResource ? 1 : 0));
                if (seen[next] == search) continue;
                (seen[next], from[next], by[next]) = (search, at, edge);
                if (next == (start * 2) + 1) return Steps(start);
                queue.Enqueue(next);
            }
        }

        return null;
    }

    private ImmutableArray<GraphStep> Steps(int start)
    {
        var steps = new List<GraphStep>();
        for (var at = (start * 2) + 1; at != start * 2; at = from[at]) steps.Add(new(nodes[from[at] / 2], by[at]));
        steps.Reverse();
        return [.. steps];
    }
}
