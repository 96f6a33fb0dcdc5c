using System.Text.Json.Nodes;

namespace ServerlessSec.Functions.Stack;

/// <summary>The part of EventBridge's pattern language that the template uses; anything else is an error.</summary>
internal static class EventPattern
{
    public static bool Matches(JsonNode pattern, JsonNode? value) => pattern switch
    {
        JsonObject fields => fields.All(field => Matches(field.Value!, (value as JsonObject)?[field.Key])),
        JsonArray options => options.Any(option => One(option!, value)),
        _ => throw new NotSupportedException($"'{pattern}' is neither a field nor a list"),
    };

    private static bool One(JsonNode option, JsonNode? value)
    {
        var text = value is JsonValue scalar && scalar.TryGetValue<string>(out var found) ? found : null;
        if (option is not JsonObject test) return text is not null && text == option.GetValue<string>();
        var (name, argument) = test.Single();
        return name switch
        {
            "exists" => value is not null == argument!.GetValue<bool>(),
            "prefix" => text?.StartsWith(argument!.GetValue<string>(), StringComparison.Ordinal) == true,
            "suffix" => text?.EndsWith(argument!.GetValue<string>(), StringComparison.Ordinal) == true,
            _ => throw new NotSupportedException($"'{name}' is not among the tests that the template uses"),
        };
    }
}
