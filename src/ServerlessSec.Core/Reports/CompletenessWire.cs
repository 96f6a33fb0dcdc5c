using System.Collections.Immutable;
using ServerlessSec.Inventory;

namespace ServerlessSec.Reports;

/// <summary>How much of a package is explained, as JSON and SARIF tell it.</summary>
internal sealed record CompletenessWire
{
    /// <summary>Where it does not stand within the function's own part.</summary>
    public string? Function { get; init; }

    public required string Verdict { get; init; }
    public required int Percent { get; init; }
    public required int CodeFiles { get; init; }
    public required int Identified { get; init; }
    public required int FirstParty { get; init; }
    public required bool Whole { get; init; }
    public required ImmutableArray<UnexplainedWire> Unexplained { get; init; }

    public static CompletenessWire Of(Completeness completeness, string? function = null) => new()
    {
        Function = Shown.Exact(function),
        Verdict = Wire.Name(completeness.Verdict),
        Percent = completeness.Percent,
        CodeFiles = completeness.CodeFiles,
        Identified = completeness.Identified,
        FirstParty = completeness.FirstParty,
        Whole = completeness.IsWhole,
        Unexplained =
        [
            .. completeness.Unexplained.Select(part =>
                new UnexplainedWire(Shown.Exact(part.Reason), part.Files, part.Bytes, [.. part.Paths.Select(path => Shown.Exact(path))])),
        ],
    };
}

internal sealed record UnexplainedWire(string Reason, int Files, long Bytes, ImmutableArray<string> Paths);
