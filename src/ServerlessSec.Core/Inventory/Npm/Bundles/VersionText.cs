namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>Full versions in running text: three numbers, with what may follow them in Semantic Versioning.</summary>
internal static class VersionText
{
    private const int Longest = 40;

    /// <summary>The version with which the text begins; empty where it begins with none.</summary>
    public static ReadOnlySpan<char> At(ReadOnlySpan<char> text)
    {
        var at = 0;
        for (var part = 0; part < 3; part++)
        {
            var digits = Digits(text[at..]);
            if (digits is 0 or > 8) return [];
            at += digits;
            if (part == 2) break;
            if (at >= text.Length || text[at++] != '.') return [];
        }

        var end = at;
        if (end < text.Length && text[end] is '-' or '+')
        {
            while (end < text.Length && end < Longest && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '.' or '-' or '+')) end++;
        }

        // A fourth number, or a word without a hyphen: no version as npm has it.
        if (end == at && at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_' || (text[at] == '.' && Digits(text[(at + 1)..]) > 0))) return [];
        return text[..end].TrimEnd(".-+");
    }

    /// <summary>As <see cref="At"/>, of a string literal that holds nothing else; <paramref name="text"/> begins with its quote.</summary>
    public static ReadOnlySpan<char> Quoted(ReadOnlySpan<char> text)
    {
        if (text is not ['"' or '\'' or '`', ..]) return [];
        var version = At(text[1..]);
        return version.Length > 0 && version.Length + 1 < text.Length && text[version.Length + 1] == text[0] ? version : [];
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var count = text[..Math.Min(text.Length, 9)].IndexOfAnyExceptInRange('0', '9');
        return count < 0 ? Math.Min(text.Length, 9) : count;
    }
}
