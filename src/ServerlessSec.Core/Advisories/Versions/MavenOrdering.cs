namespace ServerlessSec.Advisories.Versions;

/// <summary>
/// Maven's order of versions (org.apache.maven.artifact.versioning.ComparableVersion). Maven compares nested lists, which for
/// some versions run in a circle (7 and 7.Final are one, and 7.Final-patch-1 lies between them); here the lists are one row,
/// in which a word before a dot is as one before a hyphen, so the order is total.
/// </summary>
internal sealed class MavenOrdering : IVersionOrdering
{
    // Room on the stack for the parts of any version that a person wrote.
    private const int ShortVersion = 128;

    /// <summary>Maven takes any text; properties left unfilled and ranges are no versions.</summary>
    public bool Understands(string version)
    {
        if (version.Length == 0) return false;
        foreach (var c in version)
        {
            if (char.IsWhiteSpace(c) || c is '$' or '{' or '}' or '[' or ']' or '(' or ')' or ',') return false;
        }

        return true;
    }

    public int Compare(string left, string right)
    {
        Span<MavenPart> x = left.Length <= ShortVersion ? stackalloc MavenPart[left.Length + 1] : new MavenPart[left.Length + 1];
        Span<MavenPart> y = right.Length <= ShortVersion ? stackalloc MavenPart[right.Length + 1] : new MavenPart[right.Length + 1];
        x = MavenParts.Read(left, x);
        y = MavenParts.Read(right, y);
        for (var i = 0; i < Math.Max(x.Length, y.Length); i++)
        {
            var order = MavenParts.Compare(left, i < x.Length ? x[i] : default, right, i < y.Length ? y[i] : default);
            if (order != 0) return order;
        }

        return 0;
    }
}
