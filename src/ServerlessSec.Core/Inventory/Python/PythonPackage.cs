using System.Buffers;
using System.Collections.Immutable;

namespace ServerlessSec.Inventory.Python;

/// <summary>What Python's metadata and lock files have in common.</summary>
internal static class PythonPackage
{
    public const string Ecosystem = "PyPI";

    private static readonly SearchValues<char> NameLetters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    public static bool IsName(string name) => name.Length is > 0 and <= 214 && !name.AsSpan().ContainsAnyExcept(NameLetters);

    /// <summary>The package of a lock file's entry; null where name and version make none.</summary>
    public static Component? Locked(LockedPackage package, string version) =>
        IsName(package.Name) && version.Length is > 0 and <= 256 && !version.AsSpan().ContainsAny(" *,\t")
            ? new() { Purl = Purl.PyPi(package.Name, version), Ecosystem = Ecosystem, Name = package.Name, Version = version }
            : null;

    /// <summary>The name that a requirement begins with (PEP 508); empty where it begins with none.</summary>
    public static string NameOf(string requirement)
    {
        var length = requirement.AsSpan().IndexOfAnyExcept(NameLetters);
        return length < 0 ? requirement : requirement[..length];
    }

    /// <summary>A package's file says its hash as <c>sha256:HEX</c>. Of several, nobody knows which one was installed.</summary>
    public static ImmutableArray<ComponentHash> Hashes(IReadOnlyList<string?> hashes) =>
        hashes is [{ } one] && one.StartsWith("sha256:", StringComparison.Ordinal) ? Integrity.Hex("SHA-256", one[7..]) : [];
}
