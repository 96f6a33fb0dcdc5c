using System.Collections.Immutable;
using ServerlessSec.Advisories;
using ServerlessSec.Findings.Vex;
using ServerlessSec.Inventory;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Findings;

/// <summary>What triage made of a finding.</summary>
public enum FindingState
{
    New,

    /// <summary>In the baseline.</summary>
    Known,
    Waived,
}

/// <summary>A finding with what was decided about it.</summary>
public sealed record TriagedFinding(Finding Finding, FindingState State, Waiver? Waiver)
{
    /// <summary>What VEX documents say of it, whether or not that waives it.</summary>
    public VexStatement? Vex { get; init; }
}

public enum WaiverKind
{
    File,

    /// <summary>A comment in a template.</summary>
    Inline,

    /// <summary>Somebody suppressed it in Security Hub.</summary>
    Hub,

    /// <summary>A VEX document says that there is nothing to do.</summary>
    Vex,
}

/// <summary>A recorded decision to accept a finding.</summary>
public sealed record Waiver
{
    public WaiverKind Kind { get; init; }

    /// <summary>Rule id.</summary>
    public required string Rule { get; init; }

    /// <summary>Subject or function pattern, <c>*</c> matching any run of characters.</summary>
    public string Function { get; init; } = "*";

    /// <summary>Place pattern, likewise.</summary>
    public string Place { get; init; } = "*";

    public required string Reason { get; init; }

    public required string Owner { get; init; }

    /// <summary>The last day on which it holds; the last there is where it has no end.</summary>
    public required DateOnly Expires { get; init; }

    public bool HasEnd => Expires != DateOnly.MaxValue;

    /// <summary>The day of the decision, where that is known.</summary>
    public DateOnly? Since { get; init; }

    /// <summary>Where it is written.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>Of an inline waiver: the template's resource that it stands in, and all that it holds for.</summary>
    public string? Resource { get; init; }
}

public enum NoteKind
{
    ExpiredWaiver,
    UnusedWaiver,

    /// <summary>The scan was asked to look at a part only.</summary>
    PartOnly,

    /// <summary>Scores or marks of advisories were not at hand, or are old.</summary>
    Advisories,
}

/// <summary>Something a person should know about what was given to the scan; nothing was left unseen because of it.</summary>
public sealed record Note(NoteKind Kind, string Message, SourceLocation? Location);

/// <summary>One function as the report shows it.</summary>
public sealed record FunctionReport
{
    public required string Name { get; init; }

    public SourceLocation? Location { get; init; }

    public string? Runtime { get; init; }

    /// <summary>The evidence this scan saw of the function.</summary>
    public Evidence Seen { get; init; }

    public ImmutableArray<Component> Components { get; init; } = [];

    /// <summary>How much of the code is accounted for; null where that was not looked at to the end.</summary>
    public Completeness? Completeness { get; init; }

    public ImmutableArray<Gap> Gaps { get; init; } = [];
}

/// <summary>What is new, known and waived, and what could not be seen: all that encoders need.</summary>
public sealed record ScanReport
{
    public required string Target { get; init; }

    public required DateOnly Today { get; init; }

    public AdvisorySet? Advisories { get; init; }

    public ImmutableArray<FunctionReport> Functions { get; init; } = [];

    /// <summary>In the order in which a person should act.</summary>
    public ImmutableArray<TriagedFinding> Findings { get; init; } = [];

    /// <summary>Gaps that belong to no single function.</summary>
    public ImmutableArray<Gap> Gaps { get; init; } = [];

    public ImmutableArray<Note> Notes { get; init; } = [];

    /// <summary>Gaps that belong to no single function, those of the advisories included, each once.</summary>
    public ImmutableArray<Gap> SharedGaps => [.. Gaps.Concat(Advisories?.Gaps ?? []).Distinct()];

    /// <summary>Whether anything at all was not assessed.</summary>
    public bool IsIncomplete =>
        Gaps.Length > 0 || Advisories is { Gaps.Length: > 0 } || Functions.Any(function => function.Gaps.Length > 0);
}
