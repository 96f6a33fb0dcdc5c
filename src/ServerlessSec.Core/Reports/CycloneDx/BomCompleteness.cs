using System.Text.Json;
using ServerlessSec.Inventory;

namespace ServerlessSec.Reports.CycloneDx;

/// <summary>How much of the whole the document shows, and each gap in words.</summary>
internal static class BomCompleteness
{
    public static void Write(Utf8JsonWriter json, Bom bom)
    {
        // What is known about vulnerabilities says nothing about the list of components.
        var holed = bom.Gaps
            .Where(gap => gap.Gap.Kind != GapKind.Advisories && Concerns(gap.Gap))
            .Select(gap => gap.Subject)
            .ToHashSet(StringComparer.Ordinal);
        if (IsLacking(bom.Completeness)) holed.Add(Bom.RootRef);
        holed.UnionWith(bom.Functions.Where(static function => IsLacking(function.Report.Completeness)).Select(static function => function.Ref));
        json.WriteStartArray("compositions");
        WriteComposition(
            json,
            "assemblies",
            Bom.RootRef,
            holed.Count > 0 ? "incomplete"
                : bom.Functions.IsEmpty ? Assemblies(bom.Components.Select(entry => entry.Component))
                : "complete");
        foreach (var function in bom.Functions)
        {
            var isWhole = !holed.Contains(function.Ref);
            WriteComposition(json, "assemblies", function.Ref, isWhole ? Assemblies(function.Report.Components) : "incomplete");
        }

        WriteComposition(
            json,
            "dependencies",
            Bom.RootRef,
            holed.Count > 0 ? "incomplete" : Dependencies(bom.Components.Select(entry => entry.Component)));
        json.WriteEndArray();
        WriteAnnotations(json, bom);
    }

    public static void WriteProperties(Utf8JsonWriter json, Completeness completeness)
    {
        BomMetadata.WriteProperty(json, "completeness", Wire.Name(completeness.Verdict));
        BomMetadata.WriteProperty(json, "codeExplained", Invariant($"{completeness.Percent}%"));
        BomMetadata.WriteProperty(json, "codeFiles", Invariant($"{completeness.CodeFiles}"));
        BomMetadata.WriteProperty(json, "codeFilesIdentified", Invariant($"{completeness.Identified}"));
        BomMetadata.WriteProperty(json, "codeFilesFirstParty", Invariant($"{completeness.FirstParty}"));
        foreach (var part in completeness.Unexplained) BomMetadata.WriteProperty(json, "codeUnexplained", Invariant($"{part.Files} {part.Reason}"));
    }

    private static bool IsLacking(Completeness? completeness) =>
        completeness is { Verdict: CompletenessVerdict.Low or CompletenessVerdict.Partial };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static bool Concerns(Gap gap) =>
        gap.Scope.Evidence is Evidence.None || (gap.Scope.Evidence & (Evidence.Package | Evidence.Inventory)) != 0;

    /// <summary>Complete only where the code itself was seen: a lock file says what was meant.</summary>
    private static string Assemblies(IEnumerable<Component> components) =>
        components
            .Where(component => !component.Development)
            .All(component => component.Occurrences.Any(place => place.Kind is OccurrenceKind.Installed or OccurrenceKind.Recognised or OccurrenceKind.Supplied))
            ? "complete"
            : "unknown";

    private static string Dependencies(IEnumerable<Component> components) =>
        components.Any(component => component.Relation == Relation.Unknown) ? "unknown" : "complete";

    private static void WriteComposition(Utf8JsonWriter json, string kind, string subject, string aggregate)
    {
        json.WriteStartObject();
        json.WriteString("aggregate", aggregate);
        json.WriteStartArray(kind);
        json.WriteStringValue(subject);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAnnotations(Utf8JsonWriter json, Bom bom)
    {
        if (bom.Gaps.IsEmpty) return;

        json.WriteStartArray("annotations");
        foreach (var (subject, function, gap) in bom.Gaps)
        {
            json.WriteStartObject();
            json.WriteStartArray("subjects");
            json.WriteStringValue(subject);
            json.WriteEndArray();
            json.WriteStartObject("annotator");
            json.WritePropertyName("component");
            BomMetadata.WriteTool(json);
            json.WriteEndObject();
            json.WriteString("timestamp", BomMetadata.Timestamp(bom));
            json.WriteString("text", $"Not assessed ({string.Join("; ", Parts(gap, function))}): {gap.Message}");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static IEnumerable<string> Parts(Gap gap, string? function)
    {
        yield return gap.Reason;
        if (function is not null) yield return $"function {function}";
        if (gap.Scope.Layer is { } layer) yield return $"layer {layer}";
        if (gap.Scope.Path is { } path) yield return $"path {path}";
        if (gap.Scope.Ecosystem is { } ecosystem) yield return $"ecosystem {ecosystem}";
        if (gap.Scope.Cataloger is { } cataloger) yield return $"cataloger {cataloger}";
        if (gap.Scope.Rule is { } rule) yield return $"rule {rule}";
    }
}
