using System.Collections.Immutable;
using System.Text.Json;

namespace ServerlessSec.Facts.Graph;

/// <summary>Puts an event's shape to the pattern language that EventBridge, SNS filter policies and event filters share.</summary>
internal static class EventPattern
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 128 };

    /// <summary>Any of the patterns lets the event through; none at all lets everything through. One that is no JSON is
    /// not proven to let anything through.</summary>
    public static Fit Test(ImmutableArray<string> patterns, EventShape shape, StepBudget budget)
    {
        if (patterns.IsDefaultOrEmpty) return Fit.Yes;
        var best = Fit.No;
        foreach (var pattern in patterns)
        {
            budget.Spend(pattern.Length);
            var fit = Test(pattern, shape);
            if (fit > best) best = fit;
        }

        return best;
    }

    private static Fit Test(string pattern, EventShape shape)
    {
        try
        {
            using var document = JsonText.Parse(pattern, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object ? All(document.RootElement, "", shape) : Fit.No;
        }
        catch (Exception unread) when (unread is JsonException or FormatException)
        {
            return Fit.No;
        }
    }

    private static Fit All(JsonElement node, string path, EventShape shape)
    {
        var fit = Fit.Yes;
        foreach (var property in node.EnumerateObject())
        {
            var next = Property(property, path, shape);
            if (next < fit) fit = next;
        }

        return fit;
    }

    private static Fit Property(JsonProperty property, string path, EventShape shape)
    {
        var below = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
        return property switch
        {
            { Name: "$or", Value.ValueKind: JsonValueKind.Array } => Any(property.Value, option => option.ValueKind == JsonValueKind.Object ? All(option, path, shape) : Fit.No),
            { Value.ValueKind: JsonValueKind.Object } => shape.Reaches(below) ? All(property.Value, below, shape) : Absent(property.Value),
            { Value.ValueKind: JsonValueKind.Array } => Any(property.Value, option => One(option, shape.Find(below))),
            _ => Fit.No,
        };
    }

    // Below a field that is not there only "exists": false holds.
    private static Fit Absent(JsonElement node)
    {
        var nothing = new EventShape(ImmutableDictionary<string, EventField>.Empty, []);
        return node.EnumerateObject().All(p => p.Value.ValueKind is JsonValueKind.Array && Property(p, "", nothing) == Fit.Yes)
            ? Fit.Yes
            : Fit.No;
    }

    private static Fit Any(JsonElement options, Func<JsonElement, Fit> test)
    {
        var best = Fit.No;
        foreach (var option in options.EnumerateArray())
        {
            var fit = test(option);
            if (fit > best) best = fit;
        }

        return best;
    }

    private static Fit One(JsonElement option, EventField? field)
    {
        if (option.ValueKind != JsonValueKind.Object) return field is null ? Fit.No : Value(field, WildText.Literal(TextOf(option)));
        foreach (var test in option.EnumerateObject()) return Operator(test, field);
        return Fit.No;
    }

    private static Fit Operator(JsonProperty test, EventField? field)
    {
        if (test.Name == "exists") return Exists(test.Value.ValueKind == JsonValueKind.True, field);
        if (field is null) return Fit.No;
        if (test.Name == "anything-but") return AnythingBut(test.Value, field);
        return (test.Name, test.Value.ValueKind) switch
        {
            ("prefix", JsonValueKind.String) => Value(field, WildText.Between(test.Value.GetString()!, "")),
            ("suffix", JsonValueKind.String) => Value(field, WildText.Between("", test.Value.GetString()!)),
            ("wildcard", JsonValueKind.String) => Value(field, WildText.Glob(test.Value.GetString()!)),
            ("equals-ignore-case" or "prefix" or "suffix" or "numeric" or "cidr", _) => field.Values is [] ? Fit.BySender : Fit.No,
            _ => Fit.No,
        };
    }

    private static Fit Exists(bool wanted, EventField? field) => field switch
    {
        null => wanted ? Fit.No : Fit.Yes,
        { Values: [] } => Fit.BySender,
        _ => wanted ? Fit.Yes : Fit.No,
    };

    private static Fit AnythingBut(JsonElement but, EventField field)
    {
        if (field.Values is []) return Fit.BySender;
        var excluded = Excluded(but).ToArray();
        if (excluded.Length == 0) return Fit.No;
        var left = field.Values.Where(v => !excluded.Any(e => e.Covers(v))).ToArray();
        if (left.Length == 0) return Fit.No;
        return left.Any(v => !excluded.Any(e => e.Overlaps(v))) ? Fit.Yes : Fit.InPart;
    }

    private static IEnumerable<WildText> Excluded(JsonElement but) => but.ValueKind switch
    {
        JsonValueKind.Array => but.EnumerateArray().SelectMany(Excluded),
        JsonValueKind.Object => but.EnumerateObject().SelectMany(p => Values(p.Value)
            .Where(v => v.ValueKind == JsonValueKind.String)
            .SelectMany(v => p.Name switch
            {
                "prefix" => [WildText.Between(v.GetString()!, "")],
                "suffix" => [WildText.Between("", v.GetString()!)],
                "wildcard" => [WildText.Glob(v.GetString()!)],
                _ => Array.Empty<WildText>(),
            })),
        _ => [WildText.Literal(TextOf(but))],
    };

    private static JsonElement[] Values(JsonElement one) =>
        one.ValueKind == JsonValueKind.Array ? [.. one.EnumerateArray()] : [one];

    private static Fit Value(EventField field, WildText wanted)
    {
        if (field.Values is []) return field.Excluded is { } never && WildText.Between(never, "").Covers(wanted) ? Fit.No : Fit.BySender;
        if (field.Values.Any(wanted.Covers)) return Fit.Yes;
        return field.Values.Any(wanted.Overlaps) ? Fit.InPart : Fit.No;
    }

    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
