using System.Text;

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
        var left = Release(name, advisory);
        var right = Release(name, component);
        if (left.Length == 0 || right.Length == 0 || left.Equals(right, StringComparison.OrdinalIgnoreCase)) return true;
        // enterprise_linux:9::baseos is a repository of enterprise_linux:9.
        return name == "Red Hat" && left.StartsWith(right, StringComparison.OrdinalIgnoreCase) && left[right.Length] == ':';
    }

    /// <summary>The name under which an advisory of the package is found.</summary>
    public static string NormaliseName(string ecosystem, string name) => Base(ecosystem) switch
    {
        "PyPI" => Pep503(name.Trim()),
        "NuGet" or "Packagist" or "GitHub Actions" or "Hex" => name.Trim().ToLowerInvariant(),
        // crates.io lets no two crates differ only by case, hyphen or underscore.
        "crates.io" => name.Trim().ToLowerInvariant().Replace('_', '-'),
        "SwiftURL" => Repository(name.Trim()),
        "Go" => GoPath(name.Trim()),
        "Maven" => Coordinates(name.Trim()),
        // npm has packages of old days that differ only by case (JSONStream, jsonstream): two names, two packages.
        _ => name.Trim(),
    };

    /// <summary>The release in the form in which advisories are kept by it: Debian's major version, Alpine's branch.</summary>
    private static ReadOnlySpan<char> Release(string name, string ecosystem)
    {
        var colon = ecosystem.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return [];
        var release = ecosystem.AsSpan(colon + 1).Trim();
        return name switch
        {
            "Debian" or "AlmaLinux" or "Rocky Linux" => Numbers(release, 1),
            "Alpine" => Numbers(release.StartsWith('v') ? release[1..] : release, 2),
            // Long-term support is a property of the release, not another one.
            "Ubuntu" when release.EndsWith(":LTS", StringComparison.OrdinalIgnoreCase) => release[..^4],
            _ => release,
        };
    }

    private static ReadOnlySpan<char> Numbers(ReadOnlySpan<char> release, int count)
    {
        for (var i = 0; i < release.Length; i++)
        {
            if (release[i] == '.' && --count == 0) return release[..i];
        }

        return release;
    }

    // The module cache and the proxy write "!c" for "C", since file systems may not tell them apart.
    private static string GoPath(string name)
    {
        if (!name.Contains('!', StringComparison.Ordinal)) return name;
        var path = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '!' && i + 1 < name.Length && char.IsAsciiLetterLower(name[i + 1])) path.Append(char.ToUpperInvariant(name[++i]));
            else path.Append(name[i]);
        }

        return path.ToString();
    }

    // group:artifact, without the type, classifier or version that a full coordinate goes on with.
    private static string Coordinates(string name)
    {
        var first = name.IndexOf(':', StringComparison.Ordinal);
        var second = first < 0 ? -1 : name.IndexOf(':', first + 1);
        return second < 0 ? name : name[..second];
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
