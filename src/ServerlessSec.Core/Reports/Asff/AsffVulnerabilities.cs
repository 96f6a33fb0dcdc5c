using System.Collections.Immutable;
using ServerlessSec.Advisories;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;

namespace ServerlessSec.Reports.Asff;

/// <summary>The vulnerability that a dependency finding is about, in the format's own members.</summary>
internal static class AsffVulnerabilities
{
    public static AsffVulnerability Of(Finding finding, AdvisoryMatch match) => new()
    {
        Id = AsffLimit.Required(match.Id, AsffLimit.Other),
        VulnerablePackages = Packages(finding.Component, match),
        Cvss = Cvss(match),
        RelatedVulnerabilities = Some(match.Aliases),
        Vendor = Vendor(match.Id),
        ReferenceUrls = Some(match.References),
        FixAvailable = match.Fixed is null && match.Clean is null ? "NO" : "YES",
        EpssScore = match.Epss,
        ExploitAvailable = match.KnownExploited ? "YES" : null,
    };

    /// <summary>One entry per place the component was seen in, so that each can be found and mended.</summary>
    private static ImmutableArray<AsffPackage> Packages(Component? component, AdvisoryMatch match)
    {
        var package = new AsffPackage
        {
            Name = AsffLimit.Required(component?.Name ?? match.Purl, AsffLimit.Other),
            Version = AsffLimit.Required(component?.Version ?? "", AsffLimit.Other, "unknown"),
            PackageManager = component is null ? null : Manager(component.Ecosystem),
            FixedInVersion = AsffLimit.Optional(match.Fixed, AsffLimit.Other),
            Remediation = AsffLimit.Optional((match.Clean ?? match.Fixed) is { } good ? $"Upgrade to {good} or later." : null, AsffLimit.Other),
        };
        var paths = component?.Occurrences.Select(seen => seen.Path).Distinct().Order(StringComparer.Ordinal).Take(AsffLimit.Lists) ?? [];
        ImmutableArray<AsffPackage> placed =
            [.. paths.Select(path => package with { FilePath = AsffLimit.Optional(path, AsffLimit.Other) })];
        return placed.IsEmpty ? [package] : placed;
    }

    private static ImmutableArray<AsffCvss>? Cvss(AdvisoryMatch match) => match.Vector is { Length: > 0 } vector
        ? [new(CvssVersion(vector), match.Score, AsffLimit.Required(vector, AsffLimit.Other), "OSV")]
        : null;

    /// <summary>Version 2 vectors do not name their version.</summary>
    private static string CvssVersion(string vector) =>
        vector.StartsWith("CVSS:", StringComparison.Ordinal) && vector.IndexOf('/') is > 5 and var end ? vector[5..end] : "2.0";

    private static ImmutableArray<string>? Some(ImmutableArray<string> texts)
    {
        ImmutableArray<string> kept = [.. texts
            .Select(text => AsffLimit.Optional(text, AsffLimit.Other))
            .OfType<string>()
            .Take(AsffLimit.Lists)];
        return kept.IsEmpty ? null : kept;
    }

    private static AsffVendor Vendor(string id)
    {
        var name = id.Split('-', 2)[0] switch
        {
            "CVE" => "NVD",
            "GHSA" => "GitHub",
            "PYSEC" => "PyPA",
            "GO" => "Go",
            _ => "OSV",
        };
        return new(name, AsffLimit.Required($"https://osv.dev/vulnerability/{Uri.EscapeDataString(Shown.Line(id))}", AsffLimit.Other));
    }

    /// <summary>Package managers as Amazon Inspector names them.</summary>
    private static string Manager(string ecosystem) => ecosystem switch
    {
        "npm" => "NPM",
        "PyPI" => "PIP",
        "NuGet" => "NUGET",
        "Maven" => "JAR",
        "Go" => "GOMOD",
        "RubyGems" => "BUNDLER",
        "crates.io" => "CARGO",
        "Packagist" => "COMPOSER",
        _ => AsffLimit.Required(ecosystem.ToUpperInvariant(), AsffLimit.Other),
    };
}
