using System.Collections.Immutable;

namespace ServerlessSec.Sources.Advisories;

public sealed record AdvisoryBuildOptions
{
    /// <summary>Only these; empty for all that the sources hold.</summary>
    public ImmutableArray<string> Ecosystems { get; init; } = [];

    /// <summary>Whether a set whose newest record is older than the present set's replaces it.</summary>
    public bool AllowOlder { get; init; }

    /// <summary>CISA's catalogue as a JSON file; its CVEs are marked in the store, as are those that the built-in
    /// advisories know.</summary>
    public string? KnownExploited { get; init; }

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
