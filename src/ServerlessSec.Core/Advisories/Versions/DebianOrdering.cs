namespace ServerlessSec.Advisories.Versions;

/// <summary>
/// dpkg's order: epoch, upstream version and revision (deb-version(7)). Texts and numbers alternate; <c>~</c> comes before
/// the end of a part, letters before other characters.
/// </summary>
internal sealed class DebianOrdering : IVersionOrdering
{
    public bool Understands(string version)
    {
        if (version.Length == 0) return false;
        foreach (var c in version)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '+' or '-' or '~' or ':' or '_')) return false;
        }

        return true;
    }

    public int Compare(string left, string right)
    {
        var a = left.AsSpan().Trim();
        var b = right.AsSpan().Trim();
        var order = Digits.Compare(TakeEpoch(ref a), TakeEpoch(ref b));
        if (order != 0) return order;
        var x = TakeRevision(ref a);
        var y = TakeRevision(ref b);
        order = CompareParts(a, b);
        return order != 0 ? order : CompareParts(x, y);
    }

    private static ReadOnlySpan<char> TakeEpoch(ref ReadOnlySpan<char> version)
    {
        var rest = version;
        var epoch = Digits.Take(ref rest);
        if (epoch.IsEmpty || !rest.StartsWith(':')) return [];
        version = rest[1..];
        return epoch;
    }

    private static ReadOnlySpan<char> TakeRevision(ref ReadOnlySpan<char> version)
    {
        var hyphen = version.LastIndexOf('-');
        if (hyphen < 0) return [];
        var revision = version[(hyphen + 1)..];
        version = version[..hyphen];
        return revision;
    }

    private static int CompareParts(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        while (a.Length > 0 || b.Length > 0)
        {
            while (Weight(a) is var x && Weight(b) is var y && (x != 0 || y != 0))
            {
                if (x != y) return x.CompareTo(y);
                a = a[1..];
                b = b[1..];
            }

            var order = Digits.Compare(Digits.Take(ref a), Digits.Take(ref b));
            if (order != 0) return order;
        }

        return 0;
    }

    /// <summary>Place of the next character; zero where a number or the end is next.</summary>
    private static int Weight(ReadOnlySpan<char> text) => text.IsEmpty || char.IsAsciiDigit(text[0]) ? 0
        : text[0] == '~' ? -1
        : char.IsAsciiLetter(text[0]) ? text[0]
        : text[0] + 256;
}
