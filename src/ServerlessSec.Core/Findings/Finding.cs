using System.Collections.Immutable;
using ServerlessSec.Advisories;
using ServerlessSec.Inventory;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Findings;

/// <summary>One rule broken in one place.</summary>
/// <param name="Rule">The rule that says so.</param>
/// <param name="Subject">Whom it is about.</param>
/// <param name="Place">Where, by the fingerprint's terms: no account, Region, version or line.</param>
/// <param name="Message">This instance, one full sentence; never shows a secret.</param>
/// <param name="Location">Where a person looks.</param>
public sealed record Finding(RuleDescriptor Rule, Subject Subject, string Place, string Message, SourceLocation? Location)
{
    /// <summary>The rule's severity unless this instance is known to weigh more or less.</summary>
    public Severity Severity { get; init; } = Rule.Severity;

    /// <summary>How to mend this instance, where that is more than the rule's remediation.</summary>
    public string? Fix { get; init; }

    /// <summary>ARN of the role concerned, or its id where the ARN is not known; set by permission rules.</summary>
    public string? Role { get; init; }

    /// <summary>Set by dependency rules.</summary>
    public Component? Component { get; init; }

    /// <summary>Set by dependency rules.</summary>
    public AdvisoryMatch? Advisory { get; init; }

    /// <summary>How the component came in; set by dependency rules where it is known.</summary>
    public DependencyPath? Path { get; init; }

    /// <summary>
    /// Of a live function: the versions, and the aliases that lead to them, that have it; null where that is what is not
    /// published, alone.
    /// </summary>
    public ImmutableArray<string>? Qualifiers { get; init; }

    public string Fingerprint => Findings.Fingerprint.Of(Rule.Id, Subject.Id, Place);
}
