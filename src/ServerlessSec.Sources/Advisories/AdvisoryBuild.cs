using System.Collections.Immutable;

namespace ServerlessSec.Sources.Advisories;

public sealed record AdvisoryBuildOptions
{
    /// <summary>Only these; empty for all that the sources hold.</summary>
    public ImmutableArray<string> Ecosystems { get; init; } = [];

    /// <summary>Whether a set whose newest record is older than the present set's replaces it.</summary>
    public bool AllowOlder { get; init; }

    /// <summary>
    /// CISA's catalogue as JSON, path or address; its CVEs are marked in the store, as are those that the built-in advisories
    /// know. Null for the one that the directory has from before.
    /// </summary>
    public string? KnownExploited { get; init; }

    /// <summary>EPSS scores as CSV, path or address; null for those that the directory has from before.</summary>
    public string? Scores { get; init; }

    /// <summary>Only what is said of these releases is kept (<c>Debian:12</c>); of ecosystems that none is named of, all.</summary>
    public ImmutableArray<string> Releases { get; init; } = [];

    internal ImmutableArray<string> ReleasesOf(string ecosystem) =>
        [
            .. Releases.Where(release => release.Contains(':', StringComparison.Ordinal) && ServerlessSec.Advisories.Ecosystems.Base(release) == ecosystem)
                .Distinct().Order(StringComparer.Ordinal),
        ];

    /// <summary>Bounds of one record and of one archive.</summary>
    public ScanLimits Limits { get; init; } = ScanLimits.Default with { TotalBytes = 64L << 30, ManifestBytes = 8 << 20 };
}

public enum AdvisoryBuildOutcome
{
    /// <summary>The ecosystem's file was replaced.</summary>
    Built,

    /// <summary>The source, or what is in it, is as it was.</summary>
    Unchanged,

    /// <summary>The present file is newer and stays.</summary>
    Older,

    /// <summary>The source could not be read; the present file, if any, stays.</summary>
    Failed,
}

/// <param name="Records">Records in the file that is now there.</param>
/// <param name="Rejected">Records that could not be read, and are left out.</param>
public sealed record EcosystemBuild(
    string Ecosystem,
    AdvisoryBuildOutcome Outcome,
    int Records,
    int Rejected,
    DateTimeOffset? Newest,
    string? Problem);

public sealed record AdvisoryBuildProgress(string Address, int Records);

/// <summary>What a build did.</summary>
public sealed record AdvisoryBuild
{
    /// <summary>By ecosystem, sorted.</summary>
    public ImmutableArray<EcosystemBuild> Ecosystems { get; init; } = [];

    /// <summary>What else is to be said: sources that gave nothing, the first few records that could not be read.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    public bool Succeeded => Ecosystems.Length > 0 && Ecosystems.All(ecosystem => ecosystem.Outcome != AdvisoryBuildOutcome.Failed);
}
