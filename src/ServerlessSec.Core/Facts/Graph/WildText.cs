using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Facts.Graph;

/// <summary>
/// Text with wildcards and holes, of which two questions are asked: do two share a text, does one hold all of the
/// other. A hole stands for one unknown text: it equals itself and is held by <c>*</c>, and nothing else is proven.
/// </summary>
internal sealed class WildText
{
    private const string Star = "*";
    private const string One = "?";

    private static readonly ImmutableArray<string> Ascii = [.. Enumerable.Range(0, 128).Select(c => char.ToString((char)c))];

    /// <summary>Single characters, holes, and the two wildcards; a literal wildcard character is written with a backslash.</summary>
    private readonly ImmutableArray<string> tokens;

    private WildText(ImmutableArray<string> tokens) => this.tokens = tokens;

    /// <summary><c>*</c> and <c>?</c> are wildcards.</summary>
    public static WildText Glob(string text) => new(Tokens(text, true));

    public static WildText Literal(string text) => new(Tokens(text, false));

    /// <summary>Every text that begins and ends so; both at once need not fit into a shorter one.</summary>
    public static WildText Between(string prefix, string suffix) => new([.. Tokens(prefix, false), Star, .. Tokens(suffix, false)]);

    /// <summary>Something other than wildcards stands in it.</summary>
    public bool SaysSomething => tokens.Any(t => t is not (Star or One));

    /// <summary>Whether some text fits both.</summary>
    public bool Overlaps(WildText other)
    {
        var a = tokens.AsSpan();
        var b = other.tokens.AsSpan();
        while (a.Length > 0 && b.Length > 0 && IsPlain(a[0]) && IsPlain(b[0]))
        {
            if (a[0] != b[0]) return false;
            a = a[1..];
            b = b[1..];
        }

        while (a.Length > 0 && b.Length > 0 && IsPlain(a[^1]) && IsPlain(b[^1]))
        {
            if (a[^1] != b[^1]) return false;
            a = a[..^1];
            b = b[..^1];
        }

        return Meet(a, b);
    }

    /// <summary>Whether every text that fits the other fits this one.</summary>
    public bool Covers(WildText other)
    {
        var p = tokens.AsSpan();
        var q = other.tokens.AsSpan();
        var (i, j, star, mark) = (0, 0, -1, 0);
        while (j < q.Length)
        {
            if (i < p.Length && p[i] == Star) (star, mark) = (i++, j);
            else if (i < p.Length && (p[i] == q[j] || (p[i] == One && IsOneCharacter(q[j])))) (i, j) = (i + 1, j + 1);
            else if (star >= 0) (i, j) = (star + 1, ++mark);
            else return false;
        }

        while (i < p.Length && p[i] == Star) i++;
        return i == p.Length;
    }

    /// <summary>Reachability over pairs of positions, row by row.</summary>
    private static bool Meet(ReadOnlySpan<string> a, ReadOnlySpan<string> b)
    {
        var row = new bool[b.Length + 1];
        for (var i = a.Length; i >= 0; i--)
        {
            var below = row;
            row = new bool[b.Length + 1];
            for (var j = b.Length; j >= 0; j--)
            {
                row[j] = (i == a.Length && j == b.Length)
                    || (i < a.Length && a[i] == Star && below[j])
                    || (j < b.Length && b[j] == Star && row[j + 1])
                    || (i < a.Length && j < b.Length && Fits(a[i], b[j]) && Step(a[i], b[j], below, row, j));
            }
        }

        return row[0];
    }

    // A star that has eaten one token of the other side stays where it is.
    private static bool Step(string a, string b, bool[] below, bool[] row, int j) =>
        a == Star ? row[j + 1] : b == Star ? below[j] : below[j + 1];

    private static bool Fits(string a, string b) =>
        a == b || a == Star || b == Star || (a == One && IsOneCharacter(b)) || (b == One && IsOneCharacter(a));

    private static bool IsPlain(string token) => token is not (Star or One);

    private static bool IsOneCharacter(string token) => token != Star && token[0] != Text.Open;

    private static ImmutableArray<string> Tokens(string text, bool wild)
    {
        var tokens = ImmutableArray.CreateBuilder<string>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == Text.Open && text.IndexOf(Text.Close, i) is var end and > 0)
            {
                tokens.Add(Hole(text[i..(end + 1)]));
                i = end;
            }
            else if (text[i] is '*' or '?') tokens.Add(wild ? (text[i] == '*' ? Star : One) : "\\" + text[i]);
            else tokens.Add(text[i] < Ascii.Length ? Ascii[text[i]] : char.ToString(text[i]));
        }

        return tokens.ToImmutable();
    }

    // The attribute by which a template asks for a name (⟨Desk.QueueName⟩) does not make it another name.
    private static string Hole(string hole) =>
        hole.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? $"{hole[..dot]}{Text.Close}" : hole;
}
