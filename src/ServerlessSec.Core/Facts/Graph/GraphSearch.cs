using System.Collections.Immutable;

namespace ServerlessSec.Facts.Graph;

/// <summary>Looks for ways that lead back, in time linear in the edges looked at.</summary>
internal static class GraphSearch
{
    /// <summary>
    /// The strongly connected component of each node over edges at least as sure as asked; -1 where no way leads back to it
    /// (Tarjan, without recursion).
    /// </summary>
    public static int[] Components(ImmutableArray<GraphNode> nodes, LoopStrength strength, StepBudget budget)
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
                    var (to, sure, _) = nodes[node].Edges[next++];
                    if (sure > strength) continue;
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
            var alone = stack.Peek() == node && !nodes[node].Edges.Exists(e => e.To == node && e.Strength <= strength);
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
}
