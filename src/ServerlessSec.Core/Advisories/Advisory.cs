using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ServerlessSec.Advisories;

/// <summary>One published vulnerability, as its OSV record says (https://ossf.github.io/osv-schema/).</summary>
public sealed record Advisory
{
    public required string Id { get; init; }

    public ImmutableArray<string> Aliases { get; init; } = [];

    public string? Summary { get; init; }

    public DateTimeOffset? Modified { get; init; }

    public DateTimeOffset? Withdrawn { get; init; }

    /// <summary>CVSS vectors that hold for every package of the record.</summary>
    public ImmutableArray<SeverityVector> Severities { get; init; } = [];

    /// <summary>The source's own word (<c>HIGH</c>), where it gives one.</summary>
    public string? SeverityWord { get; init; }

    public ImmutableArray<AffectedPackage> Affected { get; init; } = [];

    public ImmutableArray<int> Cwes { get; init; } = [];

    public ImmutableArray<string> References { get; init; } = [];

    /// <summary>Listed in CISA's Known Exploited Vulnerabilities catalogue.</summary>
    public bool KnownExploited { get; init; }

    /// <summary>EPSS: probability of exploitation in the next 30 days, 0.0 to 1.0; null where no source gives one.</summary>
    public double? Epss { get; init; }

    /// <summary>EPSS: the share of all scored vulnerabilities that are no more probable, 0.0 to 1.0.</summary>
    public double? EpssPercentile { get; init; }

    /// <summary>The package's authors hold that it is no vulnerability, by the record's own words.</summary>
    public bool Disputed { get; init; }

    /// <summary>Not a fault of the package: the package itself is hostile.</summary>
    public bool Malicious { get; init; }
}

/// <summary>A CVSS vector; <paramref name="Type"/> is OSV's: <c>CVSS_V2</c>, <c>CVSS_V3</c>, <c>CVSS_V4</c>.</summary>
public sealed record SeverityVector(string Type, string Vector);

/// <summary>One package that an advisory names, with the versions it hits.</summary>
public sealed record AffectedPackage
{
    public required string Ecosystem { get; init; }

    public required string Name { get; init; }

    public ImmutableArray<VersionRange> Ranges { get; init; } = [];

    /// <summary>Versions listed one by one.</summary>
    public ImmutableArray<string> Versions { get; init; } = [];

    public ImmutableArray<SeverityVector> Severities { get; init; } = [];

    /// <summary>The code that the vulnerability is in, where the source tells.</summary>
    public ImmutableArray<AffectedCode> Code { get; init; } = [];
}

/// <summary>Code of a package, and what it must be built for to be affected.</summary>
/// <param name="Path">What is imported, such as a package of a Go module; empty where only symbols are named.</param>
/// <param name="Symbols">Functions and types as the source writes them; empty for all of the path.</param>
/// <param name="Systems">Go's <c>GOOS</c> or Rust's <c>target_os</c>; empty for every one.</param>
/// <param name="Architectures">Go's <c>GOARCH</c> or Rust's <c>target_arch</c>; empty for every one.</param>
public sealed record AffectedCode(string Path, ImmutableArray<string> Symbols, ImmutableArray<string> Systems, ImmutableArray<string> Architectures)
{
    private static readonly string[] LambdaArchitectures = ["amd64", "arm64", "x86_64", "aarch64"];

    /// <summary>The systems, else the architectures, that keep it from ever running on Lambda, which is Linux on x86-64 and 64-bit Arm.</summary>
    internal ImmutableArray<string> Elsewhere =>
        !Systems.IsEmpty && !Systems.Contains("linux") ? Systems
        : !Architectures.Any(LambdaArchitectures.Contains) ? Architectures
        : [];

    /// <summary>Nothing is told.</summary>
    internal bool IsEmpty => Path.Length == 0 && Symbols.IsEmpty && Systems.IsEmpty && Architectures.IsEmpty;
}

public enum RangeEventKind
{
    Introduced,
    Fixed,
    LastAffected,
    Limit,
}

