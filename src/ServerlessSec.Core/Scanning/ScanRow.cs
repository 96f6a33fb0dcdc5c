using ServerlessSec.Facts;
using ServerlessSec.Rules;

namespace ServerlessSec.Scanning;

/// <summary>How far a scan got.</summary>
public enum ScanProgress
{
    /// <summary>Before the first finding is written.</summary>
    Begun,

    /// <summary>After the last.</summary>
    Finished,
}

/// <summary>What is known of the latest scan of one owner; moves only forward, and stays when the owner is gone.</summary>
public sealed record ScanRow
{
    public required Owner Owner { get; init; }

    public required ScanKind Scan { get; init; }

    public required ScanOrder Order { get; init; }

    public required ScanProgress Progress { get; init; }

    public ScanEnding Ending { get; init; }

    public AdvisoryLevel? Advisories { get; init; }

    public int Schema { get; init; }

    public string? Evidence { get; init; }

    /// <summary>Whether this row may stand where <paramref name="stored"/> stands.</summary>
    public bool MayReplace(ScanRow? stored) =>
        stored is null || Order > stored.Order || (Order == stored.Order && Progress >= stored.Progress);

    /// <summary>Whether a message that asks for <paramref name="wish"/> has nothing left to ask for; a scan that only
    /// began never counts.</summary>
    public bool Serves(ScanWish wish) =>
        Progress == ScanProgress.Finished
        && Order.ObservedAt >= wish.NotBefore + ScanWish.Margin
        && (Ending != ScanEnding.Seen || (Schema >= wish.Schema && (wish.Advisories is null || Order.Advisories >= wish.Advisories)));
}

/// <summary>What a message asks for at least.</summary>
/// <param name="NotBefore">When that happened which the scan is to see.</param>
/// <param name="Advisories">The generation of advisories to judge by; null where any will do.</param>
public sealed record ScanWish(DateTimeOffset NotBefore, long? Advisories, int Schema)
{
    /// <summary>Clocks differ, and an event may be ahead of the state that it speaks of.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    /// <summary>Any evidence will do; it is judged by at least this generation.</summary>
    public static ScanWish Rejudgement(long generation) => new(DateTimeOffset.UnixEpoch, generation, ApplicationRecord.CurrentSchema);
}
