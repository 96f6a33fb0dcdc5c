using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ServerlessSec.Inventory;

/// <summary>Reads lock files in YAML: the first document; tags and anchors say nothing here, and no lock file has aliases.</summary>
internal static class ManifestYaml
{
    /// <exception cref="FormatException">No YAML, no mapping at the top, or an alias.</exception>
    public static ManifestNode Read(string text, ScanLimits limits)
    {
        try
        {
            var parser = new Parser(new YamlDotNet.Core.Scanner(new StringReader(text), skipComments: true));
            while (parser.MoveNext() && parser.Current is StreamStart or DocumentStart)
            {
            }

            if (parser.Current is not MappingStart) throw new FormatException("not a YAML mapping");
            var budget = limits.TemplateNodes;
            return Node(parser, limits.DocumentDepth, ref budget);
        }
        catch (YamlException malformed)
        {
            throw new FormatException($"malformed YAML at line {malformed.Start.Line}", malformed);
        }
        catch (Exception lost) when (lost is InvalidOperationException or ArgumentException)
        {
            // So the parser ends on some texts that are no YAML.
            throw new FormatException("malformed YAML", lost);
        }
    }

    /// <summary>The node that the parser stands at the start of; it then stands at its end.</summary>
    private static ManifestNode Node(Parser parser, int depth, ref int budget)
    {
        if (depth == 0) throw new LimitReachedException("YAML nested too deeply");
        if (budget-- == 0) throw new LimitReachedException("too many YAML nodes");
        if (parser.Current is YamlDotNet.Core.Events.Scalar scalar) return new() { Text = scalar.Value };

        var node = new ManifestNode();
        var isMapping = parser.Current is MappingStart;
        if (!isMapping && parser.Current is not SequenceStart) throw new FormatException("a YAML alias");
        while (parser.MoveNext() && parser.Current is not (MappingEnd or SequenceEnd))
        {
            var item = Node(parser, depth - 1, ref budget);
            if (!isMapping) node.Items.Add(item);
            else if (!parser.MoveNext()) break;
            else node.Put(item.Text ?? throw new FormatException("a YAML key that is no text"), Node(parser, depth - 1, ref budget));
        }

        return node;
    }
}
