using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ServerlessSec.Templates.Trees;

/// <summary>YAML text to a tree; short tags become the functions they stand for.</summary>
internal static partial class YamlTree
{
    private const string CoreTag = "tag:yaml.org,2002:";

    public static TemplateTree Read(string text, ScanLimits limits, string file)
    {
        try
        {
            return Parse(text, limits, file);
        }
        catch (YamlException first)
        {
            // The parser takes a line of nothing but spaces at the head of a block scalar for content, which YAML does not.
            var bare = BlankLine.Replace(text, "");
            try
            {
                if (bare.Length < text.Length) return Parse(bare, limits, file);
            }
            catch (YamlException)
            {
                // The first complaint is about the text as it stands.
            }

            throw new FormatException($"'{file}' is no YAML, line {first.Start.Line}: {Reason(first)}", first);
        }
    }

    private static TemplateTree Parse(string text, ScanLimits limits, string file)
    {
        var builder = new TreeBuilder(limits, file);
        var parser = new Parser(new YamlDotNet.Core.Scanner(new StringReader(text), skipComments: true));
        try
        {
            while (parser.MoveNext() && !(parser.Current is DocumentEnd && builder.Root is not null)) Take(builder, parser.Current!);
            return builder.Tree with { NextDocument = NextDocument(parser) };
        }
        catch (Exception lost) when (lost is InvalidOperationException or ArgumentException)
        {
            // So the parser ends on some texts that are no YAML.
            throw new YamlException("it cannot be parsed", lost);
        }
    }

    private static int? NextDocument(Parser parser)
    {
        try
        {
            while (parser.MoveNext())
            {
                if (parser.Current is DocumentStart next) return (int)next.Start.Line;
            }

            return null;
        }
        catch (YamlException beyond)
        {
            // Something stands behind the document, readable or not.
            return (int)beyond.Start.Line;
        }
    }

    private static void Take(TreeBuilder builder, ParsingEvent current)
    {
        var (line, column) = ((int)current.Start.Line, (int)current.Start.Column);
        switch (current)
        {
            case MappingStart or SequenceStart:
                var start = (NodeEvent)current;
                builder.Open(current is MappingStart, TagOf(start), AnchorOf(start), line, column);
                break;
            case MappingEnd or SequenceEnd:
                builder.Close();
                break;
            case AnchorAlias alias:
                builder.Add(builder.Alias(alias.Value.Value, line), null, line, column);
                break;
            case YamlDotNet.Core.Events.Scalar scalar:
                var node = new Scalar(scalar.Value, KindOf(scalar), Marks.None, line, column);
                if (node.Kind == ScalarKind.Boolean)
                    node = new(scalar.Value.ToLowerInvariant(), ScalarKind.Boolean, Marks.None, line, column);
                builder.Add(TreeBuilder.Tagged(node, TagOf(scalar)), AnchorOf(scalar), line, column, scalar.Style == ScalarStyle.Plain);
                break;
        }
    }

    private static string? TagOf(NodeEvent node) => node.Tag.IsEmpty || node.Tag.IsNonSpecific ? null : node.Tag.Value;

    private static string? AnchorOf(NodeEvent node) => node.Anchor.IsEmpty ? null : node.Anchor.Value;

    private static ScalarKind KindOf(YamlDotNet.Core.Events.Scalar scalar)
    {
        var tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
        if (scalar.Style != ScalarStyle.Plain || tag == CoreTag + "str") return ScalarKind.Text;
        return scalar.Value switch
        {
            "" or "~" or "null" or "Null" or "NULL" => ScalarKind.Null,
            "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarKind.Boolean,
            { Length: < 32 } value when JsonNumber.IsMatch(value) => ScalarKind.Number,
            _ => ScalarKind.Text,
        };
    }

    private static string Reason(YamlException bad)
    {
        var message = (bad.InnerException ?? bad).Message;
        var end = message.IndexOf('\n');
        return (end < 0 ? message : message[..end]).TrimEnd('.');
    }

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex JsonNumber { get; }

    [GeneratedRegex(@"^[ \t]+(?=\r?$)", RegexOptions.CultureInvariant | RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex BlankLine { get; }
}
