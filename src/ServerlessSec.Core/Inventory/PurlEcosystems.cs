namespace ServerlessSec.Inventory;

/// <summary>Where advisories of a package URL are found: the ecosystem and the name that OSV knows the package by.</summary>
public static class PurlEcosystems
{
    /// <summary>Null where OSV has no ecosystem for the type. A distribution's release is not part of a package URL.</summary>
    public static (string Ecosystem, string Name)? Of(Purl purl) => purl.Type switch
    {
        "npm" => ("npm", Joined(purl, '/')),
        "pypi" => ("PyPI", purl.Name),
        "nuget" => ("NuGet", purl.Name),
        "maven" => ("Maven", Joined(purl, ':')),
        "golang" => ("Go", Joined(purl, '/')),
        "gem" => ("RubyGems", purl.Name),
        "composer" => ("Packagist", Joined(purl, '/')),
        "cargo" => ("crates.io", purl.Name),
        "hex" => ("Hex", Joined(purl, '/')),
        "pub" => ("Pub", purl.Name),
        "cran" => ("CRAN", purl.Name),
        "hackage" => ("Hackage", purl.Name),
        "swift" => ("SwiftURL", Joined(purl, '/')),
        "githubactions" => ("GitHub Actions", Joined(purl, '/')),
        "deb" or "apk" or "rpm" => Distribution(purl.Namespace) is { } name ? (name, purl.Name) : null,
        _ => null,
    };

    private static string Joined(Purl purl, char separator) => purl.Namespace is null ? purl.Name : purl.Namespace + separator + purl.Name;

    private static string? Distribution(string? vendor) => vendor switch
    {
        "debian" => "Debian",
        "ubuntu" => "Ubuntu",
        "alpine" => "Alpine",
        "alpaquita" => "Alpaquita",
        "chainguard" => "Chainguard",
        "minimos" => "MinimOS",
        "wolfi" => "Wolfi",
        "almalinux" => "AlmaLinux",
        "mageia" => "Mageia",
        "opensuse" => "openSUSE",
        "photon" => "Photon OS",
        "redhat" => "Red Hat",
        "rocky" or "rocky-linux" => "Rocky Linux",
        "suse" => "SUSE",
        _ => null,
    };
}
