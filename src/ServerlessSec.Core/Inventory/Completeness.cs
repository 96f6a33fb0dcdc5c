using System.Collections.Immutable;

namespace ServerlessSec.Inventory;

/// <summary>How far the code of a package is known.</summary>
public enum CompletenessVerdict
{
    /// <summary>There is no code to speak of.</summary>
    Empty,

    /// <summary>Of less than four fifths of the code, by files or by bytes, it is known where it comes from.</summary>
    Low,

    /// <summary>Some code is not explained, or a part of the package was not seen.</summary>
    Partial,

    /// <summary>All code is explained.</summary>
    Full,
}

/// <summary>Code of one package that has no explanation for one reason.</summary>
/// <param name="Reason">A lowercase fragment, as of an <see cref="OpaqueFile"/> or gap.</param>
/// <param name="Bytes">Inflated, as declared.</param>
/// <param name="Paths">The first few files.</param>
public sealed record UnexplainedCode(string Reason, int Files, long Bytes, ImmutableArray<string> Paths);

/// <summary>
/// What share of a package's code is explained: by an identified component that brought it, or as first-party code that
/// can be read.
/// </summary>
public sealed record Completeness
{
    private const double LowBelow = 0.8;

    /// <summary>Files a runtime can execute.</summary>
    public required int CodeFiles { get; init; }

    /// <summary>Their inflated bytes, as declared.</summary>
    public required long CodeBytes { get; init; }

    /// <summary>Code files that a component brought which has a name and a version.</summary>
    public required int Identified { get; init; }

    /// <summary>Code files of the application's own, as source or as byte code that keeps its names.</summary>
    public required int FirstParty { get; init; }

    /// <summary>By reason, the most files first.</summary>
    public ImmutableArray<UnexplainedCode> Unexplained { get; init; } = [];

    /// <summary>False where a part of the package is not there at all, so that its files could not even be counted.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>0.0 to 1.0, of files or of bytes, whichever is less: one bundle outweighs many small files.</summary>
    public double Share
    {
        get
        {
            if (CodeFiles == 0) return 0;
            var files = (double)(Identified + FirstParty) / CodeFiles;
            var bytes = CodeBytes == 0 ? files : 1 - ((double)Unexplained.Sum(static part => part.Bytes) / CodeBytes);
            return Math.Min(files, bytes);
        }
    }

    /// <summary><see cref="Share"/> in full percent; only all is 100.</summary>
    public int Percent => (int)Math.Floor(Share * 100);

    public CompletenessVerdict Verdict =>
        CodeFiles == 0 ? CompletenessVerdict.Empty
        : Share < LowBelow ? CompletenessVerdict.Low
        : Unexplained.IsEmpty && IsWhole ? CompletenessVerdict.Full
        : CompletenessVerdict.Partial;
}
