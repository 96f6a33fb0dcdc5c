using System.Buffers;
using System.Globalization;

namespace ServerlessSec.Inventory.Npm;

/// <summary>
/// Ranges of versions as npm's manifests write them (https://docs.npmjs.com/cli/configuring-npm/package-json#dependencies). In doubt a
/// version is allowed: pre-releases count where their numbers do.
/// </summary>
internal static class NpmRange
{
    private const int Longest = 256;

    /// <summary>What npm takes no number beyond.</summary>
    private const long Largest = (1L << 53) - 1;

    private static readonly SearchValues<char> Identifiers = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-");

    /// <param name="Parts">How many numbers are given: <c>1.2</c> has two.</param>
    private readonly record struct Version(long Major, long Minor, long Patch, string Pre, int Parts) : IComparable<Version>
    {
        public int CompareTo(Version other)
        {
            var order = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
            if (order != 0 || Pre == other.Pre) return order;
            if (Pre.Length == 0 || other.Pre.Length == 0) return Pre.Length == 0 ? 1 : -1;
            return ComparePre(Pre.Split('.'), other.Pre.Split('.'));
        }

        /// <summary>The first version behind all that the given numbers stand for.</summary>
        public Version Next(int parts) => parts switch
        {
            <= 1 => new(Major + 1, 0, 0, "0", 3),
            2 => new(Major, Minor + 1, 0, "0", 3),
            _ => new(Major, Minor, Patch + 1, "0", 3),
        };

        private static int ComparePre(string[] a, string[] b)
        {
            for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
            {
                var numbers = (IsNumber(a[i], out var x), IsNumber(b[i], out var y));
                var order = numbers switch { (true, true) => x.CompareTo(y), (true, false) => -1, (false, true) => 1, _ => string.CompareOrdinal(a[i], b[i]) };
                if (order != 0) return order;
            }

            return a.Length.CompareTo(b.Length);
        }

        private static bool IsNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Null where the range is none: a tag, an address, an alias.</summary>
    public static bool? Allows(string range, string version)
    {
        if (range.Length > Longest || Parse(version) is not { Parts: 3 } installed) return null;
        var isAllowed = false;
        foreach (var alternative in range.Split("||"))
        {
            if (Within(alternative.Trim(), installed) is not { } isWithin) return null;
            isAllowed |= isWithin;
        }

        return isAllowed;
    }

    private static bool? Within(string set, Version installed)
    {
        if (set.Split(" - ") is [var from, var to]) return Both(Holds(">=", from.Trim(), installed), Holds("<=", to.Trim(), installed));
        bool? all = true;
        var words = set.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length && all is not null; i++)
        {
            var length = words[i].AsSpan().IndexOfAnyExcept("<>=~^");
            var (sign, rest) = length < 0 ? (words[i], i + 1 < words.Length ? words[++i] : "") : (words[i][..length], words[i][length..]);
            all = Both(all, Holds(sign, rest, installed));
        }

        return all;
    }

    private static bool? Both(bool? a, bool? b) => a is null || b is null ? null : a.Value && b.Value;

    private static bool? Holds(string sign, string text, Version installed)
    {
        if (Parse(text) is not { } bound) return null;
        if (bound.Parts == 0) return sign is not ("<" or ">");
        return sign switch
        {
            "" or "=" => bound.Parts == 3 ? installed.CompareTo(bound) == 0 : installed.CompareTo(bound) >= 0 && installed.CompareTo(bound.Next(bound.Parts)) < 0,
            ">=" => installed.CompareTo(bound) >= 0,
            ">" => bound.Parts == 3 ? installed.CompareTo(bound) > 0 : installed.CompareTo(bound.Next(bound.Parts)) >= 0,
            "<" => installed.CompareTo(bound) < 0,
            "<=" => bound.Parts == 3 ? installed.CompareTo(bound) <= 0 : installed.CompareTo(bound.Next(bound.Parts)) < 0,
            "~" or "~>" => installed.CompareTo(bound) >= 0 && installed.CompareTo(bound.Next(Math.Min(bound.Parts, 2))) < 0,
            "^" => installed.CompareTo(bound) >= 0 && installed.CompareTo(bound.Next(Caret(bound))) < 0,
            _ => null,
        };
    }

    /// <summary>The left-most number that is not zero stays.</summary>
    private static int Caret(Version bound) => bound switch
    {
        { Major: > 0 } or { Parts: 1 } => 1,
        { Minor: > 0 } or { Parts: 2 } => 2,
        _ => 3,
    };

    private static Version? Parse(string text)
    {
        text = text.TrimStart('v', '=', ' ').Split('+')[0];
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var (numbers, pre) = dash < 0 ? (text, "") : (text[..dash], text[(dash + 1)..]);
        if (pre.AsSpan().ContainsAnyExcept(Identifiers)) return null;
        Span<long> values = stackalloc long[3];
        var parts = 0;
        var fields = numbers.Length == 0 ? [] : numbers.Split('.');
        if (fields.Length > 3) return null;
        foreach (var field in fields)
        {
            if (field is "x" or "X" or "*") break;
            if (!long.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out values[parts]) || values[parts] > Largest) return null;
            parts++;
        }

        return new(values[0], values[1], values[2], parts == 3 ? pre : "", parts);
    }
}
