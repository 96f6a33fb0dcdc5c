using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Facts;

/// <summary>How surely the events of a loop go round.</summary>
public enum LoopStrength
{
    /// <summary>Every write that the grants are for comes back.</summary>
    Certain,

    /// <summary>Whether a write comes back is decided by what the code writes, and where.</summary>
    Possible,

    /// <summary>Nothing speaks for it but leave to write everywhere, or to put any event on a bus that many use.</summary>
    Conceivable,

    /// <summary>Only while a function keeps failing.</summary>
    OnFailure,
}

/// <summary>A way by which a function's events lead back to it.</summary>
public sealed record InvocationLoop
{
    /// <summary>Sorted.</summary>
    public required ImmutableArray<string> Functions { get; init; }

    /// <summary>Ids of the resources passed, sorted.</summary>
    public required ImmutableArray<string> Resources { get; init; }

    /// <summary>Functions and resources in the order of events, beginning with a function that is not repeated at the end.</summary>
    public required ImmutableArray<string> Path { get; init; }

    public required LoopStrength Strength { get; init; }

    /// <summary>Lambda's own recursion detection knows every service passed.</summary>
    public required bool IsDetected { get; init; }

    /// <summary>The trigger that closes it.</summary>
    public SourceLocation? Location { get; init; }
}

/// <summary>Who sets off whom: functions, what their roles let them write, and where events of that go.</summary>
public sealed class InvocationGraph
{
    private readonly ImmutableArray<GraphNode> nodes;
    private readonly StepBudget budget;

    internal InvocationGraph(ImmutableArray<GraphNode> nodes, StepBudget budget) => (this.nodes, this.budget) = (nodes, budget);

    /// <summary>Throws <see cref="LimitReachedException"/> where the application asks for more steps than the limits allow.</summary>
    public static InvocationGraph Of(ApplicationFacts application, ScanLimits? limits = null)
    {
        var budget = new StepBudget((limits ?? ScanLimits.Default).Steps, "the invocation graph");
        return new GraphBuilder(application, budget).Build();
    }

    /// <summary>For every function that can set itself off: its shortest loop of the surest kind, each set of members once.</summary>
    public ImmutableArray<InvocationLoop> Loops()
    {
        var walk = new GraphWalk(nodes, budget);
        var looping = new HashSet<string>(StringComparer.Ordinal);
        var loops = new SortedDictionary<string, InvocationLoop>(StringComparer.Ordinal);
        foreach (var strength in Enum.GetValues<LoopStrength>())
        {
            var component = GraphSearch.Components(nodes, strength, budget);
            for (var start = 0; start < nodes.Length; start++)
            {
                if (nodes[start].Function is not { } function || component[start] < 0 || looping.Contains(function)) continue;
                if (walk.Back(component, start, strength) is not { } way) continue;
                looping.Add(function);
                var loop = Describe(way);
                loops.TryAdd(string.Join('\n', [.. loop.Functions, "", .. loop.Resources]), loop);
            }
        }

        return [.. loops.Values];
    }

    private static InvocationLoop Describe(ImmutableArray<GraphStep> way)
    {
        var path = way.Select(s => s.From.Label).OfType<string>().ToArray();
        var resources = way.Select(s => s.From).Where(n => n.IsResource).ToArray();
        return new()
        {
            Functions = [.. way.Select(s => s.From.Function).OfType<string>().Distinct().Order(StringComparer.Ordinal)],
            Resources = [.. resources.Select(n => n.Label!).Distinct().Order(StringComparer.Ordinal)],
            Path = [.. path.Where((label, i) => i == 0 || (label != path[i - 1] && (i < path.Length - 1 || label != path[0])))],
            Strength = way.Max(s => s.Edge.Strength),
            IsDetected = resources.All(n => n.Service is "s3" or "sqs" or "sns"),
            Location = way.Last(s => s.Edge.Location is not null || s == way[0]).Edge.Location,
        };
    }
}

/// <summary>A function, an event under way at a resource, or (without label) a grant that several roles share.</summary>
internal sealed class GraphNode(string? label, string? function, string? service)
{
    public string? Label { get; } = label;

    public string? Function { get; } = function;

    public string? Service { get; } = service;

    public bool IsResource => Label is not null && Function is null;

    public List<GraphEdge> Edges { get; } = [];
}

internal readonly record struct GraphEdge(int To, LoopStrength Strength, SourceLocation? Location);

internal readonly record struct GraphStep(GraphNode From, GraphEdge Edge);
