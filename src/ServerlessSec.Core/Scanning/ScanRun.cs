using System.Collections.Immutable;
using ServerlessSec.Facts;
using ServerlessSec.Rules;

namespace ServerlessSec.Scanning;

/// <summary>How a scan of an owner came out.</summary>
public enum ScanEnding
{
    /// <summary>The owner was looked at.</summary>
    Seen,

    /// <summary>The owner is not there any more.</summary>
    Removed,

    /// <summary>Somebody does not want the owner to be looked at.</summary>
    OptedOut,
}

/// <summary>One function × one scan, or the application × the scan that joins functions: whose findings it replaces,
/// and what it could see.</summary>
public sealed record ScanRun
{
    public required ScanKind Scan { get; init; }

    public required Owner Owner { get; init; }

    /// <summary>When it began to collect; re-judging keeps that of the evidence it loaded.</summary>
    public required DateTimeOffset ObservedAt { get; init; }

    public ScanEnding Ending { get; init; }

    /// <summary>The evidence that was there; rules that need other evidence were not asked.</summary>
    public Evidence Seen { get; init; } = (Evidence)~0;

    /// <summary>Null where no advisories were used.</summary>
    public AdvisoryLevel? Advisories { get; init; }

    /// <summary>
    /// purls, without version, of all that the inventory holds; null where none was taken. What is not there any more
    /// needs no advisories to be known as mended.
    /// </summary>
    public ImmutableHashSet<string>? Packages { get; init; }

    /// <summary>Schema of the facts that it wrote or read.</summary>
    public int Schema { get; init; } = ApplicationRecord.CurrentSchema;

    /// <summary>Hash of the evidence looked at, where the scan keeps one: tells whether anything would be new.</summary>
    public string? Evidence { get; init; }

    public ScanOrder Order => new(ObservedAt, Advisories?.Generation);

    public ScanRow Row(ScanProgress progress) => new()
    {
        Owner = Owner,
        Scan = Scan,
        Order = Order,
        Progress = progress,
        Ending = Ending,
        Advisories = Advisories,
        Schema = Schema,
        Evidence = Evidence,
    };
}

/// <summary>Scans of one owner are ordered by when they began to collect, then by the generation of their advisories; nothing else.</summary>
public readonly record struct ScanOrder(DateTimeOffset ObservedAt, long? Advisories) : IComparable<ScanOrder>
{
    public int CompareTo(ScanOrder other) => ObservedAt.CompareTo(other.ObservedAt) is var observed and not 0
        ? observed
        : Nullable.Compare(Advisories, other.Advisories);

    public static bool operator <(ScanOrder one, ScanOrder other) => one.CompareTo(other) < 0;

    public static bool operator >(ScanOrder one, ScanOrder other) => one.CompareTo(other) > 0;

    public static bool operator <=(ScanOrder one, ScanOrder other) => one.CompareTo(other) <= 0;

    public static bool operator >=(ScanOrder one, ScanOrder other) => one.CompareTo(other) >= 0;
}
