namespace ServerlessSec.Advisories.Versions;

/// <summary>Dart's order: Semantic Versioning, but build metadata counts, after everything else (pub_semver).</summary>
internal sealed class PubOrdering : IVersionOrdering
{
    private static readonly SemVerOrdering SemVer = new();

    public bool Understands(string version) => SemVer.Understands(version);

    public int Compare(string left, string right)
    {
        var order = SemVer.Compare(left, right);
        if (order != 0 || !SemVer.Understands(left)) return order;
        var a = Build(left);
        var b = Build(right);
        return a.IsEmpty || b.IsEmpty ? b.IsEmpty.CompareTo(a.IsEmpty) : SemVerOrdering.CompareIdentifiers(a, b);
    }

    private static ReadOnlySpan<char> Build(string version)
    {
        var plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? [] : version.AsSpan(plus + 1).Trim();
    }
}
