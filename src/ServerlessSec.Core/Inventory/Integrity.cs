using System.Collections.Immutable;

namespace ServerlessSec.Inventory;

/// <summary>Subresource integrity strings, <c>sha512-BASE64</c>, as npm and NuGet keep them.</summary>
internal static class Integrity
{
    public static ImmutableArray<ComponentHash> Parse(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > 4096) return [];
        return [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(One).OfType<ComponentHash>()];
    }

    /// <summary>A digest that is written in hexadecimal; none where it is not of the algorithm's length.</summary>
    public static ImmutableArray<ComponentHash> Hex(string algorithm, string? hex) =>
        hex is not null && hex.Length == (algorithm == "SHA-1" ? 40 : 64) && hex.All(char.IsAsciiHexDigit) ? [new(algorithm, hex.ToLowerInvariant())] : [];

    private static ComponentHash? One(string part)
    {
        var dash = part.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0) return null;

        var (algorithm, size) = part[..dash] switch
        {
            "sha512" => ("SHA-512", 64),
            "sha384" => ("SHA-384", 48),
            "sha256" => ("SHA-256", 32),
            "sha1" => ("SHA-1", 20),
            _ => ("", 0),
        };
        var digest = part[(dash + 1)..].Split('?')[0];
        Span<byte> bytes = stackalloc byte[64];
        return size > 0 && Convert.TryFromBase64String(digest, bytes, out var length) && length == size
            ? new(algorithm, Convert.ToHexStringLower(bytes[..length]))
            : null;
    }
}
