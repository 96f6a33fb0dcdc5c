using System.Buffers;
using System.Collections.Immutable;

namespace ServerlessSec.Inventory.Java;

/// <summary>Group, artifact and version of one Maven package.</summary>
internal readonly record struct Coordinates(string Group, string Artifact, string Version);

/// <summary>Makes components of what names Maven packages.</summary>
internal static class MavenPackage
{
    public const string Ecosystem = "Maven";
    private const int LongestPart = 256;

    private static readonly SearchValues<char> Letters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+~");

    /// <summary>Whether nothing of it is missing, a hole, or of letters that no repository takes.</summary>
    public static bool IsWhole(Coordinates it) => IsPart(it.Group) && IsPart(it.Artifact) && IsPart(it.Version);

    public static bool IsPart(string? text) =>
        text is { Length: > 0 and <= LongestPart } && !text.AsSpan().ContainsAnyExcept(Letters);

    public static Component Component(Coordinates it, params ImmutableArray<Occurrence> occurrences) => new()
    {
        Purl = Purl.Of("maven", it.Group, it.Artifact, it.Version),
        Ecosystem = Ecosystem,
        Name = $"{it.Group}:{it.Artifact}",
        Version = it.Version,
        Occurrences = occurrences,
    };
}
