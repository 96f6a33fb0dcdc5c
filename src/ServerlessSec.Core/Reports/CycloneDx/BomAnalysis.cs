using System.Globalization;
using System.Text.Json;
using ServerlessSec.Findings;
using ServerlessSec.Findings.Vex;

namespace ServerlessSec.Reports.CycloneDx;

/// <summary>What was decided about a vulnerability of a component, in CycloneDX's own words.</summary>
internal sealed record BomAnalysis(string State, string? Justification, string? Response, string Detail) : IComparable<BomAnalysis>
{
    /// <summary>Null where nothing was decided, or not the same for every function that has the component.</summary>
    public static BomAnalysis? Of(TriagedFinding[] hits)
    {
        var analyses = hits.Select(Of).Distinct().ToList();
        return analyses is [{ } only] ? only : null;
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("analysis");
        json.WriteString("state", State);
        if (Justification is not null) json.WriteString("justification", Justification);
        if (Response is not null)
        {
            json.WriteStartArray("response");
            json.WriteStringValue(Response);
            json.WriteEndArray();
        }

        json.WriteString("detail", Shown.Exact(Detail));
        json.WriteEndObject();
    }

    public int CompareTo(BomAnalysis? other) => other is null ? 1 : string.CompareOrdinal(ToString(), other.ToString());

    private static BomAnalysis? Of(TriagedFinding hit) => hit switch
    {
        { Waiver: { Kind: not WaiverKind.Vex } waiver } => new("exploitable", null, "will_not_fix", Accepted(waiver)),
        { Vex: { } vex } => new(StateOf(vex), JustificationOf(vex), null, $"By {vex.Author}: {vex.Reason}"),
        _ => null,
    };

    private static string Accepted(Waiver waiver) => waiver.HasEnd
        ? $"Waived by {waiver.Owner} until {waiver.Expires.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}: {waiver.Reason}"
        : $"Waived by {waiver.Owner}: {waiver.Reason}";

    private static string StateOf(VexStatement vex) => vex switch
    {
        { Word: "false_positive" or "resolved_with_pedigree" } => vex.Word,
        { Status: VexStatus.NotAffected } => "not_affected",
        { Status: VexStatus.Fixed } => "resolved",
        { Status: VexStatus.Affected } => "exploitable",
        _ => "in_triage",
    };

    private static string? JustificationOf(VexStatement vex) => vex.Justification switch
    {
        "component_not_present" or "vulnerable_code_not_present" => "code_not_present",
        "vulnerable_code_not_in_execute_path" => "code_not_reachable",
        "inline_mitigations_already_exist" => "protected_by_mitigating_control",
        // CycloneDX has no label for it; the detail tells it.
        "vulnerable_code_cannot_be_controlled_by_adversary" => null,
        var own => own,
    };
}
