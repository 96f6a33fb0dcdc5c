using System.Text;

namespace ServerlessSec.Advisories.Versions;

/// <summary>What Composer makes of a version before it compares: four numbers, a stability in full, <c>-dev</c>.</summary>
internal static class ComposerVersion
{
    private const string Newest = "9999999";

    private static readonly (string Short, string Full)[] Stabilities =
    [
        ("stable", ""), ("beta", "beta"), ("b", "beta"), ("rc", "RC"), ("alpha", "alpha"), ("a", "alpha"), ("patch", "patch"),
        ("pl", "patch"), ("p", "patch"),
    ];

    /// <summary><c>1.2.0.0-beta3</c> of <c>v1.2b3</c>, <c>1.2.9999999.9999999-dev</c> of <c>1.2.x-dev</c>; branches and dates stay as they are.</summary>
    public static string Normalise(string version)
    {
        var text = version.AsSpan().Trim();
        if (text.IndexOf(" as ") is var alias and > 0) text = text[..alias].TrimEnd();
        if (text.IndexOfAny('@', '+') is var tail and > 0) text = text[..tail];
        if (text.StartsWith('v') || text.StartsWith('V')) text = text[1..];
        var normal = new StringBuilder(text.Length + 16);
        if (!TryNumbers(ref text, normal, out var branch)) return version;
        if (!branch) ReadStability(ref text, normal);
        var development = TryDevelopment(ref text);
        if (text.Length > 0 || (branch && !development)) return version;
        return development ? normal.Append("-dev").ToString() : normal.ToString();
    }

    private static bool TryNumbers(ref ReadOnlySpan<char> text, StringBuilder normal, out bool branch)
    {
        branch = false;
        var first = Digits.Take(ref text);
        if (first.Length is 0 or > 5) return false;
        normal.Append(first);
        for (var i = 1; i < 4; i++)
        {
            if (text.Length > 1 && text[0] == '.' && (char.IsAsciiDigit(text[1]) || text[1] is 'x' or 'X' or '*'))
            {
                text = text[1..];
                var number = Digits.Take(ref text);
                if (number.IsEmpty) text = text[1..];
                branch |= number.IsEmpty;
                normal.Append('.').Append(number.IsEmpty ? Newest : number);
            }
            else normal.Append('.').Append(branch ? Newest : "0");
        }

        return true;
    }

    private static void ReadStability(ref ReadOnlySpan<char> text, StringBuilder normal)
    {
        var rest = text.Length > 0 && text[0] is '.' or '_' or '-' ? text[1..] : text;
        foreach (var (word, full) in Stabilities)
        {
            if (!rest.StartsWith(word, StringComparison.OrdinalIgnoreCase)) continue;
            rest = rest[word.Length..];
            var number = rest;
            while (rest.Length > 0 && (char.IsAsciiDigit(rest[0]) || (rest.Length > 1 && rest[0] is '.' or '-' && char.IsAsciiDigit(rest[1]))))
                rest = rest[1..];
            if (full.Length > 0) normal.Append('-').Append(full).Append(number[..^rest.Length].TrimStart(".-"));
            text = rest;
            return;
        }
    }

    private static bool TryDevelopment(ref ReadOnlySpan<char> text)
    {
        var rest = text.Length > 0 && text[0] is '.' or '-' ? text[1..] : text;
        if (!rest.Equals("dev", StringComparison.OrdinalIgnoreCase)) return false;
        text = [];
        return true;
    }
}
