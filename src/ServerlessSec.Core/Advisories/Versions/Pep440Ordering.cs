namespace ServerlessSec.Advisories.Versions;

/// <summary>
/// PEP 440, complete: epoch, release, pre-, post- and development releases, local versions. Versions of before PEP 440 come
/// below all others, in setuptools' old order.
/// </summary>
internal sealed class Pep440Ordering : IVersionOrdering
{
    public bool Understands(string version) => !string.IsNullOrWhiteSpace(version);

    public int Compare(string left, string right)
    {
        var a = Pep440Version.TryParse(left);
        var b = Pep440Version.TryParse(right);
        return (a, b) switch
        {
            (null, null) => LegacyVersion.Compare(left, right),
            (null, _) => -1,
            (_, null) => 1,
            _ => Pep440Version.Compare(a, b),
        };
    }
}
