namespace ServerlessSec.Advisories.Versions;

/// <summary>The orderings there are; an ecosystem without one is matched by listed versions only.</summary>
public static class VersionOrderings
{
    private static readonly SemVerOrdering SemVer = new();
    private static readonly Pep440Ordering Pep440 = new();
    private static readonly MavenOrdering Maven = new();
    private static readonly NuGetOrdering NuGet = new();
    private static readonly GoOrdering Go = new();
    private static readonly RubyGemsOrdering RubyGems = new();
    private static readonly PackagistOrdering Packagist = new();
    private static readonly PubOrdering Pub = new();
    private static readonly DebianOrdering Debian = new();
    private static readonly AlpineOrdering Alpine = new();
    private static readonly RpmOrdering Rpm = new();
    private static readonly NumberListOrdering Cran = new(".-");
    private static readonly NumberListOrdering Hackage = new(".");

    // Bundler knows the platform of a gem apart from its version, Composer compares what it has filled in, and assemblies that
    // were built from a package carry more than the package's version.
    private static readonly CanonicalOrdering Gems = new(RubyGems, GemPlatform.Strip);
    private static readonly CanonicalOrdering Assemblies = new(NuGet, AssemblyVersion.Strip);
    private static readonly CanonicalOrdering Composer = new(Packagist, ComposerVersion.Normalise);

    /// <summary>
    /// The order by which the ecosystem's own tool tells whether a range holds a version: <see cref="For"/>, but for what the
    /// tool does to a version before it compares.
    /// </summary>
    public static IVersionOrdering? ForRanges(string ecosystem) => For(ecosystem) switch
    {
        RubyGemsOrdering => Gems,
        PackagistOrdering => Composer,
        NuGetOrdering => Assemblies,
        var ordering => ordering,
    };

    /// <summary>The ecosystem's ordering, whatever its release; null where there is none.</summary>
    public static IVersionOrdering? For(string ecosystem) => Ecosystems.Base(ecosystem) switch
    {
        "npm" => SemVer,
        "PyPI" => Pep440,
        "Maven" => Maven,
        "NuGet" => NuGet,
        "Go" => Go,
        "RubyGems" => RubyGems,
        "Packagist" => Packagist,
        "Pub" => Pub,
        // OSV defines these as Semantic Versioning 2.0.0, which npm's order agrees with.
        "crates.io" or "Hex" or "SwiftURL" or "GitHub Actions" or "Julia" or "Bitnami" or "Bioconductor" => SemVer,
        "CRAN" => Cran,
        "Hackage" or "GHC" => Hackage,
        "Debian" or "Ubuntu" => Debian,
        "Alpine" or "Alpaquita" or "Chainguard" or "MinimOS" or "Wolfi" => Alpine,
        "AlmaLinux" or "Mageia" or "openSUSE" or "Photon OS" or "Red Hat" or "Rocky Linux" or "SUSE" => Rpm,
        _ => null,
    };
}
