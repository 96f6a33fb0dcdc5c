using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ServerlessSec.Facts;

/// <summary>Facts records as JSON. The format is ours alone, so its shape is the records' own, versioned as a whole.</summary>
public static class FactsJson
{
    public static void Write(ApplicationRecord record, Stream output) =>
        JsonSerializer.Serialize(output, record, FactsJsonContext.Default.ApplicationRecord);

    /// <summary>What was learned of one function.</summary>
    public static void WriteFunction(FunctionRecord record, Stream output) =>
        JsonSerializer.Serialize(output, new(ApplicationRecord.CurrentSchema, record), FactsJsonContext.Default.FunctionFile);

    /// <exception cref="FormatException">It is no facts record, or one of another schema.</exception>
    public static ApplicationRecord Read(Stream input) =>
        Read(input, FactsJsonContext.Default.ApplicationRecord, static record => record.Schema);

    /// <exception cref="FormatException">It is no facts record of one function, or one of another schema.</exception>
    public static FunctionRecord ReadFunction(Stream input) =>
        Read(input, FactsJsonContext.Default.FunctionFile, static file => file.Schema).Function
            ?? throw new FormatException("a facts record names no function");

    private static T Read<T>(Stream input, JsonTypeInfo<T> type, Func<T, int> schema)
    {
        try
        {
            var record = JsonSerializer.Deserialize(input, type) ?? throw new FormatException("a facts record is 'null'");
            return schema(record) == ApplicationRecord.CurrentSchema
                ? record
                : throw new FormatException($"a facts record has schema {schema(record)}, not {ApplicationRecord.CurrentSchema}");
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
    MaxDepth = 64,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ApplicationRecord))]
[JsonSerializable(typeof(FunctionFile))]
internal sealed partial class FactsJsonContext : JsonSerializerContext;

/// <summary>One function's facts with the schema that they are written in.</summary>
internal sealed record FunctionFile(int Schema, FunctionRecord? Function);
