using System.Collections.Immutable;
using ServerlessSec.Inventory;
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

    /// <summary>As in the snapshot.</summary>
    public ImmutableArray<ServedVersion> Versions { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Published versions that are served beside this, each by itself.</summary>
    public ImmutableArray<FunctionRecord> Served { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>This, and what is served beside it.</summary>
    public IEnumerable<FunctionRecord> Parts() => [this, .. Served];

    /// <summary>Gaps of all of it.</summary>
    public IEnumerable<Gap> AllGaps() =>
        Served.IsEmpty ? [.. Posture?.Gaps ?? [], .. Package?.Inventory.Gaps ?? []] : Parts().SelectMany(static each => (each with { Served = [] }).AllGaps()).Distinct();

    /// <summary>What is installed in any of it; null where no package was looked at.</summary>
    public PackageInventory? Inventory => Package is not { Inventory: var own } || Served.All(static each => each.Package is null) ? Package?.Inventory : own with
    {
        Components =
        [
            .. Parts().SelectMany(static each => each.Package?.Inventory.Components ?? []).DistinctBy(static component => component.Purl)
                .OrderBy(static component => component.Purl.ToString(), StringComparer.Ordinal),
        ],
        Gaps = [.. Parts().SelectMany(static each => each.Package?.Inventory.Gaps ?? []).Distinct()],
    };
}
