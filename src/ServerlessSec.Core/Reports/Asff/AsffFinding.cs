using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ServerlessSec.Reports.Asff;

/// <summary>One finding in the AWS Security Finding Format; members are named as the format names them.</summary>
public sealed record AsffFinding
{
    public string SchemaVersion { get; } = "2018-10-08";
    public required string Id { get; init; }
    public required string ProductArn { get; init; }
    public required string GeneratorId { get; init; }
    public required string AwsAccountId { get; init; }
    public required string Region { get; init; }
    public required ImmutableArray<string> Types { get; init; }
    public required string CreatedAt { get; init; }
    public required string UpdatedAt { get; init; }
    public required AsffSeverity Severity { get; init; }
    public required string Title { get; init; }
    public required string Description { get; init; }
    public AsffRemediation? Remediation { get; init; }
    public required ImmutableSortedDictionary<string, string> ProductFields { get; init; }
    public required ImmutableArray<AsffResource> Resources { get; init; }
    public required AsffCompliance Compliance { get; init; }

    /// <summary>Only a finding that somebody accepted sets it; everything else about it belongs to the account.</summary>
    public AsffWorkflow? Workflow { get; init; }
    public required string RecordState { get; init; }
    public ImmutableArray<AsffVulnerability>? Vulnerabilities { get; init; }
    public required AsffProviderFields FindingProviderFields { get; init; }
}

public sealed record AsffSeverity(string Label, string Original);

public sealed record AsffRemediation(AsffRecommendation Recommendation);

public sealed record AsffRecommendation(string Text, string? Url);

public sealed record AsffResource
{
    public required string Type { get; init; }
    public required string Id { get; init; }
    public required string Partition { get; init; }
    public required string Region { get; init; }
    public AsffDetails? Details { get; init; }
}

public sealed record AsffDetails(AsffFunction AwsLambdaFunction);

public sealed record AsffFunction(string FunctionName, string? Runtime);

public sealed record AsffCompliance(string Status, ImmutableArray<AsffStatusReason>? StatusReasons = null);

public sealed record AsffStatusReason(string ReasonCode, string Description);

public sealed record AsffWorkflow(string Status);

public sealed record AsffProviderFields(AsffSeverity Severity, ImmutableArray<string> Types);

public sealed record AsffVulnerability
{
    public required string Id { get; init; }
    public required ImmutableArray<AsffPackage> VulnerablePackages { get; init; }
    public ImmutableArray<AsffCvss>? Cvss { get; init; }
    public ImmutableArray<string>? RelatedVulnerabilities { get; init; }
    public required AsffVendor Vendor { get; init; }
    public ImmutableArray<string>? ReferenceUrls { get; init; }
    public required string FixAvailable { get; init; }
    public double? EpssScore { get; init; }
    public string? ExploitAvailable { get; init; }
}

public sealed record AsffPackage
{
    public required string Name { get; init; }
    public required string Version { get; init; }
    public string? PackageManager { get; init; }
    public string? FilePath { get; init; }
    public string? FixedInVersion { get; init; }
    public string? Remediation { get; init; }
}

public sealed record AsffCvss(string Version, double? BaseScore, string BaseVector, string Source);

public sealed record AsffVendor(string Name, string Url);

internal sealed record AsffBatch(ImmutableArray<AsffFinding> Findings);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(AsffBatch))]
internal sealed partial class AsffJson : JsonSerializerContext;
