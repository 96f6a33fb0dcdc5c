using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Resolving;

/// <summary>The template's parameters: given, defaulted, or left to deployment.</summary>
internal sealed class Parameters(Mapping? declared, TemplateOptions options)
{
    /// <summary>Null where there is no such parameter.</summary>
    public Node? Value(string name, Node at)
    {
        if (declared?[name] is not Mapping parameter) return null;
        var type = (parameter["Type"] as Scalar)?.Text ?? "String";
        var marks = Marks.Reference | (parameter["NoEcho"] is Scalar { Text: "true" or "yes" or "1" or "True" or "TRUE" }
            ? Marks.NoEcho
            : Marks.None);
        var isList = type == "CommaDelimitedList" || type.Contains("List<", StringComparison.Ordinal);
        // Of these the value is the name of an SSM parameter, which only deployment looks up.
        var isLookedUp = type.StartsWith("AWS::SSM::Parameter::Value", StringComparison.Ordinal);
        if (isLookedUp || (options.Parameters.GetValueOrDefault(name) ?? (parameter["Default"] as Scalar)?.Text) is not { } text)
        {
            return Scalar.Of(Text.Hole(name), at, marks | (isList ? Marks.Unknown : Marks.None));
        }

        return isList
            ? new Sequence(
                [.. text.Split(',', StringSplitOptions.TrimEntries).Where(part => part != "").Select(part => Scalar.Of(part, at, marks))],
                at.Line,
                at.Column)
            : Scalar.Of(text, at, marks);
    }

    /// <summary>Whether one of the text's holes is a parameter, which may hold any character.</summary>
    public bool IsPartOf(string text)
    {
        for (var start = text.IndexOf(Text.Open, StringComparison.Ordinal); start >= 0; start = text.IndexOf(Text.Open, start + 1))
        {
            var end = text.IndexOf(Text.Close, start);
            if (end < 0) return false;
            var name = text[(start + 1)..end];
            if (name.Contains(' ', StringComparison.Ordinal) || declared?[name] is not null) return true;
        }

        return false;
    }

    /// <summary>True where the text is one open parameter that may not have the value.</summary>
    public bool Excludes(string text, string value) =>
        text is [Text.Open, .. var name, Text.Close]
        && declared?[name] is Mapping parameter
        && parameter["AllowedValues"] is Sequence allowed
        && !allowed.Items.OfType<Scalar>().Any(item => item.Text == value)
        && !((parameter["Type"] as Scalar)?.Text ?? "").StartsWith("AWS::SSM", StringComparison.Ordinal);
}
