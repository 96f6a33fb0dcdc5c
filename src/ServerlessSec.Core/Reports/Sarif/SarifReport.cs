using System.Collections.Immutable;
using System.Globalization;
using ServerlessSec.Findings;

namespace ServerlessSec.Reports.Sarif;

/// <summary>SARIF 2.1.0 for code scanning, within the limits that GitHub sets on what it takes.</summary>
public static class SarifReport
{
    /// <summary>GitHub refuses a run with more results; what is left out is the least urgent, and a notification says so.</summary>
    public const int MostResults = 25_000;

    private const int MostText = 1_000;

    private const int MostPlaces = 100;

    public static void Write(ScanReport report, Stream output) => Wire.Write(output, Map(report), SarifContext.Default.LogWire);

    private static LogWire Map(ScanReport report)
    {
        ImmutableArray<RuleDescriptor> rules = [.. report.Findings
            .Select(item => item.Finding.Rule)
            .DistinctBy(rule => rule.Id)
            .OrderBy(rule => rule.Id, StringComparer.Ordinal)];
        var index = rules.Select((rule, i) => (rule.Id, i)).ToDictionary(pair => pair.Id, pair => pair.i, StringComparer.Ordinal);
        var places = new SarifPlaces(report);
        return new()
        {
            Runs =
            [
                new()
                {
                    Tool = new(new()
                    {
                        Name = Tool.Name,
                        SemanticVersion = Tool.Version,
                        Rules = [.. rules.Select(SarifRule.Map)],
                        Notifications = SarifNotifications.Descriptors,
                    }),
                    Invocations =
                        [new() { ExecutionSuccessful = true, ToolExecutionNotifications = SarifNotifications.Of(report, places) }],
                    Properties = RunProperties(report),
                    Results = [.. report.Findings.Take(MostResults).Select(item => Map(item, index[item.Finding.Rule.Id], places))],
                },
            ],
        };
    }

    private static RunPropertiesWire? RunProperties(ScanReport report)
    {
        ImmutableArray<CompletenessWire> known =
        [
            .. ReportOrder.Of(report.Functions)
                .Where(static function => function.Completeness is not null)
                .Select(static function => CompletenessWire.Of(function.Completeness!, function.Name)),
        ];
        var ages = AdvisoryAgeWire.Of(report.Advisories?.Ages ?? []);
        return known.IsEmpty && ages.IsEmpty ? null : new(known.IsEmpty ? null : known, ages.IsEmpty ? null : ages);
    }

    private static ResultWire Map(TriagedFinding triaged, int index, SarifPlaces places)
    {
        var finding = triaged.Finding;
        return new()
        {
            RuleId = finding.Rule.Id,
            RuleIndex = index,
            Level = SarifRule.Level(finding.Severity),
            Message = new(Plain($"{finding.Message} {finding.Fix ?? finding.Rule.Remediation}")),
            Locations = [places.Of(finding)],
            PartialFingerprints = new() { Version1 = finding.Fingerprint },
            BaselineState = triaged.State == FindingState.New ? "new" : "unchanged",
            Suppressions = triaged.Waiver is { } waiver ? [Map(waiver)] : null,
            Properties = new()
            {
                SecuritySeverity = SarifRule.Weight(finding),
                Severity = Wire.Name(finding.Severity),
                Place = Shown.Exact(finding.Place),
                Role = Shown.Exact(finding.Role),
                Purl = Shown.Exact(finding.Advisory?.Purl ?? finding.Component?.Purl.ToString()),
                Advisory = Shown.Exact(finding.Advisory?.Id),
                Aliases = finding.Advisory?.Aliases.Select(alias => Shown.Exact(alias)).ToImmutableArray(),
                Score = finding.Advisory?.Score,
                Vector = Shown.Exact(finding.Advisory?.Vector),
                Fixed = Shown.Exact(finding.Advisory?.Fixed),
                Clean = Shown.Exact(finding.Advisory?.Clean),
                Relation = finding.Component is { } component ? Wire.Name(component.Relation) : null,
                Path = finding.Path?.Purls.Select(purl => Shown.Exact(purl)).ToImmutableArray(),
                Files = Some(finding.Component?.Occurrences.Select(static seen => seen.Path)),
                Layers = Some(finding.Component?.Occurrences.Select(static seen => seen.Layer).OfType<string>()),
                KnownExploited = finding.Advisory?.KnownExploited,
                Epss = finding.Advisory?.Epss,
                EpssPercentile = finding.Advisory?.EpssPercentile,
                Disputed = finding.Advisory?.Disputed,
                Malicious = finding.Advisory?.Malicious,
                Vex = triaged.Vex is { } told ? Plain($"{told.Reason} (by {told.Author})") : null,
            },
        };
    }

    /// <summary>Each once, as many as a reader can use; null where there is none.</summary>
    private static ImmutableArray<string>? Some(IEnumerable<string>? texts) =>
        texts?.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(MostPlaces).Select(text => Shown.Exact(text)).ToImmutableArray() is
        { IsEmpty: false } some
            ? some
            : null;

    private static SuppressionWire Map(Waiver waiver) => new(
        waiver.Resource is null ? "external" : "inSource",
        "accepted",
        Plain(waiver.HasEnd
            ? string.Create(CultureInfo.InvariantCulture, $"{waiver.Reason} (by {waiver.Owner}, until {waiver.Expires:yyyy-MM-dd})")
            : $"{waiver.Reason} ({(waiver.Kind == WaiverKind.Vex ? "VEX " : "")}by {waiver.Owner})"));

    /// <summary>Text from scanned things may not become a link: SARIF reads <c>[text](target)</c> in plain messages too
    /// (§3.11.6).</summary>
    internal static string Plain(string text) => Shown.Cut(Shown.Line(text).Replace("](", "] (", StringComparison.Ordinal), MostText);
}
