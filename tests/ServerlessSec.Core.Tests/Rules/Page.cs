using System.Collections.Immutable;
using System.Text.RegularExpressions;
using ServerlessSec.Shared;

namespace ServerlessSec.Rules;

/// <summary>One fenced example of a page.</summary>
/// <param name="Language"><c>yaml</c>: logical ids with their resources. <c>files</c>: a package, each file begun by a line <c>--- path</c>. <c>json</c>: an OSV record.</param>
/// <param name="Mark"><c>flagged</c>, <c>clean</c>, or <c>advisory</c>: a record that holds for the whole page.</param>
internal sealed record Fence(string Page, int Line, string Language, string Mark, string Text)
{
    public bool IsExample => Mark is "flagged" or "clean";

    public override string ToString() => $"{Page}.md:{Line} {Mark}";

    /// <summary>A whole template around the resources.</summary>
    public string Template =>
        $"AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31\nResources:\n{string.Concat(Text.Split('\n').Select(line => line.Length > 0 ? $"  {line}\n" : "\n"))}";

    /// <summary>The files of a package with their text.</summary>
    public ImmutableArray<(string Path, string Text)> Files =>
        [.. ("\n" + Text).Split("\n--- ", StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('\n', 2))
            .Select(part => (part[0].Trim(), part.Length > 1 ? part[1] : ""))];
}

/// <summary>Reads the pages of <c>docs/rules</c>.</summary>
internal static partial class Page
{
    [GeneratedRegex(@"^```(?<language>\w+) (?<mark>flagged|clean|advisory)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Fenced { get; }

    public static string Read(string rule) => File.ReadAllText(Repository.Path($"docs/rules/{rule}.md")).ReplaceLineEndings("\n");

    public static IEnumerable<Fence> Fences(string rule)
    {
        var text = Read(rule);
        return Fenced.Matches(text)
            .Select(m => new Fence(rule, text.AsSpan(0, m.Index).Count('\n') + 1, m.Groups["language"].Value, m.Groups["mark"].Value, m.Groups["text"].Value));
    }
}
