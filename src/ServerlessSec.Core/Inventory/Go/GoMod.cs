namespace ServerlessSec.Inventory.Go;

/// <summary>A <c>go.mod</c> file (Go Modules Reference): what it requires and replaces.</summary>
internal sealed class GoMod
{
    private readonly Dictionary<(string Path, string Version), (string Path, string Version)> replacements = [];

    public List<(string Path, string Version, bool IsIndirect)> Requires { get; } = [];

    /// <summary>Throws <see cref="FormatException"/> where it is no module file.</summary>
    public static GoMod Read(string text)
    {
        var module = new GoMod();
        var block = "";
        var isModule = false;
        foreach (var raw in text.TrimStart('\ufeff').Split('\n'))
        {
            var comment = raw.IndexOf("//", StringComparison.Ordinal);
            var words = Words(comment < 0 ? raw : raw[..comment]);
            if (words.Length == 0) continue;
            if (words is [")"])
            {
                block = "";
                continue;
            }

            if (block.Length == 0)
            {
                isModule |= words[0] == "module";
                if (words is [_, "("])
                {
                    block = words[0];
                    continue;
                }
            }

            module.Take(block.Length > 0 ? block : words[0], block.Length > 0 ? words : words[1..], comment < 0 ? "" : raw[comment..]);
        }

        return isModule ? module : throw new FormatException("no module");
    }

    /// <summary>What is built for a required module: a replacement of that version outweighs one of any.</summary>
    public (string Path, string Version) Replaced(string path, string version) =>
        replacements.TryGetValue((path, version), out var exact) ? exact
            : replacements.TryGetValue((path, ""), out var any) ? any
            : (path, version);

    private void Take(string verb, string[] words, string comment)
    {
        switch (verb)
        {
            case "require":
                if (words is not [var path, var version] || !GoModule.IsPath(path)) throw new FormatException("a requirement without module and version");
                Requires.Add((path, version, comment.AsSpan(Math.Min(2, comment.Length)).Trim().StartsWith("indirect")));
                break;
            case "replace":
                var arrow = Array.IndexOf(words, "=>");
                if (arrow is not (1 or 2) || words.Length - arrow is not (2 or 3)) throw new FormatException("a replacement without its two sides");
                replacements[(words[0], arrow == 2 ? words[1] : "")] = (words[arrow + 1], words.Length - arrow == 3 ? words[^1] : "");
                break;
        }
    }

    private static string[] Words(string line) =>
        [.. line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim('"', '`'))];
}
