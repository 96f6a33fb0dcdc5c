using System.Collections.Immutable;
using ServerlessSec.Findings;
using ServerlessSec.Rules;

namespace ServerlessSec.Scanning;

public enum StoredState
{
    Open,
    Resolved,
}

/// <summary>A finding with its history.</summary>
public sealed record StoredFinding
{
    public required Owner Owner { get; init; }

    public required string Fingerprint { get; init; }

    /// <summary>The scan that last wrote it.</summary>
    public required ScanKind Scan { get; init; }

    /// <summary>As last seen, bounded by <see cref="StoredContent"/>.</summary>
    public required Finding Finding { get; init; }

    /// <summary>Lists of the finding were cut: it may stand in places that are not kept.</summary>
    public bool IsCut { get; init; }

    /// <summary>The function's runtime, where the scan knew it.</summary>
    public string? Runtime { get; init; }

    public required StoredState State { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>When it last came back after it was resolved.</summary>
    public DateTimeOffset? ReopenedAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>The best advisories by which it was seen.</summary>
    public AdvisoryLevel? Advisories { get; init; }

    /// <summary>Grows whenever <see cref="Hash"/> changes.</summary>
    public required int Revision { get; init; }

    /// <summary>Of state and content; times are no part of it.</summary>
    public required string Hash { get; init; }

    /// <summary>By which it does not count, where somebody asked for it with what was decided elsewhere.</summary>
    public Waiver? Waiver { get; init; }
}

/// <summary>A gap with its history.</summary>
public sealed record StoredGap
{
    public required Owner Owner { get; init; }

    public required ScanKind Scan { get; init; }

    /// <summary>Identity among the gaps of owner and scan.</summary>
    public required string Key { get; init; }

    public required Gap Gap { get; init; }

    /// <summary>Of a gap that the application has: the function it is about.</summary>
    public string? Function { get; init; }

    public required StoredState State { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    public DateTimeOffset? ReopenedAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public required int Revision { get; init; }

    public required string Hash { get; init; }
}

/// <summary>What is stored of one owner when a scan begins.</summary>
public sealed record Ledger
{
    /// <summary>Of the scan that asks.</summary>
    public ScanRow? Row { get; init; }

    /// <summary>Of all scans, open and resolved.</summary>
    public ImmutableArray<StoredFinding> Findings { get; init; } = [];

    /// <summary>Of the scan that asks.</summary>
    public ImmutableArray<StoredGap> Gaps { get; init; } = [];
}

/// <summary>What a run saw of its owner.</summary>
public sealed record Observation
{
    public static Observation Nothing { get; } = new();

    public ImmutableArray<Finding> Findings { get; init; } = [];

    public ImmutableArray<RunGap> Gaps { get; init; } = [];

    public string? Runtime { get; init; }
}

/// <summary>A gap as a run met it.</summary>
/// <param name="Function">Of a run over the application: the function it is about.</param>
/// <param name="Elsewhere">Another owner or scan keeps it; here it only covers.</param>
public sealed record RunGap(Gap Gap, string? Function = null, bool Elsewhere = false);
