using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerlessSec;

/// <summary>
/// An enum in JSON as its members' names, as JsonStringEnumConverter has it, without the twenty kilobytes that the latter
/// is compiled into for each enum.
/// </summary>
internal sealed class EnumText<T> : JsonConverter<T>
    where T : struct, Enum
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Enum.TryParse(typeof(T), reader.GetString(), ignoreCase: true, out var member)
            ? (T)member
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Enum.TryParse(typeof(T), reader.GetString(), ignoreCase: true, out var member) ? (T)member : throw new JsonException();

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(value.ToString());
}
