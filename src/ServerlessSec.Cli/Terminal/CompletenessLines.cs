using System.Globalization;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;

namespace ServerlessSec.Cli.Terminal;

/// <summary>How much of the code each function's components and own source explain, equal functions in one line.</summary>
internal static class CompletenessLines
{
    public static List<string> Of(ScanReport report) =>
    [
        .. report.Functions
            .Where(static f => f.Completeness is { CodeFiles: > 0 })
            .GroupBy(static f => Text(f.Completeness!))
            .OrderBy(static g => g.Min(static f => f.Completeness!.Share))
            .ThenBy(static g => g.Key, StringComparer.Ordinal)
            .Select(static g => $"{Count.Names([.. g.Select(static f => f.Name)], 6)}: {g.Key}"),
    ];

    private static string Text(Completeness completeness)
    {
        if (completeness.Verdict == CompletenessVerdict.Full) return "all code.";
        var missing = completeness.Unexplained.Select(static part => string.Create(CultureInfo.InvariantCulture, $"{part.Files:N0} {part.Reason}"));
        var (files, seen) = (completeness.CodeFiles, completeness.Identified + completeness.FirstParty);
        return string.Create(CultureInfo.InvariantCulture, $"{completeness.Percent}% ({Word(completeness.Verdict)}), {seen:N0} of {Count.Of(files, "code file")}")
            + (completeness.Unexplained.IsEmpty ? "" : $"; the rest: {string.Join(", ", missing)}")
            + (completeness.IsWhole ? "." : "; a part of the package was not there.");
    }

    private static string Word(CompletenessVerdict verdict) => verdict == CompletenessVerdict.Low ? "low" : "partial";
}
