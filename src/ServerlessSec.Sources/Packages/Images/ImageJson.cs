using System.Text.Json;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>Reads the documents of images, which anybody may have written.</summary>
internal static class ImageJson
{
    public static JsonDocument Parse(byte[] json)
    {
        try
        {
            var document = JsonText.Parse(json, new() { MaxDepth = 32 });
            if (document.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Array) return document;
            document.Dispose();
        }
        catch (JsonException malformed)
        {
            throw new FormatException("a description of the image is no JSON", malformed);
        }

        throw new FormatException("a description of the image has another shape");
    }

    /// <summary>Nothing where the member is missing or no object.</summary>
    public static JsonElement Object(JsonElement parent, string member) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Object ? value : default;

    public static string? Text(JsonElement parent, string member) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(member, out var value) ? Text(value) : null;

    public static IEnumerable<JsonElement> Items(JsonElement parent, string member) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    public static IEnumerable<string> Texts(JsonElement parent, string member) => Items(parent, member).Select(Text).OfType<string>();

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate is no text.
            return null;
        }
    }
}
