using System.Collections.Immutable;
using System.Globalization;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

/// <summary>Whether two texts meet: not, perhaps (a hole decides), or certainly.</summary>
public enum Match
{
    No,
    Maybe,
    Yes,
}

/// <summary>
/// Text in which <c>*</c> and <c>?</c> stand for other text and a hole stands for some text, cut into symbols. Two
/// globs are compared in time proportional to the product of their lengths, however many stars they have.
/// </summary>
internal sealed class Glob
{
    /// <summary>Cells of one comparison; beyond that the answer is perhaps.</summary>
    private const long MaximumCells = 64L << 20;

    private const int Star = -1;
    private const int Any = -2;
    private const int FirstHole = -3;

    private readonly int[] symbols;
    private readonly ImmutableArray<string> holes;

    private Glob(int[] symbols, ImmutableArray<string> holes)
    {
        this.symbols = symbols;
        this.holes = holes;
        IsExact = !Array.Exists(symbols, static symbol => symbol is Star or Any);
    }

    /// <summary>Matches every text.</summary>
    public bool IsEverything => symbols.Length > 0 && Array.TrueForAll(symbols, static symbol => symbol == Star);

    /// <summary>Matches every text but the shortest.</summary>
    public bool IsNearlyEverything =>
        Array.IndexOf(symbols, Star) >= 0 && Array.TrueForAll(symbols, static symbol => symbol is Star or Any);

    public bool HasHoles => holes.Length > 0;

    /// <summary>Stands for exactly one text, known or not.</summary>
    public bool IsExact { get; }

    private bool IsPlain => IsExact && !HasHoles;

    /// <param name="wildcards">False where stars and question marks are plain characters.</param>
    public static Glob Parse(string text, bool wildcards = true)
    {
        var builder = new GlobBuilder(text.Length);
        builder.Append(text, wildcards);
        return builder.Build();
    }

    /// <summary>Whether some text is matched by both.</summary>
    public static Match Overlaps(Glob left, Glob right) => Compare(left, right, covers: false);

    /// <summary>Whether every text that <paramref name="inner"/> matches is matched by <paramref name="outer"/>.</summary>
    public static Match Covers(Glob outer, Glob inner) => Compare(outer, inner, covers: true);

    public Glob ToUpper() =>
        new(Array.ConvertAll(symbols, static symbol => symbol >= 0 ? char.ToUpperInvariant((char)symbol) : symbol), holes);

    private static Match Compare(Glob left, Glob right, bool covers)
    {
        if (left.IsEverything) return Match.Yes;
        if (right.IsEverything && !covers) return Match.Yes;
        if (left.IsPlain && right.IsPlain) return left.symbols.AsSpan().SequenceEqual(right.symbols) ? Match.Yes : Match.No;
        if ((long)left.symbols.Length * right.symbols.Length > MaximumCells) return Match.Maybe;

        // Row by row over the left symbols; a cell holds how surely the texts read so far meet.
        int[] a = left.symbols, b = right.symbols;
        var here = new Match[b.Length + 1];
        var next = new Match[b.Length + 1];
        here[0] = Match.Yes;
        for (var i = 0; i <= a.Length; i++)
        {
            Array.Clear(next);
            for (var j = 0; j <= b.Length; j++)
            {
                if (here[j] == Match.No) continue;
                var x = i < a.Length ? a[i] : int.MinValue;
                var y = j < b.Length ? b[j] : int.MinValue;
                Step(here, next, j, x, y, covers, left, right);
            }

            if (i < a.Length) (here, next) = (next, here);
        }

        return here[b.Length];
    }

    private static void Step(Match[] here, Match[] next, int j, int x, int y, bool covers, Glob left, Glob right)
    {
        bool hasX = x != int.MinValue, hasY = y != int.MinValue;
        var value = here[j];
        if (hasX && x == Star)
        {
            Raise(next, j, value);
            if (hasY) Raise(here, j + 1, value);
        }

        if (hasY && y == Star && !covers)
        {
            Raise(here, j + 1, value);
            if (hasX) Raise(next, j, value);
        }

        if (!hasX || !hasY || x == Star) return;
        if (y == Star)
        {
            // A hole may be filled with a wildcard.
            if (covers && x <= FirstHole) Absorb(here, next, j);
            return;
        }

        switch (x <= FirstHole, y <= FirstHole)
        {
            case (false, false):
                if (x == y || x == Any || (y == Any && !covers)) Raise(next, j + 1, value);
                break;
            case (true, true) when left.holes[FirstHole - x] == right.holes[FirstHole - y]:
                Raise(next, j + 1, value);
                break;
            case (true, false):
                Absorb(here, next, j);
                break;
            case (false, true):
                Raise(next, j, Match.Maybe);
                Raise(next, j + 1, Match.Maybe);
                break;
            default:
                Absorb(here, next, j);
                Raise(next, j, Match.Maybe);
                break;
        }
    }

    /// <summary>The left hole takes in the right symbol, and ends or goes on.</summary>
    private static void Absorb(Match[] here, Match[] next, int j)
    {
        Raise(here, j + 1, Match.Maybe);
        Raise(next, j + 1, Match.Maybe);
    }

    private static void Raise(Match[] row, int j, Match value)
    {
        if (row[j] < value) row[j] = value;
    }

    /// <summary>Puts a glob together from written text and from values that policy variables took.</summary>
    internal sealed class GlobBuilder(int capacity)
    {
        private readonly List<int> symbols = new(capacity);
        private readonly ImmutableArray<string>.Builder holes = ImmutableArray.CreateBuilder<string>();

        public void Append(string text, bool wildcards)
        {
            for (var i = 0; i < text.Length; i++)
            {
                if (text[i] == Text.Open && text.IndexOf(Text.Close, i) is var end && end > i)
                {
                    AppendHole(text[(i + 1)..end]);
                    i = end;
                    continue;
                }

                AppendSymbol(wildcards ? text[i] switch { '*' => Star, '?' => Any, var c => c } : text[i]);
            }
        }

        public void AppendHole(string name)
        {
            symbols.Add(FirstHole - holes.Count);
            holes.Add(name);
        }

        private void AppendSymbol(int symbol)
        {
            // `*?` and `?*` mean the same; with the star behind, inclusion is decided symbol by symbol.
            if (symbol == Star && symbols is [.., Star]) return;
            if (symbol == Any && symbols is [.., Star])
            {
                symbols[^1] = Any;
                symbols.Add(Star);
                return;
            }

            symbols.Add(symbol);
        }

        public Glob Build() => new([.. symbols], holes.ToImmutable());
    }

    public override string ToString() => string.Concat(symbols.Select(symbol => symbol switch
    {
        Star => "*",
        Any => "?",
        <= FirstHole => Text.Hole(holes[FirstHole - symbol]),
        _ => ((char)symbol).ToString(CultureInfo.InvariantCulture),
    }));
}
