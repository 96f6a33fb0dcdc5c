using System.Collections.Immutable;
using System.Text.Json;
using ServerlessSec.Inventory;

namespace ServerlessSec.Reports.CycloneDx;

/// <summary>Functions and components, with where each was seen, and who needs whom.</summary>
internal static class BomComponents
{
    public static void Write(Utf8JsonWriter json, Bom bom)
    {
        json.WriteStartArray("components");
        foreach (var function in bom.Functions)
        {
            json.WriteStartObject();
            json.WriteString("type", "application");
            json.WriteString("bom-ref", function.Ref);
            json.WriteString("name", function.Report.Name);
            if (function.Report is { Runtime: not null } or { Completeness: not null })
            {
                json.WriteStartArray("properties");
                if (function.Report.Runtime is { } runtime) BomMetadata.WriteProperty(json, "runtime", runtime);
                if (function.Report.Completeness is { } completeness) BomCompleteness.WriteProperties(json, completeness);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        foreach (var component in bom.Components) Write(json, component);
        json.WriteEndArray();
    }

    public static void WriteDependencies(Utf8JsonWriter json, Bom bom)
    {
        var known = bom.Components.Select(component => component.Ref).ToHashSet(StringComparer.Ordinal);
        json.WriteStartArray("dependencies");
        WriteDependency(json, Bom.RootRef, bom.RootNeeds);
        foreach (var function in bom.Functions) WriteDependency(json, function.Ref, Bom.Needs(function.Report.Components));
        foreach (var component in bom.Components) WriteDependency(json, component.Ref, component.Component.DependsOn.Where(known.Contains));
        json.WriteEndArray();
    }

    private static void WriteDependency(Utf8JsonWriter json, string from, IEnumerable<string> to)
    {
        json.WriteStartObject();
        json.WriteString("ref", from);
        json.WriteStartArray("dependsOn");
        foreach (var target in to.Distinct(StringComparer.Ordinal)) json.WriteStringValue(target);
        json.WriteEndArray();
        json.WriteEndObject();
        json.PassOn();
    }

    private static void Write(Utf8JsonWriter json, BomComponent entry)
    {
        var component = entry.Component;
        var (group, name) = NameOf(component);
        json.WriteStartObject();
        json.WriteString("type", "library");
        json.WriteString("bom-ref", entry.Ref);
        if (group is not null) json.WriteString("group", group);
        json.WriteString("name", name);
        if (component.Version.Length > 0) json.WriteString("version", component.Version);
        json.WriteString("scope", component.Development ? "excluded" : "required");
        WriteHashes(json, component.Hashes);
        LicenceChoice.Write(json, component.Licences);
        json.WriteString("purl", entry.Ref);
        WriteEvidence(json, entry.Places);
        WriteProperties(json, entry);
        json.WriteEndObject();
        json.PassOn();
    }

    /// <summary><c>@scope/name</c> and <c>group:artifact</c> in two parts.</summary>
    private static (string? Group, string Name) NameOf(Component component)
    {
        if (component.Purl.Namespace is null) return (null, component.Name);
        var cut = component.Name.LastIndexOfAny(['/', ':']);
        return cut > 0 ? (component.Name[..cut], component.Name[(cut + 1)..]) : (null, component.Name);
    }

    private static void WriteHashes(Utf8JsonWriter json, ImmutableArray<ComponentHash> hashes)
    {
        if (hashes.IsEmpty) return;

        json.WriteStartArray("hashes");
        foreach (var hash in hashes
            .OrderBy(hash => hash.Algorithm, StringComparer.Ordinal)
            .ThenBy(hash => hash.Hex, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("alg", hash.Algorithm);
            json.WriteString("content", hash.Hex);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEvidence(Utf8JsonWriter json, ImmutableArray<BomPlace> places)
    {
        if (places.IsEmpty) return;

        json.WriteStartObject("evidence");
        WriteIdentity(json, places);
        json.WriteStartArray("occurrences");
        foreach (var (occurrence, function) in places)
        {
            json.WriteStartObject();
            json.WriteString("location", occurrence.Path);
            json.WriteString("additionalContext", string.Join("; ", Context(occurrence, function)));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Why a component that no manifest names was taken for what it is.</summary>
    private static void WriteIdentity(Utf8JsonWriter json, ImmutableArray<BomPlace> places)
    {
        var reasons = places.Select(place => place.Occurrence.Recognition).OfType<Recognition>().Distinct()
            .OrderByDescending(reason => reason.Confidence).ThenBy(reason => reason.Trace, StringComparer.Ordinal).ToArray();
        if (reasons.Length == 0) return;

        json.WriteStartArray("identity");
        json.WriteStartObject();
        json.WriteString("field", "purl");
        json.WriteNumber("confidence", reasons[0].Confidence);
        json.WriteStartArray("methods");
        foreach (var reason in reasons)
        {
            json.WriteStartObject();
            json.WriteString("technique", reason.Technique switch
            {
                Technique.ModulePath or Technique.SourceMap or Technique.FileName => "filename",
                Technique.VersionString => "binary-analysis",
                Technique.BillOfMaterials => "attestation",
                Technique.Manifest => "manifest-analysis",
                _ => "source-code-analysis",
            });
            json.WriteNumber("confidence", reason.Confidence);
            json.WriteString("value", reason.Trace);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static IEnumerable<string> Context(Occurrence occurrence, string? function)
    {
        yield return $"{Wire.Name(occurrence.Kind)}, read by {occurrence.Cataloger}";
        if (occurrence.Supply is { } supply) yield return $"supplied by the runtime {supply.Runtime}";
        if (occurrence.Layer is not null) yield return $"layer {occurrence.Layer}";
        if (function is not null) yield return $"function {function}";
    }

    private static void WriteProperties(Utf8JsonWriter json, BomComponent entry)
    {
        json.WriteStartArray("properties");
        foreach (var layer in entry.Places
            .Select(place => place.Occurrence.Layer)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal))
        {
            BomMetadata.WriteProperty(json, "layer", layer);
        }

        foreach (var kind in entry.Places.Select(place => place.Occurrence.Kind).Distinct().Order()) BomMetadata.WriteProperty(json, "seen", Wire.Name(kind));
        WriteSupplies(json, [.. entry.Places.Select(place => place.Occurrence.Supply).OfType<RuntimeSupply>().Distinct()]);
        BomMetadata.WriteProperty(
            json,
            "relation",
            entry.Component.Relation switch { Relation.Direct => "direct", Relation.Transitive => "transitive", _ => "unknown" });
        json.WriteEndArray();
    }

    private static void WriteSupplies(Utf8JsonWriter json, RuntimeSupply[] supplies)
    {
        if (supplies.Length > 0) BomMetadata.WriteProperty(json, "supplier", "runtime");
        foreach (var supply in supplies.OrderBy(supply => supply.Runtime, StringComparer.Ordinal))
        {
            BomMetadata.WriteProperty(json, "runtime", supply.Runtime);
            if (supply is { AsOf: { } day, Source: { } source }) BomMetadata.WriteProperty(json, "runtimeDocumented", $"{Wire.Day(day)} {source}");
        }
    }
}
