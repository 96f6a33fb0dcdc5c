namespace ServerlessSec.Advisories.Versions;

/// <summary>
/// Gem::Version's order: runs of digits and runs of letters; a word comes before any number, and with it a pre-release before
/// its release. Zeros at the end, and before the first word, do not count.
/// </summary>
internal sealed class RubyGemsOrdering : IVersionOrdering
{
    public bool Understands(string version)
    {
        var rest = version.AsSpan().Trim();
        if (Digits.Take(ref rest).IsEmpty) return false;
        var hyphen = false;
        var gap = false;
        foreach (var c in rest)
        {
            if (c is '.' or '-' && gap) return false;
            if (c is '-') hyphen = true;
            gap = c is '.' or '-' && !(hyphen && c is '-');
            if (c is not ('.' or '-') && !char.IsAsciiLetterOrDigit(c)) return false;
        }

        return !gap;
    }

    public int Compare(string left, string right)
    {
        var a = new Segments(left);
        var b = new Segments(right);
        while (true)
        {
            var x = a.Next();
            var y = b.Next();
            var order = CompareSegments(x, y);
            if (order != 0) return order;
            if (x.IsEmpty && y.IsEmpty) return 0;
        }
    }

    // The end of a version counts as zero.
    private static int CompareSegments(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var word = a.Length > 0 && char.IsAsciiLetter(a[0]);
        var other = b.Length > 0 && char.IsAsciiLetter(b[0]);
        if (word != other) return word ? -1 : 1;
        return word ? a.SequenceCompareTo(b) : Digits.Compare(a, b);
    }

    /// <summary>Numbers and words in turn; zeros that do not count are left out, and a hyphen reads as <c>pre</c>.</summary>
    private ref struct Segments(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> rest = text;
        private int zeros;
        private bool worded;

        // Zeros are held back until a number follows them: words and the end swallow them.
        private ReadOnlySpan<char> held;

        public ReadOnlySpan<char> Next()
        {
            if (zeros > 0)
            {
                zeros--;
                return "0";
            }

            if (held.Length > 0) return Release();
            var segment = Read();
            while (Digits.IsNumber(segment) && Digits.Compare(segment, "") == 0)
            {
                zeros++;
                segment = Read();
            }

            // Zeros before the first word go; those between a word and another count.
            var counts = segment.Length > 0 && (char.IsAsciiDigit(segment[0]) || worded);
            if (segment.Length > 0 && !char.IsAsciiDigit(segment[0])) worded = true;
            if (!counts) zeros = 0;
            if (zeros == 0) return segment;
            held = segment;
            zeros--;
            return "0";
        }

        private ReadOnlySpan<char> Release()
        {
            var segment = held;
            held = [];
            return segment;
        }

        private ReadOnlySpan<char> Read()
        {
            while (rest.Length > 0 && !char.IsAsciiLetterOrDigit(rest[0]))
            {
                var hyphen = rest[0] == '-';
                rest = rest[1..];
                if (hyphen) return "pre";
            }

            if (rest.IsEmpty) return [];
            if (char.IsAsciiDigit(rest[0])) return Digits.Take(ref rest);
            var length = 0;
            while (length < rest.Length && char.IsAsciiLetter(rest[length])) length++;
            var word = rest[..length];
            rest = rest[length..];
            return word;
        }
    }
}
