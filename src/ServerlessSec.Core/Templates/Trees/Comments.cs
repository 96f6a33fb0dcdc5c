using System.Collections.Immutable;
using ServerlessSec.Snapshots;
using Tokens = YamlDotNet.Core.Tokens;

namespace ServerlessSec.Templates.Trees;

/// <summary>Comments of a YAML template that address the scanner, with the resource that they stand in or directly above.</summary>
internal static class Comments
{
    private const string Marker = "serverlesssec:";

    // Each is a waiver that every finding is held against.
    private const int Most = 5_000;
    private const int Longest = 4_096;

    // A colon or a dash gives four: a mapping or list begins, a key or item, a value, and the end.
    private const int TokensPerLetter = 8;

    /// <summary>Where lines end in YAML, to which YamlDotNet counts (https://yaml.org/spec/1.1/#b-generic).</summary>
    private static readonly string[] Breaks = ["\r\n", "\n", "\r", "\u0085", "\u2028", "\u2029"];

    public static ImmutableArray<InlineComment> Read(string text, Template template)
    {
        if (!text.Contains(Marker, StringComparison.OrdinalIgnoreCase) || text.AsSpan().TrimStart() is ['{', ..]) return [];
        var comments = ImmutableArray.CreateBuilder<InlineComment>();
        var resources = template.Resources.OrderBy(resource => resource.Location.Line).ToList();
        var lines = text.Split(Breaks, StringSplitOptions.None);
        var follows = Following(lines);
        var scanner = new YamlDotNet.Core.Scanner(new StringReader(text), skipComments: false);
        var left = TokensPerLetter * (text.Length + 1L);
        // Resources are those of the first document.
        for (var isBegun = false; MoveNext(scanner, template, ref left) && !(isBegun && scanner.Current is Tokens.DocumentStart or Tokens.DocumentEnd);)
        {
            isBegun |= scanner.Current is Tokens.Scalar;
            if (scanner.Current is not Tokens.Comment comment
                || !comment.Value.Contains(Marker, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var (line, column) = ((int)comment.Start.Line, (int)comment.Start.Column);
            var resource = Owner(resources, lines, follows, line, column);
            if (comments.Count == Most)
            {
                template.Gaps.Add(
                    GapKind.Limit,
                    Evidence.None,
                    null,
                    "comment limit",
                    $"'{template.File}' has more than {Most} comments to the scanner; from line {line} on they waive nothing.");
                break;
            }

            var said = comment.Value.Trim();
            comments.Add(new(
                said.Length > Longest ? said[..Longest] : said,
                resource?.Id,
                new(template.File, line, column, resource is null ? null : $"Resources.{resource.Id}")));
        }

        return comments.ToImmutable();
    }

    /// <summary>
    /// What was parsed had no comments and no lines of blanks: on the whole text the scanner may fail, or give tokens without end.
    /// </summary>
    private static bool MoveNext(YamlDotNet.Core.Scanner scanner, Template template, ref long left)
    {
        try
        {
            return left-- > 0 ? scanner.MoveNext() : throw new InvalidOperationException("more tokens than letters can give");
        }
        catch (Exception lost) when (lost is YamlDotNet.Core.YamlException or InvalidOperationException or ArgumentException)
        {
            var line = scanner.CurrentPosition.Line;
            template.Gaps.Add(
                GapKind.Unread,
                Evidence.None,
                null,
                "comments",
                $"The comments of '{template.File}' were read up to line {line}; from there on they waive nothing.");
            return false;
        }
    }

    // A comment on a line of its own belongs to what follows it; one behind a value to that value's resource.
    private static TemplateResource? Owner(List<TemplateResource> resources, string[] lines, int[] following, int line, int column)
    {
        var next = IsBare(lines[line - 1]) ? following[line - 1] : line;
        if (Last(resources, next) is not { } owner) return null;
        // Beyond the resource's own block: another section of the template, or the next resource's indentation.
        var follows = next - 1 < lines.Length ? lines[next - 1] : "";
        var indent = follows.Length - follows.TrimStart().Length + 1;
        var isWithin = next == owner.Location.Line || indent > owner.Location.Column;
        return isWithin ? owner : column > owner.Location.Column && owner.Location.Line <= line ? owner : null;
    }

    /// <summary>Of each line, the number of the next one that holds more than blanks and a comment.</summary>
    private static int[] Following(string[] lines)
    {
        var following = new int[lines.Length];
        for (var (at, next) = (lines.Length - 1, lines.Length + 1); at >= 0; at--)
        {
            following[at] = next;
            if (!IsBare(lines[at])) next = at + 1;
        }

        return following;
    }

    private static bool IsBare(string line) => line.AsSpan().TrimStart() is [] or ['#', ..];

    /// <summary>The last resource that begins at or above the line.</summary>
    private static TemplateResource? Last(List<TemplateResource> resources, int line)
    {
        var (low, high) = (0, resources.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (resources[middle].Location.Line <= line) low = middle + 1;
            else high = middle;
        }

        return low == 0 ? null : resources[low - 1];
    }
}
