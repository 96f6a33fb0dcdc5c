using System.Text.Json;

namespace ServerlessSec;

/// <summary>Half of a surrogate pair is legal JSON but no text: it would fail where it is asked for, long after parsing.</summary>
internal static class JsonText
{
    private static ReadOnlySpan<byte> Lower => "\\ud"u8;

    private static ReadOnlySpan<byte> Upper => "\\uD"u8;

    /// <summary>Throws <see cref="FormatException"/> where a name or a string of the document is no text.</summary>
    /// <exception cref="JsonException">It is no JSON by these options.</exception>
    public static void Check(ReadOnlySpan<byte> utf8, JsonReaderOptions options)
    {
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
