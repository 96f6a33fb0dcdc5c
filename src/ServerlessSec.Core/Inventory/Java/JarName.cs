using System.Buffers;
using System.Collections.Frozen;

namespace ServerlessSec.Inventory.Java;

/// <summary>Artifact and version as the file name of a jar gives them: <c>artifact-1.2.3.jar</c>, <c>artifact-1.2.3-classifier.jar</c>.</summary>
/// <param name="Version">Empty where the name has none.</param>
internal readonly record struct JarName(string Artifact, string Version)
{
    private static readonly SearchValues<char> StampLetters = SearchValues.Create("0123456789abcdefTZ");

    // What may stand in a version after its number; all else after a number belongs to a name or is a classifier.
    private static readonly FrozenSet<string> Qualifiers = new[]
    {
        "alpha", "beta", "rc", "cr", "m", "b", "ga", "final", "release", "snapshot", "sp", "sec", "jre", "android", "jbossorg",
        "redhat", "incubating", "pre", "preview", "milestone", "ea", "v", "r", "p", "build", "pr", "hotfix", "dev", "pfd", "atlassian",
        "cloudera", "amzn", "empty", "to", "avoid", "conflict", "with", "guava", "java", "jdk", "wso", "lts",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <param name="path">Path or name, with its ending.</param>
    public static JarName Of(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        name = name[..Math.Max(0, name.LastIndexOf('.'))];
        return Split(name, letter: false) is { Version.Length: > 0 } numbered ? numbered : Split(name, letter: true);
    }

    /// <param name="letter">Whether a version may begin like <c>r09</c>.</param>
    private static JarName Split(string name, bool letter)
    {
        var partial = -1;
        for (var dash = name.IndexOf('-', StringComparison.Ordinal); dash >= 0; dash = name.IndexOf('-', dash + 1))
        {
            if (dash == 0 || dash + 1 == name.Length || !StartsVersion(name.AsSpan(dash + 1), letter)) continue;
            if (IsVersion(name.AsSpan(dash + 1))) return new(name[..dash], name[(dash + 1)..]);
            partial = dash;
        }

        // A classifier follows: the version ends where its parts end.
        if (partial < 0) return new(name, "");
        var end = name.IndexOf('-', partial + 1);
        for (var next = end; next >= 0 && IsVersion(name.AsSpan(partial + 1, next - partial - 1)); next = name.IndexOf('-', next + 1)) end = next;
        return end > partial && IsVersion(name.AsSpan(partial + 1, end - partial - 1))
            ? new(name[..partial], name[(partial + 1)..end])
            : new(name, "");
    }

    private static bool StartsVersion(ReadOnlySpan<char> text, bool letter) =>
        char.IsAsciiDigit(text[0]) || (letter && text.Length > 1 && text[0] is 'r' or 'v' && char.IsAsciiDigit(text[1]));

    private static bool IsVersion(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return false;
        var numbers = 0;
        foreach (var range in text.SplitAny("-._+"))
        {
            var part = text[range];
            if (part.IsEmpty) return false;

            // "1", "4Final", "rc1", "RELEASE", "20200101", "20200101T120000Z"
            var word = part.Trim("0123456789");
            if (word.Length < part.Length) numbers++;
            if (word.IsEmpty || IsStamp(part)) continue;

            // "1.9.22.noko2", "1.1.4c": names have no dots, and their words no number in front.
            var isBehindDot = range.Start.Value > 0 && text[range.Start.Value - 1] == '.' && numbers >= 2;
            var isSuffix = word.Length == 1 && char.IsAsciiDigit(part[0]) && part[^1] == word[0];
            if (!isBehindDot && !isSuffix && !Qualifiers.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word)) return false;
        }

        return numbers > 0;
    }

    private static bool IsStamp(ReadOnlySpan<char> part) =>
        part.Length >= 7 && char.IsAsciiDigit(part[0]) && !part.ContainsAnyExcept(StampLetters);
}
