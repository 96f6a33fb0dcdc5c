using System.Collections.Immutable;
using ServerlessSec.Findings;

namespace ServerlessSec.Scanning;

/// <summary>What rules found, and where they could not look.</summary>
public sealed record Judgement(ImmutableArray<Finding> Findings, ImmutableArray<Gap> Gaps);
