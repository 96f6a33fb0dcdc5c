using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ServerlessSec.Advisories;
using ServerlessSec.Findings;
using ServerlessSec.Findings.Vex;
using ServerlessSec.Inventory;

namespace ServerlessSec.Reports.OpenVex;

/// <summary>One decision about one vulnerability, and the components that it is about.</summary>
internal sealed record OpenVexStatement(AdvisoryMatch Advisory, OpenVexDecision Decision, ImmutableArray<OpenVexProduct> Products)
{
    /// <summary>Sorted by vulnerability.</summary>
    public static List<OpenVexStatement> Of(ScanReport report) =>
    [
        .. report.Findings
            .Where(static triaged => triaged.Finding.Advisory is not null)
            .GroupBy(static triaged => triaged.Finding.Advisory!.Id, StringComparer.Ordinal)
            .OrderBy(static vulnerability => vulnerability.Key, StringComparer.Ordinal)
            .SelectMany(static vulnerability => vulnerability
                .GroupBy(static triaged => triaged.Finding.Advisory!.Purl, StringComparer.Ordinal)
                .SelectMany(Decided)
                .GroupBy(static decided => decided.Decision, static decided => decided.Product)
                .OrderBy(static same => same.Key.ToString(), StringComparer.Ordinal)
                .Select(same => new OpenVexStatement(vulnerability.First().Finding.Advisory!, same.Key, Sorted(same)))),
    ];

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("vulnerability");
        json.WriteString("@id", $"https://osv.dev/vulnerability/{Uri.EscapeDataString(Shown.Exact(Advisory.Id))}");
        json.WriteString("name", Shown.Exact(Advisory.Id));
        if (Advisory.Summary is { } summary) json.WriteString("description", Shown.Exact(summary));
        if (!Advisory.Aliases.IsEmpty)
        {
            json.WriteStartArray("aliases");
            foreach (var alias in Advisory.Aliases.Distinct(StringComparer.Ordinal)) json.WriteStringValue(Shown.Exact(alias));
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteStartArray("products");
        foreach (var product in Products) product.Write(json);
        json.WriteEndArray();
        Decision.Write(json);
        json.WriteEndObject();
    }

    /// <summary>One for a component where all functions agree, else one for each function.</summary>
    private static IEnumerable<(OpenVexDecision Decision, OpenVexProduct Product)> Decided(IGrouping<string, TriagedFinding> component)
    {
        var decided = component.Select(static triaged => (Decision: OpenVexDecision.Of(triaged), triaged.Finding.Subject)).ToList();
        if (decided.TrueForAll(one => one.Decision == decided[0].Decision)) return [(decided[0].Decision, new(component.Key, null))];
        return decided.SelectMany(one => one.Subject.Functions.Select(function => (one.Decision, new OpenVexProduct(function, component.Key))));
    }

    private static ImmutableArray<OpenVexProduct> Sorted(IEnumerable<OpenVexProduct> products) =>
        [.. products.Distinct().OrderBy(static product => product.Name, StringComparer.Ordinal).ThenBy(static product => product.Part, StringComparer.Ordinal)];
}

/// <param name="Name">purl of the component; of a function its name.</param>
/// <param name="Part">Of a function: purl of the component.</param>
internal sealed record OpenVexProduct(string Name, string? Part)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        // By the same words that a product is recognised as a function when such a document is read.
        json.WriteString("@id", Part is null ? Name : Purl.Generic(Shown.Exact(Name), null).ToString());
        if (Part is not null)
        {
            json.WriteStartArray("subcomponents");
            json.WriteStartObject();
            json.WriteString("@id", Part);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}

/// <summary>Status and reason; each text only where OpenVEX has a place for it under that status.</summary>
internal sealed record OpenVexDecision(string Status, string? Justification, string? Impact, string? Action, string? Notes)
{
    public static OpenVexDecision Of(TriagedFinding triaged)
    {
        var finding = triaged.Finding;
        var action = finding.Fix ?? finding.Rule.Remediation;
        if (triaged.Waiver is { Kind: not WaiverKind.Vex } waiver) return new("affected", null, null, Accepted(waiver), null);
        var told = triaged.Vex is { } vex ? $"By {vex.Author}: {vex.Reason}" : null;
        return triaged.Vex switch
        {
            null => new("affected", null, null, action, finding.Advisory is { Disputed: true } ? "Disputed." : null),
            { Status: VexStatus.NotAffected } none when Label(none) is { } label => new("not_affected", label, null, null, told),
            { Status: VexStatus.NotAffected } => new("not_affected", null, told, null, null),
            { Status: VexStatus.Fixed } => new("fixed", null, null, null, told),
            { Status: VexStatus.UnderInvestigation } => new("under_investigation", null, null, null, told),
            _ => new("affected", null, null, action, told),
        };
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("status", Status);
        if (Justification is not null) json.WriteString("justification", Justification);
        if (Impact is not null) json.WriteString("impact_statement", Shown.Exact(Impact));
        if (Action is not null) json.WriteString("action_statement", Shown.Exact(Action));
        if (Notes is not null) json.WriteString("status_notes", Shown.Exact(Notes));
    }

    private static string Accepted(Waiver waiver)
    {
        var until = waiver.HasEnd ? waiver.Expires.ToString("' until 'yyyy-MM-dd", CultureInfo.InvariantCulture) : "";
        return $"Accepted by {waiver.Owner}{until}: {waiver.Reason}";
    }

    /// <summary>Null where OpenVEX has no label that means the same.</summary>
    private static string? Label(VexStatement statement) => statement.Justification switch
    {
        "code_not_present" => "vulnerable_code_not_present",
        "code_not_reachable" => "vulnerable_code_not_in_execute_path",
        "protected_by_compiler" or "protected_by_mitigating_control" => "inline_mitigations_already_exist",
        "requires_configuration" or "requires_dependency" or "requires_environment" or "protected_at_runtime" or "protected_at_perimeter" => null,
        var own => own,
    };
}
