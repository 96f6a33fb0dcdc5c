using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Reports;

/// <summary>Text from scanned things, as a report may show it.</summary>
internal static class Shown
{
    private const char Replacement = '\uFFFD';

    /// <summary>Characters that hide text or change its direction.</summary>
    public const string Invisible =
        "\u061C\u200B\u200E\u200F\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u2060\u2066\u2067\u2068\u2069\uFEFF";

    private static readonly SearchValues<char> Suspects = SearchValues.Create(
        Invisible + string.Concat(Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl)));

    /// <summary>As it is, holes written as <c>${Name}</c>; half a surrogate pair is no text.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Exact(string? text)
    {
        if (text is null) return null;
        var shown = Text.Show(text);
        return shown.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? shown : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(shown));
    }

    /// <summary>For a reader's eye: line breaks and tabs become blanks, what hides or reorders text becomes visible.</summary>
    public static string Line(string text)
    {
        var exact = Exact(text);
        return exact.AsSpan().IndexOfAny(Suspects) < 0 ? exact.Trim() : string.Create(exact.Length, exact, Clean).Trim();
    }

    /// <summary>At most <paramref name="length"/> UTF-16 units, cut between characters and then ended by an ellipsis.</summary>
    public static string Cut(string text, int length)
    {
        if (text.Length <= length) return text;
        var end = length - 1;
        while (end > 0 && (char.IsLowSurrogate(text[end]) || IsAttached(text, end)) && end > length / 2) end--;
        if (char.IsLowSurrogate(text[end])) end--;
        return string.Concat(text.AsSpan(0, end), "…");
    }

    /// <summary>Whether the character at <paramref name="index"/> is drawn onto the one before.</summary>
    private static bool IsAttached(string text, int index) =>
        text[index] is '\u200D' || text[index - 1] is '\u200D'
        || CharUnicodeInfo.GetUnicodeCategory(text, index) is UnicodeCategory.NonSpacingMark
            or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark;

    private static void Clean(Span<char> target, string text)
    {
        for (var i = 0; i < text.Length; i++)
            target[i] = text[i] is '\t' or '\n' or '\r' or '\u2028' or '\u2029' ? ' ' : Suspects.Contains(text[i]) ? Replacement : text[i];
    }
}
