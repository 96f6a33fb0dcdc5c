using System.Collections.Immutable;

namespace ServerlessSec.Inventory.DotNet;

/// <summary>Makes components of what names NuGet packages.</summary>
internal static class NuGetPackage
{
    public const string Ecosystem = "NuGet";
    private const int LongestPart = 128;

    /// <summary>Throws <see cref="FormatException"/> where either is missing or out of all proportion.</summary>
    public static Component Component(string name, string version, params ImmutableArray<Occurrence> occurrences)
    {
        if (name.Length is 0 or > LongestPart || version.Length is 0 or > LongestPart)
            throw new FormatException("a library without name or version");
        return new()
        {
            Purl = Purl.NuGet(name, version),
            Ecosystem = Ecosystem,
            Name = name,
            Version = version,
            Occurrences = occurrences,
        };
    }

    /// <summary>Parts of <c>name/version</c>, as the lists of the SDK write it.</summary>
    public static (string Name, string Version) Split(string id) =>
        id.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? (id[..slash], id[(slash + 1)..]) : (id, "");
}
