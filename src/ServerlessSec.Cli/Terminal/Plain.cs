using System.Globalization;
using System.Text;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Cli.Terminal;

/// <summary>Makes text from scanned input harmless on a terminal: one line, no control sequence, nothing invisible that
/// turns reading order.</summary>
internal static class Plain
{
    public static string Of(string text, bool ascii = false)
    {
        var shown = Text.Show(text);
        if (IsHarmless(shown)) return shown;

        var plain = new StringBuilder(shown.Length + 16);
        foreach (var rune in shown.EnumerateRunes())
        {
            if (rune.Value is '\t' or '\n' or '\r') plain.Append(' ');
            else if (ascii && Spelled(rune) is { } spelled) plain.Append(spelled);
            else if (IsUnsafe(rune) || (ascii && !rune.IsAscii)) plain.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X4}}}");
            else plain.Append(rune.ToString());
        }

        return plain.ToString();
    }

    /// <summary>Signs of our own sentences that have a spelling in ASCII.</summary>
    private static string? Spelled(Rune rune) => rune.Value switch
    {
        '→' => "->",
        '…' => "...",
        '–' or '—' => "-",
        '‘' or '’' => "'",
        '“' or '”' => "\"",
        _ => null,
    };

    private static bool IsHarmless(string text)
    {
        foreach (var c in text)
        {
            if (c is < ' ' or > '~') return false;
        }

        return true;
    }

    private static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned;
}
