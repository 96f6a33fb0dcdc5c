using System.Globalization;
using System.Text.Json;
using ServerlessSec.Advisories;
using ServerlessSec.Findings;

namespace ServerlessSec.Reports.CycloneDx;

/// <summary>Vulnerabilities among the findings, each once for each thing decided about it, with every component it hits.</summary>
internal static class BomVulnerabilities
{
    public static void Write(Utf8JsonWriter json, Bom bom)
    {
        if (bom.Findings.IsEmpty) return;

        json.WriteStartArray("vulnerabilities");
        foreach (var group in bom.Findings
            .GroupBy(triaged => (triaged.Finding.Advisory!.Id, triaged.Finding.Advisory.Purl))
            .GroupBy(component => (component.Key.Id, Analysis: BomAnalysis.Of([.. component])))
            .OrderBy(group => group.Key.Id, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Analysis))
        {
            Write(
                json,
                [.. group
                    .SelectMany(component => component)
                    .OrderBy(triaged => triaged.Finding.Advisory!.Purl, StringComparer.Ordinal)
                    .ThenBy(triaged => triaged.Finding.Subject.Id, StringComparer.Ordinal)],
                group.Key.Analysis);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, TriagedFinding[] hits, BomAnalysis? analysis)
    {
        var advisory = hits[0].Finding.Advisory!;
        json.WriteStartObject();
        json.WriteString("id", advisory.Id);
        WriteSource(json, advisory.Id);
        WriteAliases(json, advisory);
        WriteRating(json, advisory, hits.Max(hit => hit.Finding.Severity));
        if (!advisory.Cwes.IsEmpty)
        {
            json.WriteStartArray("cwes");
            foreach (var cwe in advisory.Cwes.Distinct()) json.WriteNumberValue(cwe);
            json.WriteEndArray();
        }

        if (advisory.Summary is { } summary) json.WriteString("description", summary);
        json.WriteString("recommendation", Recommendation(hits));
        WriteReferences(json, advisory);
        analysis?.Write(json);
        WriteAffected(json, hits);
        WriteProperties(json, hits, advisory);
        json.WriteEndObject();
        json.PassOn();
    }

    private static void WriteSource(Utf8JsonWriter json, string id)
    {
        json.WriteStartObject("source");
        json.WriteString("name", "OSV");
        json.WriteString("url", $"https://osv.dev/vulnerability/{Uri.EscapeDataString(id)}");
        json.WriteEndObject();
    }

    private static void WriteAliases(Utf8JsonWriter json, AdvisoryMatch advisory)
    {
        if (advisory.Aliases.IsEmpty) return;

        json.WriteStartArray("references");
        foreach (var alias in advisory.Aliases)
        {
            json.WriteStartObject();
            json.WriteString("id", alias);
            WriteSource(json, alias);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRating(Utf8JsonWriter json, AdvisoryMatch advisory, Severity severity)
    {
        json.WriteStartArray("ratings");
        json.WriteStartObject();
        if (advisory.Score is { } score) json.WriteNumber("score", score);
        json.WriteString(
            "severity",
            severity switch
            {
                Severity.Critical => "critical",
                Severity.High => "high",
                Severity.Medium => "medium",
                Severity.Low => "low",
                _ => "info",
            });
        if (advisory.Vector is { } vector)
        {
            json.WriteString("method", MethodOf(vector));
            json.WriteString("vector", vector);
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static string MethodOf(string vector) => vector switch
    {
        _ when vector.StartsWith("CVSS:4", StringComparison.Ordinal) => "CVSSv4",
        _ when vector.StartsWith("CVSS:3.1", StringComparison.Ordinal) => "CVSSv31",
        _ when vector.StartsWith("CVSS:3", StringComparison.Ordinal) => "CVSSv3",
        _ => "CVSSv2",
    };

    private static string Recommendation(TriagedFinding[] hits) =>
        string.Join(
            " ",
            hits
                .Select(hit => hit.Finding.Fix
                    ?? (hit.Finding.Advisory!.Fixed is { } version
                        ? $"Upgrade to {version}."
                        : "No version fixes this yet; replace the component or stop reaching it."))
                .Distinct(StringComparer.Ordinal));

    private static void WriteReferences(Utf8JsonWriter json, AdvisoryMatch advisory)
    {
        if (advisory.References.IsEmpty) return;

        json.WriteStartArray("advisories");
        foreach (var reference in advisory.References)
        {
            json.WriteStartObject();
            json.WriteString("url", reference);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteAffected(Utf8JsonWriter json, TriagedFinding[] hits)
    {
        json.WriteStartArray("affects");
        foreach (var purl in hits.Select(hit => hit.Finding.Advisory!.Purl).Distinct(StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("ref", purl);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteProperties(Utf8JsonWriter json, TriagedFinding[] hits, AdvisoryMatch advisory)
    {
        json.WriteStartArray("properties");
        if (advisory.KnownExploited) BomMetadata.WriteProperty(json, "knownExploited", "true");
        if (advisory.Malicious) BomMetadata.WriteProperty(json, "malicious", "true");
        if (Array.TrueForAll(hits, static hit => hit.Finding.Advisory!.Disputed)) BomMetadata.WriteProperty(json, "disputed", "true");
        if (advisory.Epss is { } epss) BomMetadata.WriteProperty(json, "epss", epss.ToString("R", CultureInfo.InvariantCulture));
        if (advisory.EpssPercentile is { } percentile) BomMetadata.WriteProperty(json, "epssPercentile", percentile.ToString("R", CultureInfo.InvariantCulture));
        foreach (var (purl, clean) in hits.Select(static hit => (hit.Finding.Advisory!.Purl, hit.Finding.Advisory.Clean)).Distinct())
        {
            if (clean is not null) BomMetadata.WriteProperty(json, "cleanVersion", $"{purl} {clean}");
        }

        foreach (var hit in hits)
        {
            BomMetadata.WriteProperty(json, "finding", hit.Finding.Fingerprint);
            BomMetadata.WriteProperty(json, "subject", hit.Finding.Subject.Id);
            if (hit.Finding.Path is { } path) BomMetadata.WriteProperty(json, "path", string.Join(" > ", path.Purls));
            if (hit.State != FindingState.New)
                BomMetadata.WriteProperty(json, "state", hit.State == FindingState.Waived ? "waived" : "known");
        }

        json.WriteEndArray();
    }
}
