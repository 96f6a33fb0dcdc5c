using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Templates;

/// <summary>Comments of a YAML template that address the scanner, with the resource that they stand in or directly above.</summary>
internal static class Comments
{
    private const string Marker = "serverlesssec:";

    public static ImmutableArray<InlineComment> Read(string text, Template template)
    {
        if (!text.Contains(Marker, StringComparison.OrdinalIgnoreCase) || text.AsSpan().TrimStart() is ['{', ..]) return [];
        var comments = ImmutableArray.CreateBuilder<InlineComment>();
        var resources = template.Resources.OrderBy(resource => resource.Location.Line).ToList();
        var lines = text.Split('\n');
        var scanner = new YamlDotNet.Core.Scanner(new StringReader(text), skipComments: false);
        while (scanner.MoveNext())
        {
            if (scanner.Current is not YamlDotNet.Core.Tokens.Comment comment || !comment.Value.Contains(Marker, StringComparison.OrdinalIgnoreCase)) continue;
            var (line, column) = ((int)comment.Start.Line, (int)comment.Start.Column);
            var resource = Owner(resources, lines, line, column);
            comments.Add(new(comment.Value.Trim(), resource?.Id, new(template.File, line, column, resource is null ? null : $"Resources.{resource.Id}")));
        }

        return comments.ToImmutable();
    }

    // A comment on a line of its own belongs to what follows it; one behind a value to that value's resource.
    private static TemplateResource? Owner(List<TemplateResource> resources, string[] lines, int line, int column)
    {
        var next = line;
        if (lines[line - 1].TrimStart().StartsWith('#'))
        {
            while (next < lines.Length && lines[next].TrimStart() is "" or ['#', ..]) next++;
            next++;
        }

        var at = resources.FindLastIndex(resource => resource.Location.Line <= next);
        if (at < 0) return null;
        var owner = resources[at];
        // Beyond the resource's own block: another section of the template, or the next resource's indentation.
        var follows = next - 1 < lines.Length ? lines[next - 1] : "";
        var indent = follows.Length - follows.TrimStart().Length + 1;
        var isWithin = next == owner.Location.Line || indent > owner.Location.Column;
        return isWithin ? owner : column > owner.Location.Column && owner.Location.Line <= line ? owner : null;
    }
}
