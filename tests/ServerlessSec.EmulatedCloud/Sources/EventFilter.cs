using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessSec.Emulation.Sources;

/// <summary>The filter criteria of an event source mapping (https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html).</summary>
internal static class EventFilter
{
    /// <summary>One filter that matches suffices; without filters everything does.</summary>
    public static bool Passes(IReadOnlyList<JsonObject> filters, JsonObject record) => filters.Count == 0 || filters.Any(filter => Matches(filter, record));

    private static bool Matches(JsonObject pattern, JsonNode? value) => pattern.All(field => field.Value switch
    {
        JsonObject below => Matches(below, Field(value, field.Key)),
        JsonArray options => options.Any(option => One(option, Field(value, field.Key))),
        _ => throw new FormatException($"'{field.Key}' of a filter is neither an object nor a list"),
    });

    private static JsonNode? Field(JsonNode? value, string name) => (value as JsonObject)?[name];

    private static bool One(JsonNode? option, JsonNode? value)
    {
        if (option is not JsonObject test) return Same(option, value);
        var (name, argument) = test.Single();
        var text = value is JsonValue scalar && scalar.TryGetValue<string>(out var found) ? found : null;
        return name switch
        {
            "exists" => value is not null == argument!.GetValue<bool>(),
            "prefix" => text?.StartsWith(argument!.GetValue<string>(), StringComparison.Ordinal) == true,
            "suffix" => text?.EndsWith(argument!.GetValue<string>(), StringComparison.Ordinal) == true,
            "equals-ignore-case" => text is not null && text.Equals(argument!.GetValue<string>(), StringComparison.OrdinalIgnoreCase),
            "anything-but" => value is not null && (argument is JsonArray list ? list : [argument?.DeepClone()]).All(a => !One(a, value)),
            "numeric" => value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && Compares(argument!.AsArray(), number.GetValue<double>()),
            _ => throw new NotSupportedException($"'{name}' is no comparison of a filter"),
        };
    }

    private static bool Same(JsonNode? option, JsonNode? value) => option is null ? value is null : value is not null && JsonNode.DeepEquals(option, value);

    private static bool Compares(JsonArray terms, double number) => terms.Chunk(2).All(term =>
    {
        var limit = term[1]!.GetValue<double>();
        return term[0]!.GetValue<string>() switch
        {
            "=" => number.Equals(limit),
            "<" => number < limit,
            "<=" => number <= limit,
            ">" => number > limit,
            ">=" => number >= limit,
            var other => throw new NotSupportedException(string.Create(CultureInfo.InvariantCulture, $"'{other}' is no comparison")),
        };
    });
}
