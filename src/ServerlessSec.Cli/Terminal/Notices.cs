using ServerlessSec.Findings;

namespace ServerlessSec.Cli.Terminal;

/// <summary>What a person at the terminal should know although the report goes elsewhere: one line each on standard error.</summary>
internal static class Notices
{
    public static void Write(ScanReport report, Surroundings here)
    {
        foreach (var message in report.SharedGaps.Where(static g => g.Kind == GapKind.Advisories).Select(static g => g.Message).Distinct())
            here.Error.WriteLine($"serverlesssec: {Plain.Of(message, !here.Unicode)}");
        var others = report.SharedGaps
            .Where(static g => g.Kind != GapKind.Advisories)
            .Concat(report.Functions.SelectMany(static f => f.Gaps))
            .Distinct()
            .Count();
        if (others > 0) here.Error.WriteLine($"serverlesssec: {Count.Of(others, "gap")} in the report: not everything was seen");
    }
}
