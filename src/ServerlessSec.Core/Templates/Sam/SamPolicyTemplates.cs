using System.Collections.Frozen;
using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Resources;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Sam;

/// <summary>SAM's policy templates, filled in with the parameters that a function gives.</summary>
internal static partial class SamPolicyTemplates
{
    private static readonly FrozenDictionary<string, List<Statement>> Known = Read();

    private sealed record Statement(List<string> Actions, string[] Resources, string[] Condition);

    public static IEnumerable<string> Names => Known.Keys;

    /// <summary>The document as JSON text and its number of statements; null where there is no such template.</summary>
    public static (string Text, int Statements)? Expand(Item named, Template template)
    {
        if (!Known.TryGetValue(named.Key, out var statements)) return null;
        var filled = statements.Select(statement => (Node)Fill(statement, named, template));
        var document = Nodes.Map(Nodes.Entry("Version", "2012-10-17"), new("Statement", Nodes.List(filled), 0, 0));
        return (TemplateJson.Write(document, template.Budget), statements.Count);
    }

    private static Mapping Fill(Statement statement, Item named, Template template)
    {
        var entries = new List<Entry>
        {
            Nodes.Entry("Effect", "Allow"),
            new("Action", Nodes.List(statement.Actions.Select(Nodes.Text)), 0, 0),
            new("Resource", Nodes.List(statement.Resources.Select(resource => Nodes.Text(Fill(resource, named, template)))), 0, 0),
        };
        if (statement.Condition is [var op, var key, var value])
        {
            entries.Add(new("Condition", Nodes.Map(new Entry(op, Nodes.Map(Nodes.Entry(key, Fill(value, named, template))), 0, 0)), 0, 0));
        }

        return new(entries, 0, 0);
    }

    private static string Fill(string pattern, Item named, Template template)
    {
        var text = pattern.StartsWith('~') ? $"arn:{template.Resolver.Pseudo("AWS::Partition")}:{pattern[1..]}"
            : pattern.IndexOf('!', StringComparison.Ordinal) is > 0 and var bang
                ? template.Names.Arn(pattern[..bang], pattern[(bang + 1)..])
            : pattern;
        var start = text.IndexOf("${", StringComparison.Ordinal);
        if (start < 0) return text;
        var end = text.IndexOf('}', start);
        var parameter = text[(start + 2)..end];
        return text[..start] + (named[parameter].Text ?? Text.Hole($"{named.Path}.{parameter}")) + text[(end + 1)..];
    }

    private static FrozenDictionary<string, List<Statement>> Read()
    {
        var templates = new Dictionary<string, List<Statement>>(StringComparer.Ordinal);
        List<Statement> current = [];
        foreach (var line in Table.Replace("\n| ", " ", StringComparison.Ordinal).Split('\n'))
        {
            var words = line.Split(' ');
            if (words[0] != "+") templates[words[0]] = current = [];
            var (at, condition) = (Array.IndexOf(words, "@"), Array.IndexOf(words, "?"));
            var actions = words[2..at].Select(action => words[1] + action).ToList();
            current.Add(new(
                actions,
                words[(at + 1)..(condition < 0 ? words.Length : condition)],
                condition < 0 ? [] : words[(condition + 1)..]));
        }

        return templates.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
