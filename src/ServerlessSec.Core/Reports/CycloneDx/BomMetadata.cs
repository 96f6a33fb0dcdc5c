using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ServerlessSec.Advisories;

namespace ServerlessSec.Reports.CycloneDx;

/// <summary>The head of a document: when, by what, about what.</summary>
internal static class BomMetadata
{
    private const string Tool = "serverlesssec";

    public static string Timestamp(Bom bom) => bom.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T00:00:00Z";

    public static void Write(Utf8JsonWriter json, Bom bom)
    {
        json.WriteStartObject("metadata");
        json.WriteString("timestamp", Timestamp(bom));
        json.WriteStartObject("tools");
        json.WriteStartArray("components");
        WriteTool(json);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("component");
        json.WriteString("type", "application");
        json.WriteString("bom-ref", Bom.RootRef);
        json.WriteString("name", bom.Root);
        if (bom.Completeness is { } completeness)
        {
            json.WriteStartArray("properties");
            BomCompleteness.WriteProperties(json, completeness);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        WriteAges(json, bom.Ages);
        json.WriteEndObject();
    }

    private static void WriteAges(Utf8JsonWriter json, ImmutableArray<AdvisoryAge> ages)
    {
        if (ages.IsEmpty) return;
        json.WriteStartArray("properties");
        foreach (var age in ages.Select(AdvisoryAgeWire.Of))
        {
            if (age.Newest is not null) WriteProperty(json, $"advisories:{age.Ecosystem}:newest", age.Newest);
            if (age.Checked is not null) WriteProperty(json, $"advisories:{age.Ecosystem}:checked", age.Checked);
            if (age.AgeHours is { } hours) WriteProperty(json, $"advisories:{age.Ecosystem}:ageHours", hours.ToString(CultureInfo.InvariantCulture));
        }

        json.WriteEndArray();
    }

    public static void WriteTool(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "application");
        json.WriteString("name", Tool);
        json.WriteString("version", typeof(BomMetadata).Assembly.GetName().Version?.ToString(3) ?? "0");
        json.WriteEndObject();
    }

    public static void WriteProperty(Utf8JsonWriter json, string name, string value)
    {
        json.WriteStartObject();
        json.WriteString("name", $"{Tool}:{name}");
        json.WriteString("value", value);
        json.WriteEndObject();
    }
}
