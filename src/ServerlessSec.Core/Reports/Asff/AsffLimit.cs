using System.Diagnostics.CodeAnalysis;

namespace ServerlessSec.Reports.Asff;

/// <summary>What Security Hub documents about lengths; a longer text makes it refuse the whole finding.</summary>
internal static class AsffLimit
{
    public const int Id = 512;
    public const int Title = 256;
    public const int Description = 1_024;
    public const int Recommendation = 512;
    public const int Field = 2_048;
    public const int Resources = 32;

    /// <summary>Our own bound on members for which none is documented; it keeps a finding far below its 240 KB.</summary>
    public const int Other = 512;
    public const int Lists = 20;

    /// <summary>Text for a member that may be left out: never empty, which the format forbids.</summary>
    public static string? Optional(string? text, int length) =>
        text is not null && Shown.Line(text) is { Length: > 0 } line ? Shown.Cut(line, length) : null;

    public static string Required(string text, int length, string otherwise = "unnamed") => Optional(text, length) ?? otherwise;

    /// <summary>Identifiers are shown exactly or, where too long, cut with a digest of the whole, so that two stay two.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Identifier(string? text, int length) => text is null || text.Length <= length
        ? text
        : $"{Shown.Cut(text, length - 33)}-{Findings.Fingerprint.Of("identifier", text, "")}";
}
