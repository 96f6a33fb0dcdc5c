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

    /// <summary>As in the snapshot.</summary>
    public ImmutableArray<ServedVersion> Versions { get; init; } = [];

    /// <summary>Published versions that are served beside this; a rule sees one at a time.</summary>
    public ImmutableArray<FunctionFacts> Served { get; init; } = [];

    /// <summary>This, and what is served beside it.</summary>
    public IEnumerable<FunctionFacts> All => [this, .. Served];

    public Subject Subject => Subject.Of(Name);

    /// <summary>The evidence that was asked for and is there.</summary>
    public Evidence Seen => (Posture?.Seen ?? Evidence.None) | (Package?.Seen ?? Evidence.None);

    /// <summary>What is there of all that is served.</summary>
    public Evidence SeenOfAll => All.Aggregate((Evidence)~0, static (seen, each) => seen & each.Seen);

    public static FunctionFacts Of(FunctionRecord record, DateOnly today) => new()
    {
        Name = record.Id,
        Today = today,
        Posture = record.Posture,
        Package = record.Package,
        Versions = record.Versions,
        Served = [.. record.Served.Select(each => Of(each, today))],
    };
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
