using ServerlessSec.Advisories;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;

namespace ServerlessSec.Rules.Dependencies;

/// <summary>Weighs an advisory's match.</summary>
internal static class MatchSeverity
{
    public static Severity Of(AdvisoryMatch match, Component? component)
    {
        if (match.Malicious) return Severity.Critical;
        if (!match.OnlyOn.IsDefaultOrEmpty) return Severity.Informational;
        var severity = match.Score is { } score ? OfScore(score) : OfWord(match.SeverityWord);
        // What is not deployed cannot be reached by an event; what a runtime brings AWS mends, and its version was told by a day long ago.
        if (component is { Development: true } || SeenAs.Supplied(component)) return severity < Severity.Low ? severity : Severity.Low;
        // Whatever its authors say, somebody attacks it.
        if (match.KnownExploited) return Raise(severity);
        return (match.Disputed || SeenAs.Claimed(component)) && severity > Severity.Low ? severity - 1 : severity;
    }

    // CVSS v3.1 §5, qualitative severity rating scale
    private static Severity OfScore(double score) => score switch
    {
        >= 9.0 => Severity.Critical,
        >= 7.0 => Severity.High,
        >= 4.0 => Severity.Medium,
        > 0.0 => Severity.Low,
        _ => Severity.Informational,
    };

    private static Severity OfWord(string? word) => word?.ToUpperInvariant() switch
    {
        "CRITICAL" => Severity.Critical,
        "HIGH" or "IMPORTANT" => Severity.High,
        "LOW" => Severity.Low,
        "NONE" => Severity.Informational,
        _ => Severity.Medium,
    };

    private static Severity Raise(Severity severity) =>
        severity < Severity.Medium ? Severity.High : severity == Severity.Critical ? severity : severity + 1;
}
