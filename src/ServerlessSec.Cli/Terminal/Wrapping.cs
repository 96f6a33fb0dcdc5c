using System.Globalization;
using System.Text;

namespace ServerlessSec.Cli.Terminal;

/// <summary>Breaks text into lines of at most so many terminal cells, at spaces where it can.</summary>
internal static class Wrapping
{
    public static int CellsOf(string text)
    {
        var cells = 0;
        foreach (var rune in text.EnumerateRunes()) cells += CellsOf(rune);
        return cells;
    }

    public static List<string> Wrap(string text, int width)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        var used = 0;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var rest = word;
            // What fits no line at all begins beside what stands there, if a good part of it does.
            if (used > 0 && CellsOf(rest) > width && width - used - 1 >= Math.Max(width / 2, 8))
            {
                var begun = CutAt(rest, width - used - 1);
                line.Append(' ').Append(rest, 0, begun);
                rest = rest[begun..];
                Flush();
            }

            if (used > 0 && used + 1 + CellsOf(rest) > width) Flush();
            while (CellsOf(rest) > width)
            {
                var cut = CutAt(rest, width);
                line.Append(rest, 0, cut);
                rest = rest[cut..];
                Flush();
            }

            if (rest.Length == 0) continue;
            if (used > 0) line.Append(' ');
            line.Append(rest);
            used = CellsOf(line.ToString());
        }

        if (used > 0 || lines.Count == 0) Flush();
        return lines;

        void Flush()
        {
            lines.Add(line.ToString());
            line.Clear();
            used = 0;
        }
    }

    /// <summary>The last place within the width after a character that paths and names are divided by, else as much as fits.</summary>
    private static int CutAt(string word, int width)
    {
        int cells = 0, at = 0, divider = 0;
        foreach (var rune in word.EnumerateRunes())
        {
            cells += CellsOf(rune);
            if (cells > width) break;
            at += rune.Utf16SequenceLength;
            if (rune.Value is '/' or '\\' or ',' or ':' or '.' or '-' or '_' or '@') divider = at;
        }

        if (divider > at / 2) return divider;
        return at > 0 ? at : 1 + (char.IsHighSurrogate(word[0]) ? 1 : 0);
    }

    private static int CellsOf(Rune rune)
    {
        if (rune.IsAscii) return 1;
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark) return 0;
        return rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
            or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6)
            or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD) ? 2 : 1;
    }
}
