using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace ServerlessSec.Inventory;

/// <summary>Reads JSON manifests as their own tools do, and fails only with <see cref="FormatException"/>.</summary>
internal static class ManifestJson
{
    /// <summary>
    /// An object at the top; byte order marks are tolerated, bytes that are no UTF-8 are replaced. Relaxed is what some tools
    /// write: comments, and commas behind the last member.
    /// </summary>
    public static JsonDocument Object(byte[] bytes, ScanLimits limits, bool isRelaxed = false)
    {
        var document = Any(bytes, limits, isRelaxed);
        if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
        document.Dispose();
        throw new FormatException("not a JSON object");
    }

    /// <summary>As <see cref="Object"/>, with anything at the top.</summary>
    public static JsonDocument Any(byte[] bytes, ScanLimits limits, bool isRelaxed = false)
    {
        var options = new JsonDocumentOptions
        {
            MaxDepth = limits.DocumentDepth,
            AllowTrailingCommas = isRelaxed,
            CommentHandling = isRelaxed ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
        };
        try
        {
            return JsonText.Parse(ToUtf8(bytes), options);
        }
        catch (JsonException malformed)
        {
            throw new FormatException($"malformed JSON at line {malformed.LineNumber + 1}", malformed);
        }
    }

    /// <summary>The string at <paramref name="name"/>; null where there is none.</summary>
    public static string? Text(JsonElement element, string name) => Text(Member(element, name));

    public static string? Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static bool Is(JsonElement element, string name) =>
        Member(element, name).ValueKind == JsonValueKind.True;

    /// <summary>The members of the object at <paramref name="name"/>; none where it is no object.</summary>
    public static IEnumerable<JsonProperty> Members(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Object } value ? value.EnumerateObject() : Enumerable.Empty<JsonProperty>();

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    private static ReadOnlyMemory<byte> ToUtf8(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Span.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        return bytes.Span switch
        {
            [0xff, 0xfe, ..] => Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(bytes.Span[2..])),
            [0xfe, 0xff, ..] => Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(bytes.Span[2..])),
            _ => Utf8.IsValid(bytes.Span) ? bytes : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes.Span)),
        };
    }
}
