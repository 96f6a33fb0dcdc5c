namespace ServerlessSec.Inventory.Native;

/// <summary>Text that a library leaves in the machine code it is compiled to, with its version.</summary>
/// <param name="Library">Name of the component.</param>
/// <param name="Text">What stands before the version.</param>
/// <param name="After">What must follow the version: <c>#</c> is a number, <c>@</c> a word, a blank one blank or more.</param>
/// <param name="Lead">How the version itself begins, where <paramref name="Text"/> alone says too little.</param>
/// <param name="Anchor">Text of the same object file that programs which merely use the library do not have.</param>
/// <param name="IsLone">Other libraries have such text: it says something only where one version alone fits in the file.</param>
/// <param name="HasPatch">Whether a number behind a hyphen is part of the version.</param>
internal sealed record NativeMark(string Library, string Text, string After = "", string Lead = "", string? Anchor = null, bool IsLone = false, bool HasPatch = false)
{
    private const int LongestVersion = 48;

    private readonly bool isAtStart = Text.StartsWith('\0');

    /// <summary>What is searched for: without the end of the text before, of which machine code is full.</summary>
    public string Sought { get; } = (Text + Lead).TrimStart('\0');

    /// <summary>The version in <paramref name="text"/>, which begins with <see cref="Sought"/>; null where it is another text.</summary>
    /// <param name="before">The letter before <paramref name="text"/>.</param>
    public string? Version(char before, ReadOnlySpan<char> text)
    {
        if (isAtStart && before != '\0') return null;
        var rest = text[(isAtStart ? Text.Length - 1 : Text.Length)..];
        var length = TokenLength(rest);
        return length is > 0 and <= LongestVersion && Follows(rest[length..], After) ? NativeVersion.Of(rest[..length], HasPatch) : null;
    }

    private static int TokenLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] is '.' or '-' or '+' or '~')) length++;
        return length;
    }

    private static bool Follows(ReadOnlySpan<char> text, string pattern)
    {
        foreach (var sign in pattern)
        {
            var length = sign switch
            {
                '#' => Run(text, char.IsAsciiDigit),
                '@' => Run(text, char.IsAsciiLetter),
                ' ' => Run(text, static letter => letter == ' '),
                _ => text.Length > 0 && text[0] == sign ? 1 : 0,
            };
            if (length == 0) return false;
            text = text[length..];
        }

        return true;
    }

    private static int Run(ReadOnlySpan<char> text, Func<char, bool> isOf)
    {
        var length = 0;
        while (length < text.Length && isOf(text[length])) length++;
        return length;
    }
}

/// <summary>Takes the upstream version out of what stands in a program.</summary>
internal static class NativeVersion
{
    private static readonly string[] Coming = ["alpha", "beta", "rc", "dev", "pre"];

    /// <summary>Numbers with dots, up to two letters (<c>1.1.1w</c>), a patch number (<c>6.9.11-60</c>) and what marks a version
    /// that is being made; what a distribution or a configuration adds is left out. Null where there is no version.</summary>
    public static string? Of(ReadOnlySpan<char> token, bool hasPatch = false)
    {
        // A build of FFmpeg from its repository.
        if (token.StartsWith("N-")) return token.ToString();
        if (token.Length > 1 && token[0] is 'n' or 'v') token = token[1..];

        var (end, dots) = (0, 0);
        while (end < token.Length && (char.IsAsciiDigit(token[end]) || (token[end] == '.' && end + 1 < token.Length && char.IsAsciiDigit(token[end + 1]))))
        {
            if (token[end++] == '.') dots++;
        }

        if (dots is 0 or > 4 || !char.IsAsciiDigit(token[0])) return null;
        var letters = 0;
        while (end + letters < token.Length && char.IsAsciiLetterLower(token[end + letters])) letters++;
        if (letters is 1 or 2 && !IsComing(token[end..])) return token[..(end + letters)].ToString();

        var rest = token[end..];
        if (hasPatch && rest.Length > 1 && rest[0] == '-' && !rest[1..].ContainsAnyExceptInRange('0', '9')) return token.ToString();
        if (rest.Length > 0 && rest[0] is '-' or '.' or '~') rest = rest[1..];
        return IsComing(rest) ? $"{token[..end]}-{rest}" : token[..end].ToString();
    }

    private static bool IsComing(ReadOnlySpan<char> text)
    {
        foreach (var word in Coming)
        {
            if (text.StartsWith(word, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
