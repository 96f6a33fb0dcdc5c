using System.Collections.Immutable;
using System.Globalization;
using ServerlessSec.Advisories;
using ServerlessSec.Findings;
using ServerlessSec.Findings.Vex;
using ServerlessSec.Inventory;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Reports.Json;

/// <summary>Our own format: everything the report holds, by the schema in <c>docs/report-schema.json</c>; also the
/// baseline of later scans.</summary>
public static class JsonReport
{
    public const string SchemaVersion = "1.0";

    public static void Write(ScanReport report, Stream output) => Wire.Write(output, Map(report), JsonReportContext.Default.ReportWire);

    private static ReportWire Map(ScanReport report) => new()
    {
        SchemaVersion = SchemaVersion,
        Tool = new(Tool.Name, Tool.Version),
        Target = Shown.Exact(report.Target),
        Date = Wire.Day(report.Today),
        Advisories = report.Advisories is { } set
            ? new(set.Id, set.Newest is { } newest ? Wire.Instant(newest) : null, set.IsBuiltin, AdvisoryAgeWire.Of(set.Ages))
            : null,
        Gaps = Map(report.SharedGaps),
        Notes = [.. ReportOrder.Of(report.Notes)
            .Select(note => new NoteWire(Wire.Name(note.Kind), Shown.Exact(note.Message), Map(note.Location)))],
        Functions = [.. ReportOrder.Of(report.Functions).Select(Map)],
        Findings = [.. report.Findings.Select(Map)],
    };

    private static ImmutableArray<GapWire> Map(ImmutableArray<Gap> gaps) => [.. ReportOrder.Of(gaps).Select(Map)];

    private static GapWire Map(Gap gap) => new(
        Wire.Name(gap.Kind),
        new()
        {
            Evidence = [.. ReportOrder.Of(gap.Scope.Evidence).Select(Wire.Name)],
            Layer = Shown.Exact(gap.Scope.Layer),
            Path = Shown.Exact(gap.Scope.Path),
            Ecosystem = Shown.Exact(gap.Scope.Ecosystem),
            Cataloger = Shown.Exact(gap.Scope.Cataloger),
            Rule = Shown.Exact(gap.Scope.Rule),
        },
        Shown.Exact(gap.Reason),
        Shown.Exact(gap.Message));

    private static FunctionWire Map(FunctionReport function) => new()
    {
        Name = Shown.Exact(function.Name),
        Runtime = Shown.Exact(function.Runtime),
        Location = Map(function.Location),
        Components = [.. ReportOrder.Of(function.Components).Select(Map)],
        Completeness = Map(function.Completeness),
        Gaps = Map(function.Gaps),
    };

    private static CompletenessWire? Map(Completeness? completeness) => completeness is null ? null : new()
    {
        Verdict = Wire.Name(completeness.Verdict),
        Percent = completeness.Percent,
        CodeFiles = completeness.CodeFiles,
        Identified = completeness.Identified,
        FirstParty = completeness.FirstParty,
        Whole = completeness.IsWhole,
        Unexplained =
        [
            .. completeness.Unexplained.Select(part =>
                new UnexplainedWire(Shown.Exact(part.Reason), part.Files, part.Bytes, [.. part.Paths.Select(path => Shown.Exact(path))])),
        ],
    };

    private static RecognitionWire? Map(Recognition? seen) =>
        seen is null ? null : new(Wire.Name(seen.Technique), seen.Confidence, Shown.Exact(seen.Trace));

    private static ComponentWire Map(Component component) => new()
    {
        Purl = Shown.Exact(component.Purl.ToString()),
        Name = Shown.Exact(component.Name),
        Version = Shown.Exact(component.Version),
        Ecosystem = Shown.Exact(component.Ecosystem),
        Relation = Wire.Name(component.Relation),
        Development = component.Development,
        Occurrences =
        [
            .. component.Occurrences
                .Select(seen => new OccurrenceWire(Shown.Exact(seen.Path), Shown.Exact(seen.Layer), Wire.Name(seen.Kind), seen.Cataloger, Map(seen.Recognition)))
                .OrderBy(seen => seen.Layer, StringComparer.Ordinal)
                .ThenBy(seen => seen.Path, StringComparer.Ordinal)
                .ThenBy(seen => seen.Cataloger, StringComparer.Ordinal)
                .ThenBy(seen => seen.Kind, StringComparer.Ordinal)
                .ThenBy(seen => seen.Recognition?.Trace, StringComparer.Ordinal),
        ],
        Licences = [.. component.Licences.Select(licence => Shown.Exact(licence)).Order(StringComparer.Ordinal)],
        Hashes =
        [
            .. component.Hashes
                .Select(hash => new HashWire(hash.Algorithm, hash.Hex))
                .OrderBy(hash => hash.Algorithm, StringComparer.Ordinal)
                .ThenBy(hash => hash.Hex, StringComparer.Ordinal),
        ],
    };

