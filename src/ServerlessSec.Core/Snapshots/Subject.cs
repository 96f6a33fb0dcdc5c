using System.Collections.Immutable;

namespace ServerlessSec.Snapshots;

/// <summary>Whom a finding is about.</summary>
/// <param name="Id">A function's unqualified name or logical id; of an application finding the resource that joins its members.</param>
/// <param name="Functions">The functions concerned, sorted.</param>
public sealed record Subject(string Id, ImmutableArray<string> Functions)
{
    public static Subject Of(string function) => new(function, [function]);

    /// <summary>The function, when there is exactly one.</summary>
    public string? Function => Functions is [var only] ? only : null;

    public bool Equals(Subject? other) => other is not null && Id == other.Id && Functions.AsSpan().SequenceEqual(other.Functions.AsSpan());

    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);
}
