namespace ServerlessSec.Advisories.Versions;

/// <summary>Versions that .NET assemblies carry and packages cannot have: <c>6.8.0.11012235604.824068adaeb7b158df2b</c>.</summary>
internal static class AssemblyVersion
{
    private const int FewestNumbers = 3;
    private const int MostNumbers = 4;

    /// <summary>The numbers at its front that a package's version can have, where there are enough; else as it is.</summary>
    public static string Strip(string version)
    {
        var rest = version.AsSpan().Trim();
        var end = rest.Length;
        for (var count = 0; ; count++)
        {
            if (count == MostNumbers || !TryNumber(ref rest))
                return count >= FewestNumbers && rest.Length > 0 && IsTail(rest) ? version.AsSpan().Trim()[..end].ToString() : version;
            end = version.AsSpan().Trim().Length - rest.Length;
            if (rest.IsEmpty) return version;
            if (rest[0] != '.') return version;
            rest = rest[1..];
        }
    }

    private static bool TryNumber(ref ReadOnlySpan<char> text)
    {
        var rest = text;
        var number = Digits.Take(ref rest);
        if (number.IsEmpty || Digits.Compare(number, "2147483647") > 0 || (rest.Length > 0 && rest[0] is not ('.' or '-' or '+'))) return false;
        text = rest;
        return true;
    }

    private static bool IsTail(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '+')) return false;
        }

        return true;
    }
}
