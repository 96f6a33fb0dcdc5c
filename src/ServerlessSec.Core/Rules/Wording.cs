using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules;

/// <summary>Turns names into the middle of a sentence.</summary>
internal static class Wording
{
    /// <summary><c>A, B and C</c>; beyond <paramref name="most"/> names the rest is counted.</summary>
    public static string List(IEnumerable<string> names, int most = 6)
    {
        var shown = names.Select(Text.Show).ToArray();
        if (shown.Length > most) shown = [.. shown[..most], $"{shown.Length - most} more"];
        return shown.Length < 2 ? string.Concat(shown) : $"{string.Join(", ", shown[..^1])} and {shown[^1]}";
    }

    /// <summary>One line of printable text, cut at a length.</summary>
    public static string Line(string text, int most)
    {
        var line = string.Join(
            ' ',
            new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= most ? line : $"{line[..(char.IsHighSurrogate(line[most - 2]) ? most - 2 : most - 1)].TrimEnd()}…";
    }
}
