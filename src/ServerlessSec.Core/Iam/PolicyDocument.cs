using System.Collections.Immutable;
using System.Text.Json.Serialization;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

/// <summary>A parsed policy.</summary>
public sealed record PolicyDocument
{
    /// <summary>The policy's name, as in <see cref="PolicySnapshot.Name"/>.</summary>
    public required string Name { get; init; }

    public required PolicyKind Kind { get; init; }

    public ImmutableArray<PolicyStatement> Statements { get; init; } = [];

    /// <summary>False where the document or one of its statements is only known at deployment.</summary>
    public bool IsComplete { get; init; } = true;
}

/// <summary>One statement, its single values made lists.</summary>
public sealed record PolicyStatement
{
    public required string Policy { get; init; }

    public string? Sid { get; init; }

    public required bool Allow { get; init; }

    /// <summary>Empty for identity policies. Type is <c>AWS</c>, <c>Service</c>, <c>Federated</c>, <c>CanonicalUser</c>
    /// or <c>*</c>.</summary>
    public ImmutableArray<PolicyPrincipal> Principals { get; init; } = [];

    public bool NotPrincipal { get; init; }

    public ImmutableArray<string> Actions { get; init; } = [];

    public bool NotAction { get; init; }

    public ImmutableArray<string> Resources { get; init; } = [];

    public bool NotResource { get; init; }

    public ImmutableArray<PolicyCondition> Conditions { get; init; } = [];

    /// <summary>Whether <c>${key}</c> is a variable, as from version 2012-10-17 on, or plain text.</summary>
    public bool HasVariables { get; init; }

    public SourceLocation? Location { get; init; }
}

public sealed record PolicyPrincipal(string Type, string Value);

/// <summary>One operator on one key; any of the values satisfies it.</summary>
/// <param name="Operator">As written, such as <c>ForAllValues:StringLikeIfExists</c>.</param>
public sealed record PolicyCondition(string Operator, string Key, ImmutableArray<string> Values);

/// <summary>Who can get through: nobody unknown, the whole world, or not decidable from what was collected.</summary>
[JsonConverter(typeof(EnumText<Reach>))]
public enum Reach
{
    Unknown,
    Closed,
    Public,
}
