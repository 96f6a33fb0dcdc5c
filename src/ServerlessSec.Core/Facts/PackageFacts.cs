using System.Collections.Immutable;
using ServerlessSec.Advisories;
using ServerlessSec.Inventory;

namespace ServerlessSec.Facts;

/// <summary>What one function's package holds; no file contents, and may be stored.</summary>
public sealed record PackageFacts
{
    public required string Id { get; init; }

    public PackageInventory Inventory { get; init; } = new();

    /// <summary>Sorted by purl, then id.</summary>
    public ImmutableArray<AdvisoryMatch> Matches { get; init; } = [];

    public AdvisorySet? Advisories { get; init; }

    /// <summary>False where no file of the package could be had.</summary>
    public bool IsSeen { get; init; } = true;

    public Evidence Seen =>
        IsSeen ? Evidence.Package | Evidence.Inventory | (Advisories is null ? Evidence.None : Evidence.Matches) : Evidence.None;
}
