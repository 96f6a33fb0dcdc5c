using System.Text.RegularExpressions;
using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Resources;

/// <summary>Functions that a state machine calls, by its definition or by what is put into a definition that stands elsewhere.</summary>
internal static partial class StateMachines
{
    public static void Read(Draft draft, TemplateResource resource)
    {
        var properties = resource.Properties;
        var found = new Dictionary<FunctionDraft, SourceLocation>();
        foreach (var item in properties["DefinitionSubstitutions"].Entries) Note(item.Text, item.Location);
        var definition = properties["Definition"].IsAbsent ? properties["DefinitionString"] : properties["Definition"];
        if (definition.Text is { } text)
        {
            foreach (Match match in Quoted.Matches(text)) Note(match.Groups[1].Value, definition.Location);
        }
        else Walk(definition.Node, definition.Location);

        var arn = draft.Template.Names.Of(resource).Arn;
        foreach (var (function, location) in found)
        {
            function.Triggers.Add(new() { Kind = TriggerKind.StepFunctions, Name = resource.Id, Source = arn, Location = location });
        }

        void Walk(Node? node, SourceLocation location)
        {
            Recursion.Check();
            draft.Template.Budget.Spend();
            if (node is Sequence sequence) foreach (var child in sequence.Items) Walk(child, location);
            if (node is Mapping mapping) foreach (var entry in mapping.Entries) Walk(entry.Value, location);
            if (node is Scalar scalar) Note(scalar.Text, location);
        }

        void Note(string? reference, SourceLocation location)
        {
            // A word of the language is no function's name unless it is a reference.
            if (reference is null
                || !(reference.Contains(":function:", StringComparison.Ordinal) || reference.Contains(Text.Open, StringComparison.Ordinal)))
            {
                return;
            }

            if (draft.Function(reference) is { } function) found.TryAdd(function, location);
        }
    }

    [GeneratedRegex("\"([^\"\\\\]{1,512})\"", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted { get; }
}
