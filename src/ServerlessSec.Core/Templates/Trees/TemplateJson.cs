using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ServerlessSec.Templates.Trees;

/// <summary>Resolved values as JSON text, holes included.</summary>
internal static class TemplateJson
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 16_384,
        SkipValidation = true,
    };

    public static string Write(Node node, StepBudget budget)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options)) Write(writer, node, budget);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A short name for a value that must not be shown; equal values have equal names.</summary>
    public static string Digest(Node node, StepBudget budget) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(node, budget))).AsSpan(0, 4));

    private static void Write(Utf8JsonWriter writer, Node node, StepBudget budget)
    {
        Recursion.Check();
        budget.Spend();
        switch (node)
        {
            case Scalar scalar:
                WriteScalar(writer, scalar, budget);
                break;
            case Sequence sequence:
                writer.WriteStartArray();
                foreach (var item in sequence.Items) Write(writer, item, budget);
                writer.WriteEndArray();
                break;
            case Mapping mapping:
                writer.WriteStartObject();
                foreach (var entry in mapping.Entries)
                {
                    writer.WritePropertyName(entry.Key);
                    Write(writer, entry.Value, budget);
                }

                writer.WriteEndObject();
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, Scalar scalar, StepBudget budget)
    {
        budget.Spend(scalar.Text.Length);
        switch (scalar.Kind)
        {
            case ScalarKind.Null:
                writer.WriteNullValue();
                break;
            case ScalarKind.Boolean:
                writer.WriteBooleanValue(scalar.Text == "true");
                break;
            case ScalarKind.Number when double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out _):
                writer.WriteRawValue(scalar.Text, skipInputValidation: true);
                break;
            default:
                writer.WriteStringValue(scalar.Told);
                break;
        }
    }
}
