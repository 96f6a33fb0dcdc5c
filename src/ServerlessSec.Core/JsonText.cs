using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace ServerlessSec;

/// <summary>
/// JSON that anybody may have written. Half of a surrogate pair is legal JSON but no text, as are bytes that are no UTF-8: the
/// parser lets them pass, and fails where they are asked for.
/// </summary>
public static class JsonText
{
    private static ReadOnlySpan<byte> Lower => "\\ud"u8;

    private static ReadOnlySpan<byte> Upper => "\\uD"u8;

    /// <exception cref="FormatException">It holds a name or a string that is no text.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, JsonDocumentOptions options = default)
    {
        Check(utf8.Span, new() { MaxDepth = options.MaxDepth, AllowTrailingCommas = options.AllowTrailingCommas, CommentHandling = options.CommentHandling });
        return JsonDocument.Parse(utf8, options);
    }

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte}, JsonDocumentOptions)"/>
    public static JsonDocument Parse(string text, JsonDocumentOptions options = default) => Parse(Encoding.UTF8.GetBytes(text), options);

    /// <exception cref="FormatException">It holds a name or a string that is no text.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static void Check(ReadOnlySpan<byte> utf8, JsonReaderOptions options)
    {
        if (!Utf8.IsValid(utf8)) throw new FormatException("JSON that is no UTF-8");
        if (utf8.IndexOf(Lower) < 0 && utf8.IndexOf(Upper) < 0) return;
        var reader = new Utf8JsonReader(utf8, options);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String && reader.ValueIsEscaped) reader.GetString();
            }
        }
        catch (InvalidOperationException malformed)
        {
            throw new FormatException("malformed text in JSON", malformed);
        }
    }
}
