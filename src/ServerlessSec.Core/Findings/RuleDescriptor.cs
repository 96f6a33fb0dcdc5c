using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ServerlessSec.Findings;

/// <summary>Whether a rule may fail a build.</summary>
[JsonConverter(typeof(EnumText<Stage>))]
public enum Stage
{
    /// <summary>Reported, never failing a build.</summary>
    Preview,
    Stable,
}

/// <summary>OWASP Serverless Top 10 (2017 classes read for serverless), by number.</summary>
[JsonConverter(typeof(EnumText<ServerlessRisk>))]
public enum ServerlessRisk
{
    Injection = 1,
    BrokenAuthentication,
    SensitiveDataExposure,
    XmlExternalEntities,
    BrokenAccessControl,
    SecurityMisconfiguration,
    CrossSiteScripting,
    InsecureDeserialization,
    VulnerableComponents,
    InsufficientLogging,
}

/// <summary>Everything about a rule that is not its judgement.</summary>
public sealed record RuleDescriptor
{
    public required string Id { get; init; }

    /// <summary>The problem, without instance data.</summary>
    public required string Title { get; init; }

    public required Severity Severity { get; init; }

    public required Evidence Needs { get; init; }

    public Stage Stage { get; init; } = Stage.Preview;

    public ImmutableArray<int> Cwe { get; init; } = [];

    public ImmutableArray<ServerlessRisk> Owasp { get; init; } = [];

    /// <summary>What an attacker gains.</summary>
    public required string Rationale { get; init; }

    /// <summary>An imperative, within ASFF's 512 characters.</summary>
    public required string Remediation { get; init; }

    public ImmutableArray<string> References { get; init; } = [];
}
