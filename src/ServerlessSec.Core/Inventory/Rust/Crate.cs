namespace ServerlessSec.Inventory.Rust;

/// <summary>Makes components of what names crates.</summary>
internal static class Crate
{
    public const string Ecosystem = "crates.io";
    private const int LongestPart = 256;

    /// <summary>Throws <see cref="FormatException"/> where either is missing or out of all proportion.</summary>
    public static Component Component(string? name, string? version, Occurrence occurrence)
    {
        if (name is not { Length: > 0 and <= LongestPart } || version is not { Length: > 0 and <= LongestPart })
            throw new FormatException("a package without name or version");
        return new()
        {
            Purl = Purl.Of("cargo", null, name, version),
            Ecosystem = Ecosystem,
            Name = name,
            Version = version,
            Occurrences = [occurrence],
        };
    }
}
