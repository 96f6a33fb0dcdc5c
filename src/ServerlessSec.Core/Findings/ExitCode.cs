namespace ServerlessSec.Findings;

/// <summary>What a scan says to the program that started it.</summary>
public static class ExitCode
{
    public const int Clean = 0;
    public const int Findings = 1;
    public const int Usage = 2;
    public const int Incomplete = 3;
    public const int Fault = 4;

    /// <param name="failOn">The least severity that fails a build; null where none does.</param>
    /// <param name="strict">Whether anything not assessed makes the scan incomplete.</param>
    public static int Of(ScanReport report, Severity? failOn, bool strict)
    {
        if (failOn is { } least && report.Findings.Any(finding => Fails(finding, least))) return Findings;
        return report.Functions.IsEmpty || (strict && report.IsIncomplete) ? Incomplete : Clean;
    }

    /// <summary>The one to end with where several hold.</summary>
    public static int Worst(params IEnumerable<int> codes) => codes.MinBy(Rank);

    private static bool Fails(TriagedFinding finding, Severity least) =>
        finding is { State: FindingState.New, Finding.Rule.Stage: Stage.Stable } && finding.Finding.Severity >= least;

    private static int Rank(int code) => code switch
    {
        Fault => 0,
        Usage => 1,
        Findings => 2,
        Incomplete => 3,
        _ => 4,
    };
}
