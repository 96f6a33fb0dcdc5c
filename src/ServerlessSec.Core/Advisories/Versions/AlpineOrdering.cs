namespace ServerlessSec.Advisories.Versions;

/// <summary>
/// apk's order: <c>1.2.3b_rc1_p2~hash-r4</c>, that is numbers, one letter, suffixes, a commit's hash, which does not count,
/// and the revision of the packaging (apk-package(5)).
/// </summary>
internal sealed class AlpineOrdering : IVersionOrdering
{
    // In their order; the end of a version lies between "rc" and "cvs".
    private static readonly string[] Suffixes = ["alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"];
    private const int NoSuffix = 4;

    public bool Understands(string version) => version.Length > 0 && char.IsAsciiDigit(version[0]);

    public int Compare(string left, string right)
    {
        var a = left.AsSpan();
        var b = right.AsSpan();
        var order = CompareNumbers(ref a, ref b);
        if (order == 0) order = TakeLetter(ref a).CompareTo(TakeLetter(ref b));
        if (order == 0) order = CompareSuffixes(ref a, ref b);
        if (order != 0) return order;
        SkipHash(ref a);
        SkipHash(ref b);
        order = Digits.Compare(TakeRevision(ref a, out var stranger), TakeRevision(ref b, out var other));
        if (order != 0) return order;
        // What is left over makes a version less than the same without; apk tells apart only what has no revision before it.
        order = a.IsEmpty.CompareTo(b.IsEmpty);
        if (order == 0) order = other.CompareTo(stranger);
        return order != 0 || !stranger ? order : a.SequenceCompareTo(b);
    }

    private static int CompareNumbers(ref ReadOnlySpan<char> a, ref ReadOnlySpan<char> b)
    {
        for (var first = true; ; first = false)
        {
            var x = TakeNumber(ref a, first);
            var y = TakeNumber(ref b, first);
            if (x.IsEmpty && y.IsEmpty) return 0;
            // After the first number zeros at the front make a fraction: 1.05 comes before 1.1.
            var order = x.IsEmpty || y.IsEmpty ? x.Length.CompareTo(y.Length)
                : !first && (x[0] == '0' || y[0] == '0') ? x.SequenceCompareTo(y)
                : Digits.Compare(x, y);
            if (order != 0) return order;
        }
    }

    private static ReadOnlySpan<char> TakeNumber(ref ReadOnlySpan<char> text, bool first)
    {
        if (first) return Digits.Take(ref text);
        if (text.Length < 2 || text[0] != '.' || !char.IsAsciiDigit(text[1])) return [];
        text = text[1..];
        return Digits.Take(ref text);
    }

    private static char TakeLetter(ref ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !char.IsAsciiLetterLower(text[0])) return '\0';
        var letter = text[0];
        text = text[1..];
        return letter;
    }

    private static int CompareSuffixes(ref ReadOnlySpan<char> a, ref ReadOnlySpan<char> b)
    {
        while (true)
        {
            var x = TakeSuffix(ref a, out var m);
            var y = TakeSuffix(ref b, out var n);
            if (x != y) return x.CompareTo(y);
            if (x == NoSuffix) return 0;
            var order = Digits.Compare(m, n);
            if (order != 0) return order;
        }
    }

    private static int TakeSuffix(ref ReadOnlySpan<char> text, out ReadOnlySpan<char> number)
    {
        number = [];
        if (!text.StartsWith('_')) return NoSuffix;
        for (var i = 0; i < Suffixes.Length; i++)
        {
            if (i == NoSuffix || !text[1..].StartsWith(Suffixes[i])) continue;
            text = text[(1 + Suffixes[i].Length)..];
            number = Digits.Take(ref text);
            return i;
        }

        return NoSuffix;
    }

    private static void SkipHash(ref ReadOnlySpan<char> text)
    {
        if (!text.StartsWith('~')) return;
        var end = 1;
        while (end < text.Length && char.IsAsciiHexDigitLower(text[end])) end++;
        text = text[end..];
    }

    /// <param name="stranger">Whether something else stands where the revision should.</param>
    private static ReadOnlySpan<char> TakeRevision(ref ReadOnlySpan<char> text, out bool stranger)
    {
        stranger = !text.IsEmpty && !text.StartsWith("-r");
        if (stranger || text.IsEmpty) return [];
        text = text[2..];
        return Digits.Take(ref text);
    }
}
