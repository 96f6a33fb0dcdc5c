using ServerlessSec.Findings;

namespace ServerlessSec.Scanning;

/// <summary>A finding that somebody suppressed where it was published.</summary>
/// <param name="Reason">What was done, and their note, where they left one.</param>
/// <param name="By">Who left it.</param>
public sealed record HubWaiver(Owner Owner, string Fingerprint, string Reason, string By)
{
    /// <summary>When the note was written; without one, since when it is known here.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Holds for this one finding, until it is taken back there.</summary>
    public Waiver For(StoredFinding finding) => finding.Owner != Owner || finding.Fingerprint != Fingerprint
        ? throw new ArgumentException("the waiver is about another finding", nameof(finding))
        : new()
        {
            Kind = WaiverKind.Hub,
            Rule = finding.Finding.Rule.Id,
            Function = finding.Finding.Subject.Id,
            Place = finding.Finding.Place,
            Reason = Reason,
            Owner = By,
            Expires = DateOnly.MaxValue,
            Since = Since is { } since ? DateOnly.FromDateTime(since.UtcDateTime) : null,
        };
}
