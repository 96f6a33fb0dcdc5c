namespace ServerlessSec.Advisories;

/// <summary>Names of ecosystems, and of packages within them, in the one form that look-ups use.</summary>
public static class Ecosystems
{
    private static readonly Dictionary<string, string> Known = new[]
    {
        "AlmaLinux", "Alpaquita", "Alpine", "Android", "Bioconductor", "Bitnami", "Chainguard", "CRAN", "crates.io", "Debian",
        "GHC", "GIT", "GitHub Actions", "Go", "Hackage", "Hex", "Julia", "Linux", "Mageia", "Maven", "MinimOS", "npm", "NuGet",
        "openSUSE", "opam", "OSS-Fuzz", "Packagist", "Photon OS", "Pub", "PyPI", "Red Hat", "Rocky Linux", "RubyGems", "SUSE",
        "SwiftURL", "Ubuntu", "VSCode", "Wolfi",
    }.ToDictionary(name => name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The ecosystem without its release, in OSV's spelling: <c>Debian</c> of <c>debian:12</c>.</summary>
    public static string Base(string ecosystem)
    {
        var colon = ecosystem.IndexOf(':', StringComparison.Ordinal);
        var name = (colon < 0 ? ecosystem : ecosystem[..colon]).Trim();
        return Known.GetValueOrDefault(name, name);
    }

    /// <summary>Whether OSV's schema defines the name, in whatever case.</summary>
    public static bool IsKnown(string ecosystem) => Known.ContainsKey(Base(ecosystem));

    /// <summary>
    /// Whether what is said of <paramref name="advisory"/>'s ecosystem holds for a component of <paramref name="component"/>'s:
    /// the same ecosystem and, where both name one, the same release (<c>Debian:12</c>). A suffix of Maven is a repository's
    /// address, and says nothing about versions.
    /// </summary>
    public static bool Covers(string advisory, string component)
    {
        var name = Base(advisory);
        if (name != Base(component)) return false;
        if (name == "Maven") return true;
        var left = Release(advisory);
        var right = Release(component);
        return left.Length == 0 || right.Length == 0 || left.Equals(right, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The name under which an advisory of the package is found.</summary>
    public static string NormaliseName(string ecosystem, string name) => Base(ecosystem) switch
    {
        "PyPI" => Pep503(name.Trim()),
        "NuGet" or "Packagist" or "GitHub Actions" or "Hex" => name.Trim().ToLowerInvariant(),
        // crates.io lets no two crates differ only by case, hyphen or underscore.
        "crates.io" => name.Trim().ToLowerInvariant().Replace('_', '-'),
        "SwiftURL" => Repository(name.Trim()),
        // npm has packages of old days that differ only by case (JSONStream, jsonstream): two names, two packages.
        _ => name.Trim(),
    };

    private static ReadOnlySpan<char> Release(string ecosystem)
    {
        var colon = ecosystem.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? [] : ecosystem.AsSpan(colon + 1).Trim();
    }

    // PEP 503: runs of '-', '_' and '.' are one '-', and case does not matter.
    private static string Pep503(string name) => string.Create(Pep503Length(name), name, static (target, source) =>
    {
        var at = 0;
        for (var i = 0; i < source.Length; i++)
        {
            if (!IsSeparator(source[i])) target[at++] = char.ToLowerInvariant(source[i]);
            else if (i == 0 || !IsSeparator(source[i - 1])) target[at++] = '-';
        }
    });

    private static int Pep503Length(string name)
    {
        var length = 0;
        for (var i = 0; i < name.Length; i++) length += IsSeparator(name[i]) && i > 0 && IsSeparator(name[i - 1]) ? 0 : 1;
        return length;
    }

    private static bool IsSeparator(char c) => c is '-' or '_' or '.';

    private static string Repository(string name)
    {
        var start = name.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0 ? scheme + 3 : 0;
        var end = name.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? name.Length - 4 : name.Length;
        return name[start..Math.Max(start, end)].ToLowerInvariant();
    }
}
