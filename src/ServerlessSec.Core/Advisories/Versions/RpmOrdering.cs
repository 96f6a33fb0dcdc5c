namespace ServerlessSec.Advisories.Versions;

/// <summary>
/// RPM's order (rpm-version(7)): epoch, version, release; of each, runs of letters and digits. At any place <c>~</c> comes
/// first, then the end, <c>^</c>, letters, numbers. No release comes before every release.
/// </summary>
internal sealed class RpmOrdering : IVersionOrdering
{
    private enum Next
    {
        Tilde,
        End,
        Caret,
        Letters,
        Number,
    }

    public bool Understands(string version) => version.Length > 0 && !version.AsSpan().ContainsAny(" \t\r\n");

    public int Compare(string left, string right)
    {
        var a = left.AsSpan();
        var b = right.AsSpan();
        var order = Digits.Compare(TakeEpoch(ref a), TakeEpoch(ref b));
        if (order != 0) return order;
        var x = TakeRelease(ref a);
        var y = TakeRelease(ref b);
        order = CompareParts(a, b);
        return order != 0 ? order : CompareParts(x, y);
    }

    private static ReadOnlySpan<char> TakeEpoch(ref ReadOnlySpan<char> version)
    {
        var rest = version;
        var epoch = Digits.Take(ref rest);
        if (!rest.StartsWith(':')) return [];
        version = rest[1..];
        return epoch;
    }

    /// <summary>The release with the hyphen before it, which tells an empty release from none.</summary>
    private static ReadOnlySpan<char> TakeRelease(ref ReadOnlySpan<char> version)
    {
        var hyphen = version.IndexOf('-');
        if (hyphen < 0) return [];
        var release = version[hyphen..];
        version = version[..hyphen];
        return release;
    }

    private static int CompareParts(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (a.IsEmpty || b.IsEmpty) return b.IsEmpty.CompareTo(a.IsEmpty);
        while (true)
        {
            var x = Skip(ref a);
            var y = Skip(ref b);
            if (x != y) return x.CompareTo(y);
            if (x == Next.End) return 0;
            var order = x switch
            {
                Next.Number => Digits.Compare(Digits.Take(ref a), Digits.Take(ref b)),
                Next.Letters => TakeLetters(ref a).SequenceCompareTo(TakeLetters(ref b)),
                _ => 0,
            };
            if (order != 0) return order;
            if (x is not (Next.Tilde or Next.Caret)) continue;
            a = a[1..];
            b = b[1..];
        }
    }

    /// <summary>Drops separators and says what follows them.</summary>
    private static Next Skip(ref ReadOnlySpan<char> text)
    {
        var i = 0;
        while (i < text.Length && !char.IsAsciiLetterOrDigit(text[i]) && text[i] is not ('~' or '^')) i++;
        text = text[i..];
        if (text.IsEmpty) return Next.End;
        return text[0] switch
        {
            '~' => Next.Tilde,
            '^' => Next.Caret,
            >= '0' and <= '9' => Next.Number,
            _ => Next.Letters,
        };
    }

    private static ReadOnlySpan<char> TakeLetters(ref ReadOnlySpan<char> text)
    {
        var i = 0;
        while (i < text.Length && char.IsAsciiLetter(text[i])) i++;
        var letters = text[..i];
        text = text[i..];
        return letters;
    }
}
