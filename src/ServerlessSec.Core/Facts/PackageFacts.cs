using System.Collections.Immutable;
using ServerlessSec.Advisories;
using ServerlessSec.Inventory;

namespace ServerlessSec.Facts;

/// <summary>What one function's package holds; no file contents, and may be stored.</summary>
public sealed record PackageFacts
{
    public required string Id { get; init; }

    public ImmutableSortedDictionary<Evidence, string> Missing { get; init; } = ImmutableSortedDictionary<Evidence, string>.Empty;

    public PackageInventory Inventory { get; init; } = new();

    /// <summary>Sorted by purl, then id.</summary>
    public ImmutableArray<AdvisoryMatch> Matches { get; init; } = [];

    public AdvisorySet? Advisories { get; init; }
}
