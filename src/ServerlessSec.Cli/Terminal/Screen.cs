using System.Collections.Immutable;

namespace ServerlessSec.Cli.Terminal;

internal enum Ink
{
    None,
    Bold,
    Dim,
    Red,
    Yellow,
    Green,
}

/// <summary>A piece of text in one colour; as part of a cell it begins a new line.</summary>
internal readonly record struct Piece(string Text, Ink Ink = Ink.None);

/// <summary>One column of a row; width 0 takes what is left.</summary>
internal readonly record struct Cell(int Width, params ImmutableArray<Piece> Pieces)
{
    public static Cell Of(int width, string text, Ink ink = Ink.None) => new(width, [new(text, ink)]);
}

/// <summary>Writes text for a person within a width, everything made plain, coloured only where that is wanted.</summary>
internal sealed class Screen(TextWriter output, int width, bool colour, bool ascii)
{
    private const int Gutter = 2;

    public int Width { get; } = Math.Clamp(width, 40, 200);

    public void Line() => output.Write('\n');

    public void Line(string text, Ink ink = Ink.None) => Row(Cell.Of(0, text, ink));

    /// <summary>A lead and a text that, when it wraps, stays to the right of the lead.</summary>
    public void Hang(string lead, string text, Ink leadInk = Ink.None, Ink ink = Ink.None) =>
        Row(Cell.Of(lead.Length, lead, leadInk), Cell.Of(0, text, ink));

    public void Rule(Ink ink = Ink.Dim) => WriteLine([(new string('-', Width), ink)]);

    /// <summary>Cells beside each other, two blanks between them, each wrapped within its own width.</summary>
    public void Row(params ReadOnlySpan<Cell> cells)
    {
        var left = Width;
        foreach (var cell in cells) left -= cell.Width + Gutter;
        left += Gutter;

        var columns = new (int Width, List<(string Text, Ink Ink)> Lines)[cells.Length];
        var height = 0;
        for (var i = 0; i < cells.Length; i++)
        {
            var wide = cells[i].Width == 0 ? Math.Max(left, 10) : cells[i].Width;
            columns[i] = (wide, Lines(cells[i], wide));
            height = Math.Max(height, columns[i].Lines.Count);
        }

        for (var line = 0; line < height; line++) WriteLine(Across(columns, line));
    }

    private List<(string, Ink)> Lines(Cell cell, int wide)
    {
        var lines = new List<(string, Ink)>();
        foreach (var (text, ink) in cell.Pieces)
        {
            var plain = Plain.Of(text, ascii);
            // Blanks in front are layout of ours; wrapping keeps them as an indent of every line.
            var indent = Math.Min(plain.Length - plain.TrimStart(' ').Length, 8);
            foreach (var part in Wrapping.Wrap(plain, Math.Max(wide - indent, 8)))
                lines.Add((new string(' ', part.Length == 0 ? 0 : indent) + part, ink));
        }

        return lines;
    }

    private static List<(string, Ink)> Across((int Width, List<(string Text, Ink Ink)> Lines)[] columns, int line)
    {
        var across = new List<(string, Ink)>();
        var pending = 0;
        foreach (var (wide, lines) in columns)
        {
            if (line < lines.Count && lines[line].Text.Length > 0)
            {
                if (pending > 0) across.Add((new(' ', pending), Ink.None));
                across.Add(lines[line]);
                pending = wide - Wrapping.CellsOf(lines[line].Text) + Gutter;
            }
            else
            {
                pending += wide + Gutter;
            }
        }

        return across;
    }

    private void WriteLine(List<(string Text, Ink Ink)> pieces)
    {
        foreach (var (text, ink) in pieces)
        {
            if (!colour || ink == Ink.None) output.Write(text);
            else output.Write($"\e[{Code(ink)}m{text}\e[0m");
        }

        output.Write('\n');
    }

    private static string Code(Ink ink) => ink switch
    {
        Ink.Bold => "1",
        Ink.Dim => "2",
        Ink.Red => "1;31",
        Ink.Yellow => "33",
        Ink.Green => "32",
        _ => "0",
    };
}
