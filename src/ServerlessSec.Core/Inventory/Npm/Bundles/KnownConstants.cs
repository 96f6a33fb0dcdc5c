using System.Collections.Immutable;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>A library whose version stands as a literal near text that survives minification and that no other library has.</summary>
/// <param name="Before">Directly before the version's quote, minified; empty where that changes.</param>
/// <param name="Anchor">The text near it.</param>
/// <param name="Reach">Characters between anchor and version, at most.</param>
internal sealed record KnownConstant(string Name, string Before, string Anchor, int Reach);

/// <summary>The well-known libraries.</summary>
internal static class KnownConstants
{
    public static ImmutableArray<KnownConstant> All { get; } =
    [
        new("lodash", "", "Unsupported core-js use.", 300),
    ];
}
