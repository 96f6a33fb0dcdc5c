namespace ServerlessSec.Iam;

/// <summary>
/// A resource as policies write it. The first five parts of an ARN are compared each by itself; within the last a star
/// crosses slashes and colons. What is written with a partition is meant for the partition it is deployed to, so an
/// unknown partition equals any; every other hole may or may not equal what it is compared with.
/// </summary>
public sealed class ArnPattern
{
    private const int Parts = 6;

    private readonly Glob whole;
    private readonly Glob[]? parts;

    private ArnPattern(string text, Glob whole, Glob[]? parts)
    {
        Text = text;
        this.whole = whole;
        this.parts = parts;
    }

    public string Text { get; }

    /// <summary>Every resource there is: <c>*</c>, or an ARN with nothing but stars after its partition.</summary>
    public bool IsEverything => whole.IsEverything || (parts is not null && parts.Skip(2).All(static part => part.IsEverything));

    /// <summary>What an action acts on that knows no resources: only a star in a policy means it.</summary>
    public static ArnPattern Nothing { get; } = new("*", Glob.Parse("*", wildcards: false), null);

    public bool IsExact => whole.IsExact;

    public static ArnPattern Parse(string text) => Parse(text, static (part, _) => Glob.Parse(part));

    internal static ArnPattern Parse(string text, Func<string, bool, Glob> read)
    {
        var whole = read(text, false);
        return new(text, whole, Split(text) is { } split ? [.. split.Select(part => read(part, true))] : null);
    }

    /// <summary>Whether every resource that <paramref name="inner"/> names is one of this.</summary>
    public Match Covers(ArnPattern inner) => Compare(this, inner, Glob.Covers);

    /// <summary>Whether some resource is named by both.</summary>
    public static Match Overlaps(ArnPattern left, ArnPattern right) =>
        left.IsEverything || right.IsEverything ? Match.Yes : Compare(left, right, Glob.Overlaps);

    public static Match Overlaps(string left, string right) => Overlaps(Parse(left), Parse(right));

    private static Match Compare(ArnPattern left, ArnPattern right, Func<Glob, Glob, Match> compare)
    {
        if (left.parts is null || right.parts is null) return CompareWhole(left, right, compare);

        var least = Match.Yes;
        for (var i = 0; i < Parts && least != Match.No; i++)
        {
            var match = i == 1 && IsPartition(left.parts[1], right.parts[1]) ? Match.Yes : compare(left.parts[i], right.parts[i]);
            if (match < least) least = match;
        }

        return least;
    }

    private static Match CompareWhole(ArnPattern left, ArnPattern right, Func<Glob, Glob, Match> compare)
    {
        // Stars after `arn:` may leave parts out, so an ARN of nothing but stars covers what is no ARN, too.
        if (left.IsEverything) return Match.Yes;
        return compare(left.whole, right.whole);
    }

    private static bool IsPartition(Glob left, Glob right) => left.HasHoles || right.HasHoles;

    /// <summary>The six parts, those left out at the end being stars; null where the text is no ARN.</summary>
    private static string[]? Split(string text)
    {
        if (!text.StartsWith("arn:", StringComparison.Ordinal)) return null;
        var split = SplitOutsideHoles(text);
        while (split.Count < Parts) split.Add("*");
        return [.. split];
    }

    // A hole's name holds colons of its own, as in `⟨AWS::Region⟩`.
    internal static List<string> SplitOutsideHoles(string text)
    {
        var split = new List<string>(Parts);
        var start = 0;
        var depth = 0;
        for (var i = 0; i < text.Length && split.Count < Parts - 1; i++)
        {
            switch (text[i])
            {
                case Snapshots.Text.Open:
                case '{' when i > 0 && text[i - 1] == '$':
                    depth++;
                    break;
                case Snapshots.Text.Close:
                case '}' when depth > 0:
                    depth = Math.Max(0, depth - 1);
                    break;
                case ':' when depth == 0:
                    split.Add(text[start..i]);
                    start = i + 1;
                    break;
            }
        }

        split.Add(text[start..]);
        return split;
    }
}
