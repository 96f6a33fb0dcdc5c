using System.Text.Json;
using Json.Schema;
using ServerlessSec.Shared;

namespace ServerlessSec.Reports.CycloneDx;

/// <summary>The official schema; its references carry another name than the schemas' own ids.</summary>
internal static class CycloneDxSchema
{
    private static readonly Lazy<JsonSchema> Bom = new(() =>
    {
        foreach (var name in new[] { "spdx", "jsf-0.82" }) SchemaRegistry.Global.Register(Load(name));
        return Load("bom-1.6");
    });

    public static void Verify(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var result = Bom.Value.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        if (result.IsValid) return;

        var deepest = (result.Details ?? []).Where(detail => detail.Errors is { Count: > 0 }).OrderByDescending(detail => detail.InstanceLocation.ToString().Length).Take(5)
            .Select(detail => $"{detail.InstanceLocation}: {string.Join(", ", detail.Errors!.Values)}");
        Assert.Fail(string.Join("\n", deepest));
    }

    private static JsonSchema Load(string name) =>
        JsonSchema.FromText(File.ReadAllText(Repository.Path($"tests/ServerlessSec.Core.Tests/Reports/CycloneDx/Schema/{name}.schema.json"))
            .Replace(".SNAPSHOT", "", StringComparison.Ordinal));
}
