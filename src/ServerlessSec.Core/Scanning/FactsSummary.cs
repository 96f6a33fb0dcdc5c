using ServerlessSec.Facts;
using ServerlessSec.Rules;

namespace ServerlessSec.Scanning;

/// <summary>Where the facts of a function are, and whether the application scan has read them.</summary>
public sealed record FactsSummary
{
    public required Owner Owner { get; init; }

    /// <summary>The scan that learned it: posture or package.</summary>
    public required ScanKind Scan { get; init; }

    public required ScanOrder Order { get; init; }

    /// <summary>Address of the facts record; null of a function that is gone.</summary>
    public string? Address { get; init; }

    public int Schema { get; init; } = ApplicationRecord.CurrentSchema;

    /// <summary>The address that the last finished application scan read; null where none did.</summary>
    public string? Read { get; init; }

    /// <summary>When it began to differ from what was read; null where it does not.</summary>
    public DateTimeOffset? DiffersSince { get; init; }

    /// <summary>The facts are there, and of a schema that this program reads.</summary>
    public bool IsCurrent => Address is not null && Schema == ApplicationRecord.CurrentSchema;
}
