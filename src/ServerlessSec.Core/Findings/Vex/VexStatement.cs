using System.Collections.Immutable;
using ServerlessSec.Inventory;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Findings.Vex;

/// <summary>How a vulnerability stands to a product; what CycloneDX tells apart further is in <see cref="VexStatement.Word"/>.</summary>
public enum VexStatus
{
    /// <summary>Needs attention.</summary>
    Affected,

    /// <summary>Nobody knows yet.</summary>
    UnderInvestigation,
    NotAffected,

    /// <summary>The product has the fix, whatever its version says.</summary>
    Fixed,
}

/// <summary>What a VEX document says of one vulnerability in some products.</summary>
public sealed record VexStatement
{
    /// <summary>The vulnerability's name, then every other id that the document gives it.</summary>
    public required ImmutableArray<string> Vulnerabilities { get; init; }

    public required VexStatus Status { get; init; }

    /// <summary>The status in its format's own word: <c>not_affected</c>, <c>false_positive</c> ….</summary>
    public required string Word { get; init; }

    /// <summary>One of the format's own labels: <c>vulnerable_code_not_present</c>, <c>code_not_reachable</c> ….</summary>
    public string? Justification { get; init; }

    /// <summary>The author's words.</summary>
    public string? Detail { get; init; }

    public required string Author { get; init; }

    /// <summary>Since when it holds; of two statements about the same the later one counts.</summary>
    public DateTimeOffset? Time { get; init; }

    public required ImmutableArray<VexProduct> Products { get; init; }

    /// <summary>Its place within its document, from 1.</summary>
    public required int Ordinal { get; init; }

    public required SourceLocation Location { get; init; }

    /// <summary>Whether there is nothing to do about the vulnerability.</summary>
    public bool Waives => Status is VexStatus.NotAffected or VexStatus.Fixed;

    /// <summary>Status, justification and detail as one text.</summary>
    public string Reason
    {
        get
        {
            var label = Justification is null ? Plain(Word) : $"{Plain(Word)}, {Plain(Justification)}";
            return Detail is null ? label : $"{label}: {Detail}";
        }
    }

    private static string Plain(string word) => word.Replace('_', ' ');
}

/// <summary>A product as a statement names it.</summary>
public sealed record VexProduct
{
    /// <summary>What it is called where it has no package URL: a name, an ARN, any other id.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    public ImmutableArray<Purl> Purls { get; init; } = [];

    /// <summary>The versions it is about; empty for every one, or for that of the package URL.</summary>
    public ImmutableArray<VexVersions> Versions { get; init; } = [];

    /// <summary>The parts of the product that the statement is about; empty for all of it.</summary>
    public ImmutableArray<VexProduct> Parts { get; init; } = [];
}
