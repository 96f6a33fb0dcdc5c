using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ServerlessSec.Reports.Sarif;

internal sealed record LogWire
{
    [JsonPropertyName("$schema")]
    public string Schema { get; } = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";
    public string Version { get; } = "2.1.0";
    public required ImmutableArray<RunWire> Runs { get; init; }
}

internal sealed record RunWire
{
    public required ToolWire Tool { get; init; }
    public required ImmutableArray<InvocationWire> Invocations { get; init; }
    public string ColumnKind { get; } = "utf16CodeUnits";
    public required ImmutableArray<ResultWire> Results { get; init; }
    public RunPropertiesWire? Properties { get; init; }
}

internal sealed record RunPropertiesWire(ImmutableArray<CompletenessWire>? Completeness, ImmutableArray<AdvisoryAgeWire>? Advisories);

internal sealed record ToolWire(DriverWire Driver);

internal sealed record DriverWire
{
    public required string Name { get; init; }
    public required string SemanticVersion { get; init; }
    public required ImmutableArray<DescriptorWire> Rules { get; init; }
    public required ImmutableArray<DescriptorWire> Notifications { get; init; }
}

internal sealed record DescriptorWire
{
    public required string Id { get; init; }
    public string? Name { get; init; }
    public required TextWire ShortDescription { get; init; }
    public TextWire? FullDescription { get; init; }
    public string? HelpUri { get; init; }
    public TextWire? Help { get; init; }
    public LevelWire? DefaultConfiguration { get; init; }
    public RulePropertiesWire? Properties { get; init; }
}

internal sealed record TextWire(string Text, string? Markdown = null);

internal sealed record LevelWire(string Level);

internal sealed record RulePropertiesWire
{
    public required ImmutableArray<string> Tags { get; init; }
    public required string Precision { get; init; }

    /// <summary>A number as text, as code scanning wants it.</summary>
    [JsonPropertyName("security-severity")]
    public required string SecuritySeverity { get; init; }

    [JsonPropertyName("problem.severity")]
    public required string ProblemSeverity { get; init; }
}

internal sealed record InvocationWire
{
    public required bool ExecutionSuccessful { get; init; }
    public required ImmutableArray<NotificationWire> ToolExecutionNotifications { get; init; }
}

internal sealed record NotificationWire
{
    public required ReferenceWire Descriptor { get; init; }
    public required string Level { get; init; }
    public required TextWire Message { get; init; }
    public ReferenceWire? AssociatedRule { get; init; }
    public ImmutableArray<LocationWire>? Locations { get; init; }
    public GapPropertiesWire? Properties { get; init; }
}

internal sealed record ReferenceWire(string Id, int? Index = null);

internal sealed record GapPropertiesWire
{
    public required string Reason { get; init; }
    public required ImmutableArray<string> Evidence { get; init; }
    public string? Layer { get; init; }
    public string? Path { get; init; }
    public string? Ecosystem { get; init; }
    public string? Cataloger { get; init; }
}

internal sealed record ResultWire
{
    public required string RuleId { get; init; }
    public required int RuleIndex { get; init; }
    public required string Level { get; init; }
    public required TextWire Message { get; init; }
    public required ImmutableArray<LocationWire> Locations { get; init; }
    public required FingerprintsWire PartialFingerprints { get; init; }
    public required string BaselineState { get; init; }
    public ImmutableArray<SuppressionWire>? Suppressions { get; init; }
    public required ResultPropertiesWire Properties { get; init; }
}

internal sealed record FingerprintsWire
{
    [JsonPropertyName("serverlesssec/v1")]
    public required string Version1 { get; init; }
}

internal sealed record ResultPropertiesWire
{
    [JsonPropertyName("security-severity")]
    public required string SecuritySeverity { get; init; }
    public required string Severity { get; init; }
    public required string Place { get; init; }
    public string? Role { get; init; }
    public string? Purl { get; init; }
    public string? Advisory { get; init; }
    public ImmutableArray<string>? Aliases { get; init; }
    public double? Score { get; init; }
    public string? Vector { get; init; }
    public string? Fixed { get; init; }
    public string? Clean { get; init; }
    public string? Relation { get; init; }
    public ImmutableArray<string>? Path { get; init; }
    public ImmutableArray<string>? Files { get; init; }
    public ImmutableArray<string>? Layers { get; init; }
    public bool? KnownExploited { get; init; }
    public double? Epss { get; init; }
    public double? EpssPercentile { get; init; }
    public bool? Disputed { get; init; }
    public bool? Malicious { get; init; }
    public string? Vex { get; init; }
}

internal sealed record SuppressionWire(string Kind, string Status, string Justification);

internal sealed record LocationWire
{
    public PhysicalWire? PhysicalLocation { get; init; }
    public ImmutableArray<LogicalWire>? LogicalLocations { get; init; }
}

internal sealed record PhysicalWire(ArtifactWire ArtifactLocation, RegionWire? Region);

internal sealed record ArtifactWire(string Uri);

internal sealed record RegionWire(int StartLine, int? StartColumn);

internal sealed record LogicalWire(string Name, string FullyQualifiedName, string Kind);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LogWire))]
internal sealed partial class SarifContext : JsonSerializerContext;
