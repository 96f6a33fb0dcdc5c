namespace ServerlessSec.Advisories.Versions;

/// <summary>Versions of Go itself, as programs carry them: <c>go1.22rc1</c>, <c>go1.25.0-X:nodwarf5</c>, <c>go1.21.3 X:boringcrypto</c>.</summary>
internal static class GoToolchain
{
    private static readonly string[] PreReleases = ["rc", "beta", "alpha"];

    /// <summary>
    /// The version as advisories of <c>stdlib</c> and <c>toolchain</c> spell it: <c>1.22.0-rc.1</c>. What follows the version
    /// proper, experiments and a vendor's suffix, does not count. Every other text stays as it is.
    /// </summary>
    public static ReadOnlySpan<char> ToSemVer(string version)
    {
        var text = version.AsSpan().Trim();
        var named = text.Length > 2 && text.StartsWith("go") && char.IsAsciiDigit(text[2]);
        if (named) text = text[2..];
        var end = text.IndexOf(' ');
        if (end < 0) end = text.IndexOf("-X:");
        if (end < 0 && named) end = text.IndexOfAny('-', '+');
        if (end >= 0) text = text[..end];
        return PreRelease(text);
    }

    private static ReadOnlySpan<char> PreRelease(ReadOnlySpan<char> text)
    {
        var letter = 0;
        while (letter < text.Length && (text[letter] == '.' || char.IsAsciiDigit(text[letter]))) letter++;
        if (letter == 0 || letter == text.Length || !char.IsAsciiDigit(text[letter - 1])) return text;
        var numbers = text[..letter];
        foreach (var word in PreReleases)
        {
            var count = text[letter..];
            if (!count.StartsWith(word) || !Digits.IsNumber(count[word.Length..])) continue;
            var missing = numbers.Count('.') switch { 0 => ".0.0", 1 => ".0", _ => "" };
            return $"{numbers}{missing}-{word}.{count[word.Length..]}";
        }

        return text;
    }
}
