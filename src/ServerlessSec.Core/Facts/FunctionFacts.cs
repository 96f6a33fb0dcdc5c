using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Facts;

/// <summary>The one view through which a rule looks at a function. A part that this scan did not collect is null.</summary>
public sealed record FunctionFacts
{
    public required string Name { get; init; }

    /// <summary>The day by which dated data is judged.</summary>
    public required DateOnly Today { get; init; }

    public PostureFacts? Posture { get; init; }

    public PackageFacts? Package { get; init; }

    public Subject Subject => Subject.Of(Name);

    /// <summary>The evidence that was asked for and is there.</summary>
    public Evidence Seen => (Posture?.Seen ?? Evidence.None) | (Package?.Seen ?? Evidence.None);
}

/// <summary>The functions that belong together, and the graph that their events make.</summary>
public sealed record ApplicationFacts
{
    public required string Name { get; init; }

    public required DateOnly Today { get; init; }

    public ImmutableArray<FunctionFacts> Functions { get; init; } = [];

    public ImmutableArray<ResourceSnapshot> Resources { get; init; } = [];

    public ImmutableArray<Delivery> Deliveries { get; init; } = [];
}
