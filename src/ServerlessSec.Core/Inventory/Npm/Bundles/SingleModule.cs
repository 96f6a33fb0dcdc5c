using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>
/// Tells a minified file that was not bundled: it asks for another file of the package by a path beside its own, which a
/// bundler would have put into it. What bundlers split off themselves bears a hash, a number or a word for it in its name.
/// </summary>
internal static class SingleModule
{
    private const string Beside = "./";
    private const int LongestPath = 200;
    private const int ShortestHash = 8;
    private const int MostPaths = 100;

    private static readonly string[] Endings = ["", ".js", ".cjs", ".mjs", ".json", "/index.js", "/index.cjs", "/index.mjs"];
    private static readonly string[] Parts = ["chunk", "vendor", "common", "runtime", "shared"];

    /// <param name="head">Its text, or as much of it as is looked at.</param>
    public static bool Is(PackageTree tree, PackageFile file, ReadOnlySpan<char> head)
    {
        var looked = 0;
        for (var at = 0; at < head.Length && looked < MostPaths; at += Beside.Length)
        {
            var next = head[at..].IndexOf(Beside);
            if (next < 0) return false;
            at += next;
            var start = at > 0 && head[at - 1] == '.' ? at - 1 : at;
            if (start == 0 || head[start - 1] is not ('"' or '\'' or '`')) continue;
            var rest = head[start..Math.Min(head.Length, start + LongestPath)];
            if (rest.IndexOf(head[start - 1]) is not (> 2 and var end) || !IsAsked(head[..(start - 1)])) continue;
            looked++;
            if (IsOther(tree, file, rest[..end].ToString())) return true;
        }

        return false;
    }

    /// <summary><c>require("./x")</c>, <c>import("./x")</c>, <c>from"./x"</c>, <c>import"./x"</c></summary>
    private static bool IsAsked(ReadOnlySpan<char> before)
    {
        before = before.TrimEnd();
        if (before is [.., '(']) before = before[..^1].TrimEnd();
        return before.EndsWith("require", StringComparison.Ordinal) || before.EndsWith("import", StringComparison.Ordinal) || before.EndsWith("from", StringComparison.Ordinal);
    }

    private static bool IsOther(PackageTree tree, PackageFile file, string relative)
    {
        var path = EntryPath.Join(EntryPath.Folder(file.Path), relative);
        foreach (var ending in Endings)
        {
            if (tree.Find(path + ending) is not { } other || other.Path == file.Path) continue;
            return (CodeFile.IsJavaScript(other.Path) || other.Path.EndsWith(".json", StringComparison.Ordinal)) && !IsSplitOff(EntryPath.Name(other.Path));
        }

        return false;
    }

    private static bool IsSplitOff(string name)
    {
        name = name[..name.LastIndexOf('.')];
        return Parts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase)) || name.Split('.', '-').Any(IsHash);
    }

    private static bool IsHash(string word) =>
        word.Length > 0 && (word.All(char.IsAsciiDigit)
            || (word.Length >= ShortestHash && (word.Any(char.IsAsciiDigit) || (word.Any(char.IsAsciiLetterUpper) && word.Any(char.IsAsciiLetterLower)))));
}
