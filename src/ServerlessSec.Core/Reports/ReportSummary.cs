using System.Collections.Immutable;
using ServerlessSec.Findings;

namespace ServerlessSec.Reports;

/// <summary>A report in numbers.</summary>
public sealed record ReportSummary
{
    public required int Functions { get; init; }

    /// <summary>Different components, by purl.</summary>
    public required int Components { get; init; }

    /// <summary>Of what is new, from the gravest down; every severity is there.</summary>
    public required ImmutableArray<(Severity Severity, int Count)> New { get; init; }

    public required int Known { get; init; }

    public required int Waived { get; init; }

    public required int Gaps { get; init; }

    public static ReportSummary Of(ScanReport report) => new()
    {
        Functions = report.Functions.Length,
        Components = report.Functions.SelectMany(function => function.Components).Select(component => component.Purl).Distinct().Count(),
        New =
        [
            .. Enum.GetValues<Severity>().OrderDescending()
                .Select(severity =>
                    (severity, report.Findings.Count(item => item.State == FindingState.New && item.Finding.Severity == severity))),
        ],
        Known = report.Findings.Count(item => item.State == FindingState.Known),
        Waived = report.Findings.Count(item => item.State == FindingState.Waived),
        Gaps = report.SharedGaps.Length + report.Functions.Sum(function => function.Gaps.Length),
    };
}
