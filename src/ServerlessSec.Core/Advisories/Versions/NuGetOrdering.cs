namespace ServerlessSec.Advisories.Versions;

/// <summary>
/// NuGet's order: Semantic Versioning 2.0.0 with up to four numbers, labels without regard to case, metadata not counted.
/// Missing numbers are zero; blanks around numbers do not count.
/// </summary>
internal sealed class NuGetOrdering : IVersionOrdering
{
    private const int MostNumbers = 4;

    /// <summary>NuGet takes no number that an <see cref="int"/> cannot hold; the order has a place for them all the same.</summary>
    public bool Understands(string version)
    {
        if (!TryRead(version, out var numbers, out _)) return false;
        while (numbers.Length > 0)
        {
            if (Digits.Compare(NextNumber(ref numbers), "2147483647") > 0) return false;
        }

        return true;
    }

    public int Compare(string left, string right)
    {
        var known = TryRead(left, out var a, out var x);
        if (known != TryRead(right, out var b, out var y)) return known ? 1 : -1;
        if (!known) return string.CompareOrdinal(left, right);
        for (var i = 0; i < MostNumbers; i++)
        {
            var order = Digits.Compare(NextNumber(ref a), NextNumber(ref b));
            if (order != 0) return order;
        }

        return CompareLabels(x, y);
    }

    private static ReadOnlySpan<char> NextNumber(ref ReadOnlySpan<char> numbers)
    {
        var dot = numbers.IndexOf('.');
        var number = (dot < 0 ? numbers : numbers[..dot]).Trim();
        numbers = dot < 0 ? [] : numbers[(dot + 1)..];
        return number;
    }

    private static int CompareLabels(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (a.IsEmpty || b.IsEmpty) return a.IsEmpty.CompareTo(b.IsEmpty);
        while (a.Length > 0 && b.Length > 0)
        {
            var x = SemVerOrdering.Next(ref a);
            var y = SemVerOrdering.Next(ref b);
            var order = (Digits.IsNumber(x), Digits.IsNumber(y)) switch
            {
                (true, true) => Digits.Compare(x, y),
                (true, false) => -1,
                (false, true) => 1,
                _ => x.CompareTo(y, StringComparison.OrdinalIgnoreCase),
            };
            if (order != 0) return order;
        }

        return a.Length.CompareTo(b.Length);
    }

    private static bool TryRead(string version, out ReadOnlySpan<char> numbers, out ReadOnlySpan<char> labels)
    {
        numbers = labels = [];
        var rest = version.AsSpan().Trim();
        var plus = rest.IndexOf('+');
        if (plus >= 0)
        {
            if (!AreLabels(rest[(plus + 1)..])) return false;
            rest = rest[..plus];
        }

        var hyphen = rest.IndexOf('-');
        numbers = hyphen < 0 ? rest : rest[..hyphen];
        labels = hyphen < 0 ? [] : rest[(hyphen + 1)..];
        return AreNumbers(numbers) && (hyphen < 0 || AreLabels(labels));
    }

    private static bool AreNumbers(ReadOnlySpan<char> numbers)
    {
        for (var count = 1; count <= MostNumbers; count++)
        {
            var last = !numbers.Contains('.');
            if (!Digits.IsNumber(NextNumber(ref numbers))) return false;
            if (last) return true;
        }

        return false;
    }

    private static bool AreLabels(ReadOnlySpan<char> labels)
    {
        if (labels.IsEmpty || labels[0] == '.' || labels[^1] == '.') return false;
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] == '.' ? labels[i - 1] == '.' : !char.IsAsciiLetterOrDigit(labels[i]) && labels[i] != '-') return false;
        }

        return true;
    }
}
