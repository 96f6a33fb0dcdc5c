using System.Text.Json;
using Json.Schema;

namespace ServerlessSec.Reports;

/// <summary>Holds a document against a JSON schema and tells, if it does not fit, where and why.</summary>
internal static class Schemas
{
    public static void Fits(JsonSchema schema, byte[] document)
    {
        using var parsed = JsonDocument.Parse(document);
        var result = schema.Evaluate(parsed.RootElement, new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
        if (result.IsValid) return;
        var errors = (result.Details ?? [])
            .Where(detail => detail.Errors is not null)
            .OrderByDescending(detail => detail.InstanceLocation.ToString().Length)
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Key}: {error.Value}"));
        Assert.Fail(string.Join('\n', errors.Take(20)));
    }
}
