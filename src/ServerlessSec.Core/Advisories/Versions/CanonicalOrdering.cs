namespace ServerlessSec.Advisories.Versions;

/// <summary>An ordering over what a tool makes of a version before it compares.</summary>
internal sealed class CanonicalOrdering(IVersionOrdering ordering, Func<string, string> canonical) : IVersionOrdering
{
    public bool Understands(string version) => ordering.Understands(canonical(version));

    public int Compare(string left, string right) => ordering.Compare(canonical(left), canonical(right));
}
