using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerlessSec.Facts;

/// <summary>Facts records as JSON. The format is ours alone, so its shape is the records' own, versioned as a whole.</summary>
public static class FactsJson
{
    public static void Write(ApplicationRecord record, Stream output) =>
        JsonSerializer.Serialize(output, record, FactsJsonContext.Default.ApplicationRecord);

    /// <exception cref="FormatException">It is no facts record, or one of another schema.</exception>
    public static ApplicationRecord Read(Stream input)
    {
        try
        {
            var record = JsonSerializer.Deserialize(input, FactsJsonContext.Default.ApplicationRecord)
                ?? throw new FormatException("a facts record is 'null'");
            return record.Schema == ApplicationRecord.CurrentSchema
                ? record
                : throw new FormatException($"a facts record has schema {record.Schema}, not {ApplicationRecord.CurrentSchema}");
        }
        catch (JsonException malformed)
        {
            throw new FormatException("a facts record is malformed", malformed);
        }
    }
}

[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true,
    MaxDepth = 64)]
[JsonSerializable(typeof(ApplicationRecord))]
internal sealed partial class FactsJsonContext : JsonSerializerContext;
