using System.Collections.Immutable;

namespace ServerlessSec.Facts;

/// <summary>Looks for ways that lead back, in time linear in the edges looked at.</summary>
internal static class GraphSearch
{
    /// <summary>The strongly connected component of each node; -1 where no way leads back to it (Tarjan, without recursion).</summary>
    public static int[] Components(ImmutableArray<GraphNode> nodes, StepBudget budget)
    {
        var component = new int[nodes.Length];
        var (index, low) = (new int[nodes.Length], new int[nodes.Length]);
        var (stack, calls, onStack) = (new Stack<int>(), new Stack<(int Node, int Next)>(), new bool[nodes.Length]);
        var counter = 0;
        for (var root = 0; root < nodes.Length; root++)
        {
            if (index[root] == 0) calls.Push((root, 0));
            while (calls.TryPop(out var call))
            {
                var (node, next) = call;
                budget.Spend();
                if (next == 0)
                {
                    index[node] = low[node] = ++counter;
                    stack.Push(node);
                    onStack[node] = true;
                }
                else low[node] = Math.Min(low[node], low[nodes[node].Edges[next - 1].To]);

                while (next < nodes[node].Edges.Count)
                {
                    var to = nodes[node].Edges[next++].To;
                    if (index[to] == 0)
                    {
                        calls.Push((node, next));
                        calls.Push((to, 0));
                        goto descended;
                    }

                    if (onStack[to]) low[node] = Math.Min(low[node], index[to]);
                }

                if (low[node] == index[node]) Close(node);
                descended:;
            }
        }

        return component;

        void Close(int node)
        {
            var alone = stack.Peek() == node && !nodes[node].Edges.Any(e => e.To == node);
            int member;
            do
            {
                member = stack.Pop();
                onStack[member] = false;
                component[member] = alone ? -1 : node;
            }
            while (member != node);
        }
    }

    /// <summary>
    /// The shortest way from a node back to itself that passes a resource, over edges at least as sure as asked; null where
    /// there is none. Functions that only call each other by name do so by design.
    /// </summary>
    public static ImmutableArray<GraphStep>? Shortest(ImmutableArray<GraphNode> nodes, int[] component, int start, LoopStrength strength, StepBudget budget)
    {
        var came = new Dictionary<Stop, (Stop From, GraphEdge Edge)>();
        var queue = new Queue<Stop>([new(start, false)]);
        while (queue.TryDequeue(out var stop))
        {
            foreach (var edge in nodes[stop.Node].Edges)
            {
                budget.Spend();
                if (edge.Strength > strength || component[edge.To] != component[start]) continue;
                var next = new Stop(edge.To, stop.Passed || nodes[edge.To].IsResource);
                if (!came.TryAdd(next, (stop, edge))) continue;
                if (next == new Stop(start, true)) return Back(nodes, came, next);
                queue.Enqueue(next);
            }
        }

        return null;
    }

    private readonly record struct Stop(int Node, bool Passed);

    private static ImmutableArray<GraphStep> Back(ImmutableArray<GraphNode> nodes, Dictionary<Stop, (Stop From, GraphEdge Edge)> came, Stop end)
    {
        var steps = new List<GraphStep>();
        for (var at = end; at != end with { Passed = false };)
        {
            var (from, edge) = came[at];
            steps.Add(new(nodes[from.Node], edge));
            at = from;
        }

        steps.Reverse();
        return [.. steps];
    }
}
