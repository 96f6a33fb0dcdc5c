namespace ServerlessSec.Secrets;

/// <summary>How much like chance a text looks.</summary>
internal static class Randomness
{
    /// <summary>Shannon's entropy in bits per character.</summary>
    public static double Entropy(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return 0;
        Span<int> counts = stackalloc int[128];
        counts.Clear();
        var other = 0;
        foreach (var c in text)
        {
            if (c < 128) counts[c]++;
            else other++;
        }

        var bits = Part(other, text.Length);
        foreach (var count in counts) bits += Part(count, text.Length);
        return bits;
    }

    /// <summary>Long, varied, and of more than one kind of character: what a generator makes and nobody types.</summary>
    public static bool LooksRandom(ReadOnlySpan<char> text)
    {
        if (text.Length < 16) return false;
        int digits = 0, upper = 0, lower = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c)) digits++;
            else if (char.IsAsciiLetterUpper(c)) upper++;
            else if (char.IsAsciiLetterLower(c)) lower++;
        }

        if (digits == 0 || upper + lower == 0) return false;
        return Entropy(text) >= (text.Length < 24 ? 2.8 : 2.95);
    }

    public static bool HasBothCases(ReadOnlySpan<char> text) =>
        text.ContainsAnyInRange('a', 'z') && text.ContainsAnyInRange('A', 'Z');

    private static double Part(int count, int length)
    {
        if (count == 0) return 0;
        var share = (double)count / length;
        return -share * Math.Log2(share);
    }
}
