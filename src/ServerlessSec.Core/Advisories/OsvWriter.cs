using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace ServerlessSec.Advisories;

/// <summary>Writes an advisory as a record of the OSV schema, members without content left out.</summary>
internal static class OsvWriter
{
    public static void Write(Advisory advisory, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", advisory.Id);
        Date(json, "modified", advisory.Modified);
        Date(json, "withdrawn", advisory.Withdrawn);
        Texts(json, "aliases", advisory.Aliases);
        if (advisory.Summary is not null) json.WriteString("summary", advisory.Summary);
        Severities(json, advisory.Severities);
        Affected(json, advisory.Affected);
        References(json, advisory.References);
        Specific(json, advisory);
        json.WriteEndObject();
    }

    private static void Date(Utf8JsonWriter json, string name, DateTimeOffset? date)
    {
        if (date is { } value)
            json.WriteString(name, value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture));
    }

    internal static void Texts(Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        if (texts.IsEmpty) return;
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void Severities(Utf8JsonWriter json, ImmutableArray<SeverityVector> severities)
    {
        if (severities.IsEmpty) return;
        json.WriteStartArray("severity");
        foreach (var severity in severities)
        {
            json.WriteStartObject();
            json.WriteString("type", severity.Type);
            json.WriteString("score", severity.Vector);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Affected(Utf8JsonWriter json, ImmutableArray<AffectedPackage> packages)
    {
        if (packages.IsEmpty) return;
        json.WriteStartArray("affected");
        foreach (var package in packages)
        {
            json.WriteStartObject();
            json.WriteStartObject("package");
            json.WriteString("ecosystem", package.Ecosystem);
            json.WriteString("name", package.Name);
            json.WriteEndObject();
            Severities(json, package.Severities);
            Ranges(json, package.Ranges);
            Texts(json, "versions", package.Versions);
            OsvCode.Write(json, package.Code);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Ranges(Utf8JsonWriter json, ImmutableArray<VersionRange> ranges)
    {
        if (ranges.IsEmpty) return;
        json.WriteStartArray("ranges");
        foreach (var range in ranges)
        {
            json.WriteStartObject();
            json.WriteString("type", range.Type);
            json.WriteStartArray("events");
            foreach (var e in range.Events)
            {
                json.WriteStartObject();
                json.WriteString(Name(e.Kind), e.Version);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Name(RangeEventKind kind) => kind switch
    {
        RangeEventKind.Introduced => "introduced",
        RangeEventKind.Fixed => "fixed",
        RangeEventKind.LastAffected => "last_affected",
        _ => "limit",
    };

    private static void References(Utf8JsonWriter json, ImmutableArray<string> references)
    {
        if (references.IsEmpty) return;
        json.WriteStartArray("references");
        foreach (var reference in references)
        {
            json.WriteStartObject();
            json.WriteString("type", "WEB");
            json.WriteString("url", reference);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Specific(Utf8JsonWriter json, Advisory advisory)
    {
        if (advisory is { SeverityWord: null, Cwes.IsEmpty: true, KnownExploited: false, Malicious: false, Disputed: false }) return;
        json.WriteStartObject("database_specific");
        if (advisory.SeverityWord is not null) json.WriteString("severity", advisory.SeverityWord);
        Texts(json, "cwe_ids", [.. advisory.Cwes.Select(cwe => string.Create(CultureInfo.InvariantCulture, $"CWE-{cwe}"))]);
        if (advisory.KnownExploited) json.WriteBoolean("known_exploited", true);
        if (advisory.Malicious) json.WriteBoolean("malicious", true);
        if (advisory.Disputed) json.WriteBoolean("disputed", true);
        json.WriteEndObject();
    }
}
