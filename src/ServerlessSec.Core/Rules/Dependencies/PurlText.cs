namespace ServerlessSec.Rules.Dependencies;

/// <summary>Takes the written form of a purl apart; within its parts <c>@</c>, <c>?</c> and <c>#</c> are percent-encoded.</summary>
internal static class PurlText
{
    public static string WithoutVersion(string purl) => Plain(purl) is var plain && At(plain) is var at and >= 0 ? plain[..at] : plain;

    public static string Version(string purl) =>
        Plain(purl) is var plain && At(plain) is var at and >= 0 ? Uri.UnescapeDataString(plain[(at + 1)..]) : "";

    /// <summary>Namespace and name.</summary>
    public static string Name(string purl)
    {
        var plain = WithoutVersion(purl);
        return Uri.UnescapeDataString(plain[(plain.IndexOf('/', StringComparison.Ordinal) + 1)..]);
    }

    private static string Plain(string purl) => purl.Split('?', '#')[0];

    private static int At(string plain) => plain.LastIndexOf('@') is var at && at > plain.LastIndexOf('/') ? at : -1;
}

/// <summary>Orders versions by their runs of digits as numbers: good enough to number those hit by one advisory.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (a, b) = (Runs(x ?? ""), Runs(y ?? ""));
        for (var i = 0; i < Math.Min(a.Count, b.Count); i++)
        {
            var (m, n) = (a[i].TrimStart('0'), b[i].TrimStart('0'));
            var both = char.IsAsciiDigit(a[i][0]) && char.IsAsciiDigit(b[i][0]);
            var order = both && m.Length != n.Length
                ? m.Length.CompareTo(n.Length)
                : string.CompareOrdinal(both ? m : a[i], both ? n : b[i]);
            if (order != 0) return order;
        }

        return a.Count != b.Count ? a.Count.CompareTo(b.Count) : string.CompareOrdinal(x, y);
    }

    private static List<string> Runs(string text)
    {
        var runs = new List<string>();
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            while (i < text.Length && char.IsAsciiDigit(text[i]) == char.IsAsciiDigit(text[start])) i++;
            runs.Add(text[start..i]);
        }

        return runs;
    }
}
