using System.Buffers;
using System.Security.Cryptography;
using ServerlessSec.Packages.Images;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>A digest as images write it, <c>sha256:…</c>.</summary>
public static class ImageDigest
{
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <exception cref="FormatException">It is none, or of an algorithm that images do not use.</exception>
    public static string Check(string? digest)
    {
        var colon = digest?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        var length = colon < 0 ? 0 : digest![..colon] switch { "sha256" => 64, "sha512" => 128, _ => 0 };
        return length > 0 && digest!.Length == colon + 1 + length && !digest.AsSpan(colon + 1).ContainsAnyExcept(Hex)
            ? digest
            : throw new FormatException("the image names a digest that is none");
    }

    /// <exception cref="FormatException">The bytes have another digest.</exception>
    public static void Verify(byte[] bytes, string digest)
    {
        using var hash = Hash(digest);
        hash.AppendData(bytes);
        Compare(hash, digest);
    }

    internal static IncrementalHash Hash(string digest) =>
        IncrementalHash.CreateHash(digest.StartsWith("sha512:", StringComparison.Ordinal) ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);

    internal static void Compare(IncrementalHash hash, string digest)
    {
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != digest[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..])
            throw new WrongDigestException($"what came is not what its digest {digest} says: it was changed, or damaged");
    }
}
