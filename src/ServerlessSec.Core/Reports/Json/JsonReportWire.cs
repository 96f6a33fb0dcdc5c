using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ServerlessSec.Reports.Json;

/// <summary>What <c>docs/report-schema.json</c> describes, member for member.</summary>
internal sealed record ReportWire
{
    public required string SchemaVersion { get; init; }
    public required ToolWire Tool { get; init; }
    public required string Target { get; init; }
    public required string Date { get; init; }
    public AdvisorySetWire? Advisories { get; init; }
    public required ImmutableArray<GapWire> Gaps { get; init; }
    public required ImmutableArray<NoteWire> Notes { get; init; }
    public required ImmutableArray<FunctionWire> Functions { get; init; }
    public required ImmutableArray<FindingWire> Findings { get; init; }
}

internal sealed record ToolWire(string Name, string Version);

internal sealed record AdvisorySetWire(string Id, string? Newest, bool Builtin, ImmutableArray<AdvisoryAgeWire> Ecosystems);

internal sealed record GapWire(string Kind, ScopeWire Scope, string Reason, string Message);

internal sealed record ScopeWire
{
    public required ImmutableArray<string> Evidence { get; init; }
    public string? Layer { get; init; }
    public string? Path { get; init; }
    public string? Ecosystem { get; init; }
    public string? Cataloger { get; init; }
    public string? Rule { get; init; }
}

internal sealed record NoteWire(string Kind, string Message, LocationWire? Location);

internal sealed record LocationWire(string? File, int? Line, int? Column, string? Property);

internal sealed record FunctionWire
{
    public required string Name { get; init; }
    public string? Runtime { get; init; }
    public LocationWire? Location { get; init; }
    public required ImmutableArray<ComponentWire> Components { get; init; }
    public CompletenessWire? Completeness { get; init; }
    public required ImmutableArray<GapWire> Gaps { get; init; }
}

internal sealed record CompletenessWire
{
    public required string Verdict { get; init; }
    public required int Percent { get; init; }
    public required int CodeFiles { get; init; }
    public required int Identified { get; init; }
    public required int FirstParty { get; init; }
    public required bool Whole { get; init; }
    public required ImmutableArray<UnexplainedWire> Unexplained { get; init; }
}

internal sealed record UnexplainedWire(string Reason, int Files, long Bytes, ImmutableArray<string> Paths);

internal sealed record ComponentWire
{
    public required string Purl { get; init; }
    public required string Name { get; init; }
    public required string Version { get; init; }
    public required string Ecosystem { get; init; }
    public required string Relation { get; init; }
    public required bool Development { get; init; }
    public required ImmutableArray<OccurrenceWire> Occurrences { get; init; }
    public required ImmutableArray<string> Licences { get; init; }
    public required ImmutableArray<HashWire> Hashes { get; init; }
}

internal sealed record OccurrenceWire(string Path, string? Layer, string Kind, string Cataloger, RecognitionWire? Recognition);

internal sealed record RecognitionWire(string Technique, double Confidence, string Trace);

internal sealed record HashWire(string Algorithm, string Hex);

internal sealed record FindingWire
{
    public required string Rule { get; init; }
    public required string Title { get; init; }
    public required string Severity { get; init; }
    public required string Stage { get; init; }
    public required string State { get; init; }
    public required ImmutableArray<string> Cwe { get; init; }
    public required ImmutableArray<string> Owasp { get; init; }
    public required string Subject { get; init; }
    public required ImmutableArray<string> Subjects { get; init; }
    public string? Function { get; init; }
    public string? Role { get; init; }
    public required string Fingerprint { get; init; }
    public required string Place { get; init; }

    public ImmutableArray<string>? Qualifiers { get; init; }
    public required string Message { get; init; }
    public string? Fix { get; init; }
    public required string Remediation { get; init; }
    public required ImmutableArray<string> References { get; init; }
    public LocationWire? Location { get; init; }
    public ComponentWire? Component { get; init; }
    public ImmutableArray<string>? Path { get; init; }
    public AdvisoryWire? Advisory { get; init; }
    public WaiverWire? Waiver { get; init; }
    public VexWire? Vex { get; init; }
}

internal sealed record AdvisoryWire
{
    public required string Id { get; init; }
    public required ImmutableArray<string> Aliases { get; init; }
    public string? Fixed { get; init; }
    public string? Clean { get; init; }
    public double? Score { get; init; }
    public string? Vector { get; init; }
    public string? SeverityWord { get; init; }
    public string? Summary { get; init; }
    public required ImmutableArray<string> Cwe { get; init; }
    public required bool KnownExploited { get; init; }
    public double? Epss { get; init; }
    public double? EpssPercentile { get; init; }
    public required bool Disputed { get; init; }
    public required bool Malicious { get; init; }
    public required ImmutableArray<string> References { get; init; }
}

internal sealed record WaiverWire(string Kind, string Reason, string Owner, string? Expires, LocationWire? Location);

internal sealed record VexWire
{
    public required string Status { get; init; }
    public required string State { get; init; }
    public required string Vulnerability { get; init; }
    public string? Justification { get; init; }
    public string? Detail { get; init; }
    public required string Author { get; init; }
    public string? Time { get; init; }
    public LocationWire? Location { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Serialization | JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ReportWire))]
internal sealed partial class JsonReportContext : JsonSerializerContext;
