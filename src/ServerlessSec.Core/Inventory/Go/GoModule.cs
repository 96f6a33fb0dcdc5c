namespace ServerlessSec.Inventory.Go;

/// <summary>Makes components of what names Go modules.</summary>
internal static class GoModule
{
    public const string Ecosystem = "Go";

    /// <summary>Under this name the vulnerability database keeps what comes with the toolchain.</summary>
    public const string StandardLibrary = "stdlib";

    private const int LongestPart = 1_024;

    public static Component Component(string path, string version, Occurrence occurrence) => new()
    {
        Purl = Purl.Golang(path, version),
        Ecosystem = Ecosystem,
        Name = path,
        Version = version,
        Occurrences = [occurrence],
    };

    public static bool IsPath(string path) =>
        IsWord(path) && path[0] is not ('.' or '/') && path[^1] != '/' && !path.Contains("//", StringComparison.Ordinal);

    /// <summary>A version as modules have them: <c>v1.2.3</c>, pseudo-versions and <c>+incompatible</c> included.</summary>
    public static bool IsVersion(string version) => IsWord(version) && version[0] == 'v' && version.Length > 1 && char.IsAsciiDigit(version[1]);

    private static bool IsWord(string text)
    {
        if (text.Length is 0 or > LongestPart) return false;
        foreach (var letter in text)
        {
            if (letter is <= ' ' or '\u007f' or '"' or '\\') return false;
        }

        return true;
    }
}
