namespace ServerlessSec.Advisories.Versions;

/// <summary>
/// PHP's <c>version_compare</c>: runs of digits and letters. At any place an unknown word comes first, then <c>dev</c>,
/// <c>alpha</c>, <c>beta</c>, <c>RC</c>, the end, numbers, and patch levels last; words that begin alike are one.
/// </summary>
internal sealed class PackagistOrdering : IVersionOrdering
{
    private const int End = 5;
    private const int Number = 6;

    /// <summary>Branches (<c>dev-main</c>) have no place among releases.</summary>
    public bool Understands(string version)
    {
        var text = version.AsSpan().Trim().TrimStart("vV");
        return text.Length > 0 && char.IsAsciiDigit(text[0]);
    }

    public int Compare(string left, string right)
    {
        var a = Start(left);
        var b = Start(right);
        while (true)
        {
            var x = Next(ref a);
            var y = Next(ref b);
            var place = Place(x);
            var order = place.CompareTo(Place(y));
            if (order == 0 && place == Number) order = Digits.Compare(x, y);
            if (order != 0 || place == End) return order;
        }
    }

    private static ReadOnlySpan<char> Start(string version)
    {
        var text = version.AsSpan().Trim();
        return text.StartsWith('v') || text.StartsWith('V') ? text[1..] : text;
    }

    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> text)
    {
        var start = 0;
        while (start < text.Length && !char.IsAsciiLetterOrDigit(text[start])) start++;
        text = text[start..];
        if (text.Length > 0 && char.IsAsciiDigit(text[0])) return Digits.Take(ref text);
        var length = 0;
        while (length < text.Length && char.IsAsciiLetter(text[length])) length++;
        var word = text[..length];
        text = text[length..];
        return word;
    }

    private static int Place(ReadOnlySpan<char> part)
    {
        if (part.IsEmpty) return End;
        if (char.IsAsciiDigit(part[0])) return Number;
        if (part.StartsWith("dev")) return 1;
        if (part.StartsWith("rc") || part.StartsWith("RC")) return 4;
        return part[0] switch
        {
            'a' => 2,
            'b' => 3,
            'p' => 7,
            _ => 0,
        };
    }
}
