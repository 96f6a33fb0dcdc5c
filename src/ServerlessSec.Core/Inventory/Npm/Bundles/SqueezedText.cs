using System.Buffers;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>
/// Code as a minifier would space and quote it: no comments, no needless white space, one kind of quote, and none escaped,
/// so that what is known of minified code is found in code that is not, in evaluated strings, and between backticks.
/// </summary>
internal static class SqueezedText
{
    private const int LongestComment = 8 << 10;

    private static readonly string[] Hints = ["/*#__PURE__*/", "/* @__PURE__ */", "/*@__PURE__*/", "/* #__PURE__ */"];
    private static readonly SearchValues<char> Special = SearchValues.Create(" \t\r\n'`\\/");

    /// <summary>Whether it would differ from the text by more than the inside of strings.</summary>
    public static bool IsNeeded(ReadOnlySpan<char> text) =>
        text.Count(' ') + text.Count('\t') > text.Length / 12
            || text.Count('`') * 4 > text.Count('"')
            || text.Count('\'') > text.Count('"')
            || text.Count('\\') > text.Length / 50;

    /// <summary>A text from the midst of a line.</summary>
    public static string Of(string text)
    {
        var into = new char[text.Length];
        return new(into, 0, Write(text, into, isLineStart: false));
    }

    /// <summary>Gives the number of characters written, which is never more than those of the text.</summary>
    public static int Write(ReadOnlySpan<char> text, Span<char> into, bool isLineStart = true)
    {
        var length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var plain = text[at..].IndexOfAny(Special);
            if (plain < 0) plain = text.Length - at;
            if (plain > 0)
            {
                text.Slice(at, plain).CopyTo(into[length..]);
                (length, at, isLineStart) = (length + plain, at + plain - 1, false);
                continue;
            }

            var rest = text[at..];
            if (Space(rest, out var hasLine) is > 0 and var space)
            {
                isLineStart |= hasLine;
                at += space - 1;
                if (length > 0 && IsWord(into[length - 1]) && at + 1 < text.Length && IsWord(text[at + 1])) into[length++] = ' ';
            }
            else if (Comment(rest, isLineStart) is > 0 and var comment)
            {
                at += comment - 1;
            }
            else
            {
                var quote = rest.IndexOfAnyExcept('\\');
                isLineStart = false;
                if (quote >= 0 && rest[quote] is '"' or '\'' or '`')
                {
                    at += quote;
                    into[length++] = '"';
                }
                else
                {
                    var run = quote > 0 ? quote : Math.Max(1, quote < 0 ? rest.Length : 1);
                    rest[..run].CopyTo(into[length..]);
                    (length, at) = (length + run, at + run - 1);
                }
            }
        }

        return length;
    }

    /// <summary>White space at the beginning, be it escaped.</summary>
    private static int Space(ReadOnlySpan<char> text, out bool hasLine)
    {
        var at = 0;
        hasLine = false;
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t' or '\r' or '\n') hasLine |= text[at++] == '\n';
            else if (text[at..] is ['\\', 'n' or 't' or 'r', ..]) (hasLine, at) = (hasLine | text[at + 1] == 'n', at + 2);
            else break;
        }

        return at;
    }

    /// <summary>A comment that has its lines for itself; elsewhere those signs may stand in strings.</summary>
    private static int Comment(ReadOnlySpan<char> text, bool isLineStart)
    {
        foreach (var hint in Hints)
        {
            if (text.StartsWith(hint, StringComparison.Ordinal)) return hint.Length;
        }

        if (!isLineStart || text is not ['/', '/' or '*', ..]) return 0;
        if (text[1] == '*') return text[..Math.Min(text.Length, LongestComment)].IndexOf("*/") is > 0 and var end ? end + 2 : 0;
        for (var at = 2; at < text.Length; at++)
        {
            var next = text[at..].IndexOfAny('\n', '\\');
            if (next < 0) break;
            at += next;
            if (text[at] == '\n' || text[at..] is ['\\', 'n', ..]) return at;
        }

        return text.Length;
    }

    private static bool IsWord(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '$';
}
