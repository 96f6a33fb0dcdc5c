using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Facts;

/// <summary>
/// All that was learned about an application, ready to be stored: judging it again gives the report that judging the
/// input gave. Holds no secret and no file content.
/// </summary>
public sealed record ApplicationRecord
{
    /// <summary>Grows with each change of shape; a record of another schema is collected anew.</summary>
    public const int CurrentSchema = 1;

    public int Schema { get; init; } = CurrentSchema;

    public required string Name { get; init; }

    public ImmutableArray<FunctionRecord> Functions { get; init; } = [];

    public ImmutableArray<ResourceSnapshot> Resources { get; init; } = [];

    public ImmutableArray<Delivery> Deliveries { get; init; } = [];

    public ImmutableArray<Gap> Gaps { get; init; } = [];

    public ImmutableArray<InlineComment> Comments { get; init; } = [];
}

/// <summary>What the two scans of one function learned; either may be absent.</summary>
public sealed record FunctionRecord
{
    public required string Id { get; init; }

    public PostureFacts? Posture { get; init; }

    public PackageFacts? Package { get; init; }
}
