using System.Collections.Immutable;

namespace ServerlessSec.Snapshots;

/// <summary>A version of a live function that something leads to.</summary>
/// <param name="Number">Of a published version, or <see cref="Latest"/>.</param>
/// <param name="Aliases">That lead to it, sorted; none where an event source is mapped to the version itself.</param>
public sealed record ServedVersion(string Number, ImmutableArray<string> Aliases)
{
    /// <summary>What is not published.</summary>
    public const string Latest = "$LATEST";
}
