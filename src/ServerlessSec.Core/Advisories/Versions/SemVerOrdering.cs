namespace ServerlessSec.Advisories.Versions;

/// <summary>
/// Semantic Versioning 2.0.0 as npm reads it: leading blanks, <c>v</c> and <c>=</c> are dropped, a pre-release may follow
/// without a hyphen, build metadata does not count. Missing numbers are zero, further ones count.
/// </summary>
internal sealed class SemVerOrdering : IVersionOrdering
{
    public bool Understands(string version) => Parsed.TryRead(version, out _);

    public int Compare(string left, string right)
    {
        var known = Parsed.TryRead(left, out var a);
        if (known != Parsed.TryRead(right, out var b)) return known ? 1 : -1;
        if (!known) return string.CompareOrdinal(left, right);
        return CompareNumbers(a.Numbers, b.Numbers) is var numbers and not 0 ? numbers : ComparePreRelease(a.PreRelease, b.PreRelease);
    }

    internal static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (left.Length > 0 || right.Length > 0)
        {
            var order = Digits.Compare(Next(ref left), Next(ref right));
            if (order != 0) return order;
        }

        return 0;
    }

    // SemVer 2.0.0 §11: none is higher than any; numbers by value, below words; words by character; the longer list is higher.
    internal static int ComparePreRelease(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        return left.IsEmpty || right.IsEmpty ? left.IsEmpty.CompareTo(right.IsEmpty) : CompareIdentifiers(left, right);
    }

    /// <summary>Lists of identifiers between dots.</summary>
    internal static int CompareIdentifiers(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (left.Length > 0 && right.Length > 0)
        {
            var order = CompareIdentifier(Next(ref left), Next(ref right));
            if (order != 0) return order;
        }

        return left.Length.CompareTo(right.Length);
    }

    private static int CompareIdentifier(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        (Digits.IsNumber(left), Digits.IsNumber(right)) switch
        {
            (true, true) => Digits.Compare(left, right),
            (true, false) => -1,
            (false, true) => 1,
            _ => left.SequenceCompareTo(right),
        };

    /// <summary>Takes what stands before the next dot.</summary>
    internal static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> list)
    {
        var dot = list.IndexOf('.');
        var item = dot < 0 ? list : list[..dot];
        list = dot < 0 ? [] : list[(dot + 1)..];
        return item;
    }

    private ref struct Parsed
    {
        public ReadOnlySpan<char> Numbers;
        public ReadOnlySpan<char> PreRelease;

        public static bool TryRead(string version, out Parsed parsed)
        {
            parsed = default;
            var rest = version.AsSpan().Trim().TrimStart("v=V \t");
            var plus = rest.IndexOf('+');
            if (plus >= 0) rest = rest[..plus];
            var length = NumbersLength(rest);
            if (length == 0) return false;
            parsed.Numbers = rest[..length];
            rest = rest[length..];
            if (rest.IsEmpty) return true;
            parsed.PreRelease = rest[0] == '-' ? rest[1..] : rest;
            return IsPreRelease(parsed.PreRelease);
        }

        private static int NumbersLength(ReadOnlySpan<char> text)
        {
            var length = 0;
            while (true)
            {
                var number = text[length..];
                var digits = Digits.Take(ref number).Length;
                // A dot that no number follows is not part of the numbers.
                if (digits == 0) return Math.Max(0, length - 1);
                length += digits;
                if (number.IsEmpty || number[0] != '.') return length;
                length++;
            }
        }

        private static bool IsPreRelease(ReadOnlySpan<char> text)
        {
            if (text.IsEmpty || text[0] == '.' || text[^1] == '.' || text.Contains("..", StringComparison.Ordinal)) return false;
            foreach (var c in text)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.')) return false;
            }

            return true;
        }
    }
}