public sealed record RangeEvent(RangeEventKind Kind, string Version);

/// <summary>One range; <paramref name="Type"/> is OSV's: <c>SEMVER</c>, <c>ECOSYSTEM</c> or <c>GIT</c>.</summary>
public sealed record VersionRange(string Type, ImmutableArray<RangeEvent> Events);

/// <summary>An advisory, its aliases merged, that hits one component.</summary>
public sealed record AdvisoryMatch
{
    /// <summary>purl of the component, with version.</summary>
    public required string Purl { get; init; }

    /// <summary>The CVE, else the GHSA, else the smallest alias.</summary>
    public required string Id { get; init; }

    /// <summary>Every other id of the same vulnerability, sorted.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    public string? Summary { get; init; }

    /// <summary>CVSS base score of <see cref="Vector"/>, 0.0 to 10.0; null where no vector is known.</summary>
    public double? Score { get; init; }

    public string? Vector { get; init; }

    /// <summary>The source's own word, where there is no vector.</summary>
    public string? SeverityWord { get; init; }

    /// <summary>The end of the range that holds the version; null where nothing fixes it.</summary>
    public string? Fixed { get; init; }

    /// <summary>
    /// The smallest known version above the component's that no known advisory hits, the same for all matches of a component;
    /// null where there is none.
    /// </summary>
    public string? Clean { get; init; }

    public ImmutableArray<int> Cwes { get; init; } = [];

    public ImmutableArray<string> References { get; init; } = [];

    public bool Malicious { get; init; }

    public bool KnownExploited { get; init; }

    /// <inheritdoc cref="Advisory.Epss"/>
    public double? Epss { get; init; }

    /// <inheritdoc cref="Advisory.EpssPercentile"/>
    public double? EpssPercentile { get; init; }

    /// <summary>Every record that hits is disputed.</summary>
    public bool Disputed { get; init; }

    /// <summary>What the vulnerable code is built for alone, where Lambda is nothing of it: <c>windows</c>; else empty.</summary>
    public ImmutableArray<string> OnlyOn { get; init; } = [];
}

/// <summary>Which advisories a scan used.</summary>
public sealed record AdvisorySet
{
    /// <summary>Digest of the sets used, equal for equal content.</summary>
    public required string Id { get; init; }

    /// <summary>The newest modification in the set.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>
    /// Of the store that the set is of: grows whenever what the store holds becomes another, whatever the dates in it. 0 of
    /// the built-in set, of a store that has none, and where it is not known.
    /// </summary>
    [JsonIgnore]
    public long Generation { get; init; }

    public bool IsBuiltin { get; init; }

    /// <summary>What is reduced, old or absent.</summary>
    public ImmutableArray<Gap> Gaps { get; init; } = [];

    /// <summary>How old each ecosystem's advisories are, sorted; empty for the built-in ones, which have no date.</summary>
    public ImmutableArray<AdvisoryAge> Ages { get; init; } = [];

    /// <summary>Scores and marks that were not at hand, or are old, in full sentences: nothing is unseen for want of them.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The set without what changes from hour to hour, to be kept with facts.</summary>
    public AdvisorySet Lasting => this with { Ages = [], Notes = [] };
}

/// <summary>How old the advisories of one ecosystem are.</summary>
/// <param name="Ecosystem">Without a release.</param>
/// <param name="Newest">The newest modification among them.</param>
/// <param name="Checked">When their source was last asked and had nothing newer; null for what was built from files.</param>
/// <param name="Age">Since they were checked, else since the newest modification; never negative.</param>
public sealed record AdvisoryAge(string Ecosystem, DateTimeOffset? Newest, DateTimeOffset? Checked, TimeSpan? Age)
{
    public static AdvisoryAge Of(string ecosystem, DateTimeOffset? newest, DateTimeOffset? asked, DateTimeOffset now)
    {
        var age = now - (asked ?? newest);
        return new(ecosystem, newest, asked, age < TimeSpan.Zero ? TimeSpan.Zero : age);
    }
}
