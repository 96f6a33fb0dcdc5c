using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ServerlessSec.Snapshots;

/// <summary>The role a function runs as, as collected.</summary>
public sealed record ExecutionRole
{
    /// <summary>The logical id in a template (of a role SAM makes: the function's id with <c>Role</c> behind), else the
    /// role's name.</summary>
    public required string Id { get; init; }

    /// <summary>With holes where the template leaves them.</summary>
    public required string Arn { get; init; }

    public ImmutableArray<PolicySnapshot> Policies { get; init; } = [];

    public PolicySnapshot? Boundary { get; init; }

    public PolicySnapshot? Trust { get; init; }

    public SourceLocation? Location { get; init; }
}

[JsonConverter(typeof(EnumText<PolicyKind>))]
public enum PolicyKind
{
    Inline,
    CustomerManaged,
    AwsManaged,
    SamTemplate,
    Resource,
    Trust,
    Boundary,
}

/// <summary>One policy document as collected.</summary>
public sealed record PolicySnapshot
{
    public required PolicyKind Kind { get; init; }

    /// <summary>Policy name, SAM policy template name, or the last part of the ARN.</summary>
    public required string Name { get; init; }

    public string? Arn { get; init; }

    /// <summary>The document; null where only a name or ARN is known.</summary>
    public string? Json { get; init; }

    public SourceLocation? Location { get; init; }

    /// <summary>One per statement of <see cref="Json"/>, or empty.</summary>
    public ImmutableArray<SourceLocation> StatementLocations { get; init; } = [];
}
