namespace ServerlessSec.Advisories.Versions;

/// <summary>
/// Numbers between separators, as CRAN (<c>1.2-3</c>) and Hackage (<c>1.2.3</c>) have them: compared one by one, and of two
/// that begin alike the longer is the later.
/// </summary>
internal sealed class NumberListOrdering(string separators) : IVersionOrdering
{
    public bool Understands(string version)
    {
        var rest = version.AsSpan();
        while (true)
        {
            if (Digits.Take(ref rest).IsEmpty) return false;
            if (rest.IsEmpty) return true;
            if (!separators.Contains(rest[0], StringComparison.Ordinal)) return false;
            rest = rest[1..];
        }
    }

    public int Compare(string left, string right)
    {
        var known = Understands(left);
        if (known != Understands(right)) return known ? 1 : -1;
        if (!known) return string.CompareOrdinal(left, right);
        var a = left.AsSpan();
        var b = right.AsSpan();
        while (a.Length > 0 && b.Length > 0)
        {
            var order = Digits.Compare(Digits.Take(ref a), Digits.Take(ref b));
            if (order != 0) return order;
            a = a.IsEmpty ? a : a[1..];
            b = b.IsEmpty ? b : b[1..];
        }

        return b.IsEmpty.CompareTo(a.IsEmpty);
    }
}
