namespace ServerlessSec.Advisories.Versions;

/// <summary>How one ecosystem orders its versions.</summary>
public interface IVersionOrdering
{
    /// <summary>Whether the text is a version whose place in the order is known.</summary>
    bool Understands(string version);

    /// <summary>
    /// A total order over every text: negative where <paramref name="left"/> comes first, zero where both are the same version.
    /// What is not understood comes before everything else.
    /// </summary>
    int Compare(string left, string right);
}

/// <summary>The orderings there are; an ecosystem without one is matched by listed versions only.</summary>
public static class VersionOrderings
{
    private static readonly SemVerOrdering SemVer = new();
    private static readonly Pep440Ordering Pep440 = new();

    /// <summary>The ecosystem's ordering; null where there is none yet.</summary>
    public static IVersionOrdering? For(string ecosystem) => Ecosystems.Base(ecosystem) switch
    {
        "npm" => SemVer,
        "PyPI" => Pep440,
        // OSV defines both as Semantic Versioning 2.0.0, which is npm's order too.
        "Go" or "crates.io" => SemVer,
        _ => null,
    };
}