    private static FindingWire Map(TriagedFinding triaged)
    {
        var finding = triaged.Finding;
        return new()
        {
            Rule = finding.Rule.Id,
            Title = Shown.Exact(finding.Rule.Title),
            Severity = Wire.Name(finding.Severity),
            Stage = Wire.Name(finding.Rule.Stage),
            State = Wire.Name(triaged.State),
            Cwe = Cwe(finding.Rule.Cwe),
            Owasp = [.. finding.Rule.Owasp.Select(Owasp.Name)],
            Subject = Shown.Exact(finding.Subject.Id),
            Subjects = [.. finding.Subject.Functions.Select(name => Shown.Exact(name))],
            Function = Shown.Exact(finding.Subject.Function),
            Role = Shown.Exact(finding.Role),
            Fingerprint = finding.Fingerprint,
            Place = Shown.Exact(finding.Place),
            Qualifiers = finding.Qualifiers?.Select(qualifier => Shown.Exact(qualifier)).ToImmutableArray(),
            Message = Shown.Exact(finding.Message),
            Fix = Shown.Exact(finding.Fix),
            Remediation = Shown.Exact(finding.Rule.Remediation),
            References = finding.Rule.References,
            Location = Map(finding.Location),
            Component = finding.Component is { } component ? Map(component) : null,
            Path = finding.Path?.Purls.Select(purl => Shown.Exact(purl)).ToImmutableArray(),
            Advisory = finding.Advisory is { } match ? Map(match) : null,
            Waiver = triaged.Waiver is { } waiver
                ? new(
                    Wire.Name(waiver.Kind),
                    Shown.Exact(waiver.Reason),
                    Shown.Exact(waiver.Owner),
                    waiver.HasEnd ? Wire.Day(waiver.Expires) : null,
                    Map(waiver.Location))
                : null,
            Vex = triaged.Vex is { } vex ? Map(vex) : null,
        };
    }

    private static VexWire Map(VexStatement statement) => new()
    {
        Status = Wire.Name(statement.Status),
        State = Shown.Exact(statement.Word),
        Vulnerability = Shown.Exact(statement.Vulnerabilities[0]),
        Justification = Shown.Exact(statement.Justification),
        Detail = Shown.Exact(statement.Detail),
        Author = Shown.Exact(statement.Author),
        Time = statement.Time is { } time ? Wire.Instant(time) : null,
        Location = Map(statement.Location),
    };

    private static AdvisoryWire Map(AdvisoryMatch match) => new()
    {
        Id = Shown.Exact(match.Id),
        Aliases = [.. match.Aliases.Select(alias => Shown.Exact(alias))],
        Fixed = Shown.Exact(match.Fixed),
        Clean = Shown.Exact(match.Clean),
        Score = match.Score,
        Vector = Shown.Exact(match.Vector),
        SeverityWord = Shown.Exact(match.SeverityWord),
        Summary = Shown.Exact(match.Summary),
        Cwe = Cwe(match.Cwes),
        KnownExploited = match.KnownExploited,
        Epss = match.Epss,
        EpssPercentile = match.EpssPercentile,
        Disputed = match.Disputed,
        Malicious = match.Malicious,
        References = [.. match.References.Select(reference => Shown.Exact(reference))],
    };

    private static LocationWire? Map(SourceLocation? location) => location is null
        ? null
        : new(
            Shown.Exact(location.File),
            location.Line > 0 ? location.Line : null,
            location.Column > 0 ? location.Column : null,
            Shown.Exact(location.Property));

    private static ImmutableArray<string> Cwe(ImmutableArray<int> ids) =>
        [.. ids.Select(id => string.Create(CultureInfo.InvariantCulture, $"CWE-{id}"))];
}
