namespace ServerlessSec.Advisories.Versions;

/// <summary>How one ecosystem orders its versions.</summary>
public interface IVersionOrdering
{
    /// <summary>Whether the text is a version whose place in the order is known.</summary>
    bool Understands(string version);

    /// <summary>
    /// A total order over every text, in time linear in its length: negative where <paramref name="left"/> comes first, zero
    /// where both have the same place. A text that is no version has a place too, which says nothing.
    /// </summary>
    int Compare(string left, string right);
}
