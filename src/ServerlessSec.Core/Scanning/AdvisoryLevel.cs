using ServerlessSec.Advisories;

namespace ServerlessSec.Scanning;

/// <summary>How well informed a scan was about vulnerabilities.</summary>
/// <param name="Id">Of the advisory set.</param>
/// <param name="Generation">Of the store; what levels are compared by.</param>
/// <param name="Newest">The newest modification in the set, for people: one ecosystem's may be newer than what is new in another.</param>
/// <param name="IsBuiltin">Only the few advisories that ship with the program.</param>
public sealed record AdvisoryLevel(string Id, long Generation, DateTimeOffset? Newest, bool IsBuiltin)
{
    public static AdvisoryLevel? Of(AdvisorySet? set) => set is null ? null : new(set.Id, set.Generation, set.Newest, set.IsBuiltin);

    /// <summary>Whether not finding something that <paramref name="other"/> found means that it is gone.</summary>
    public bool IsAtLeast(AdvisoryLevel? other)
    {
        if (IsBuiltin) return false;
        return other is null || other.IsBuiltin || other.Id == Id || Generation >= other.Generation;
    }

    /// <summary>The better informed of what saw a finding before and what sees it now.</summary>
    internal static AdvisoryLevel? Better(AdvisoryLevel? before, AdvisoryLevel? now)
    {
        if (before is null || now is null) return before ?? now;
        if (before.IsBuiltin != now.IsBuiltin) return before.IsBuiltin ? now : before;
        return before.Generation > now.Generation ? before : now;
    }
}
