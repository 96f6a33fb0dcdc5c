using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Json.Schema;
using ServerlessSec.Findings;
using ServerlessSec.Findings.Vex;
using ServerlessSec.Reports.CycloneDx;
using ServerlessSec.Reports.Json;
using ServerlessSec.Shared;

namespace ServerlessSec.Reports.OpenVex;

public class OpenVexReportTests
{
    private static readonly Lazy<JsonSchema> Schema = new(() =>
        JsonSchema.FromText(File.ReadAllText(Repository.Path("tests/ServerlessSec.Core.Tests/Reports/OpenVex/openvex-0.2.0.schema.json"))));

    private static readonly DateOnly Today = new(2026, 3, 1);

    private static readonly string[] Functions = ["checkout", "refund"];

    private static ScanReport Report(string[] documents, ImmutableArray<Waiver>? waivers = null, params Finding[] findings)
    {
        var matcher = Vexed.Matcher(documents, components: []);
        if (findings.Length == 0) findings = [.. Functions.Select(function => Vexed.Finding(function: function))];
        return new()
        {
            Target = "shop/template.yaml",
            Today = Today,
            Functions = [.. Functions.Select(name => new FunctionReport { Name = name, Components = [Vexed.Lodash] })],
            Findings = Triage.Apply(findings, waivers ?? [], null, Today, matcher),
        };
    }

    private static List<JsonElement> Statements(ScanReport report)
    {
        var bytes = SampleReport.Bytes(report, OpenVexReport.Write);
        Schemas.Fits(Schema.Value, bytes);
        return [.. JsonDocument.Parse(bytes).RootElement.GetProperty("statements").EnumerateArray()];
    }

    [Fact]
    public void The_sample_report_is_as_before_and_valid()
    {
        var bytes = SampleReport.Bytes(SampleReport.Whole(), OpenVexReport.Write);
        Schemas.Fits(Schema.Value, bytes);
        var id = JsonDocument.Parse(bytes).RootElement.GetProperty("@id").GetString()!;
        Golden.Verify("Golden/report.openvex.json", Encoding.UTF8.GetString(bytes)
            .Replace(Tool.Version, "VERSION", StringComparison.Ordinal).Replace(id, "ID", StringComparison.Ordinal));
        Assert.Equal(bytes, SampleReport.Bytes(SampleReport.Whole(), OpenVexReport.Write));
    }

    [Fact]
    public void What_nobody_decided_on_is_affected_and_says_what_to_do()
    {
        var statement = Assert.Single(Statements(Report([])));
        Assert.Equal("affected", statement.GetProperty("status").GetString());
        Assert.Equal("Upgrade.", statement.GetProperty("action_statement").GetString());
        Assert.Equal("pkg:npm/lodash@4.17.20", statement.GetProperty("products")[0].GetProperty("@id").GetString());
        Assert.Equal("GHSA-35jh-r3h4-6jhm", statement.GetProperty("vulnerability").GetProperty("aliases")[0].GetString());
    }

    [Fact]
    public void An_accepted_risk_is_still_affected()
    {
        Waiver waiver = new() { Rule = "SLS6001", Reason = "internal only", Owner = "team-pay", Expires = new(2026, 12, 31) };
        var statement = Assert.Single(Statements(Report([], [waiver])));
        Assert.Equal("affected", statement.GetProperty("status").GetString());
        Assert.Equal("Accepted by team-pay until 2026-12-31: internal only", statement.GetProperty("action_statement").GetString());
    }

    [Fact]
    public void Where_functions_differ_each_is_a_product_of_its_own()
    {
        var statements = Statements(Report([Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:generic/refund")))]));
        Assert.Equal(["affected", "not_affected"], statements.Select(s => s.GetProperty("status").GetString()));
        var product = Assert.Single(statements[1].GetProperty("products").EnumerateArray());
        Assert.Equal("pkg:generic/refund", product.GetProperty("@id").GetString());
        Assert.Equal("pkg:npm/lodash@4.17.20", product.GetProperty("subcomponents")[0].GetProperty("@id").GetString());
    }

    public static TheoryData<string> Documents =>
    [
        Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:npm/lodash"))),
        Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:npm/lodash"), more: ", \"impact_statement\": \"patched\"")),
        Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:generic/refund"))),
        Vexed.OpenVex(Vexed.Statement("fixed", Vexed.Part("checkout", "pkg:npm/lodash"))),
        Vexed.OpenVex(Vexed.Statement("under_investigation", Vexed.Id("pkg:npm/lodash"))),
        Vexed.CycloneDx("""{ "ref": "pkg:npm/lodash" }""", """{ "state": "false_positive" }"""),
        Vexed.CycloneDx("""{ "ref": "own" }""", """{ "state": "not_affected", "justification": "requires_environment" }"""),
        Vexed.CycloneDx("""{ "ref": "pkg:npm/lodash" }""", """{ "state": "not_affected", "justification": "code_not_reachable" }"""),
        Vexed.CycloneDx("""{ "ref": "pkg:npm/lodash" }""", """{ "state": "resolved_with_pedigree", "detail": "backported" }"""),
        Vexed.CycloneDx("""{ "ref": "pkg:npm/lodash" }""", """{ "state": "exploitable" }"""),
    ];

    [Theory, MemberData(nameof(Documents))]
    public void What_was_written_and_read_again_decides_the_same(string document)
    {
        var report = Report([document]);
        Statements(report);
        var again = Report([Encoding.UTF8.GetString(SampleReport.Bytes(report, OpenVexReport.Write))]);
        Assert.Equal(
            report.Findings.Select(static t => (t.Finding.Subject.Id, t.State)).Order(),
            again.Findings.Select(static t => (t.Finding.Subject.Id, t.State)).Order());
        Assert.Equal(report.Findings.Select(Status).Order(), again.Findings.Select(Status).Order());

        // What nobody decided on is written as affected.
        static VexStatus Status(TriagedFinding triaged) => triaged.Vex?.Status ?? VexStatus.Affected;
    }

    [Theory, MemberData(nameof(Documents))]
    public void Cyclonedx_tells_the_same_and_is_valid(string document)
    {
        var report = Report([document]);
        var bytes = SampleReport.Bytes(report, CycloneDxReport.Write);
        CycloneDxSchema.Verify(bytes);
        var first = report.Findings.Select(static t => t.Vex).ToList();
        var analyses = JsonDocument.Parse(bytes).RootElement.GetProperty("vulnerabilities").EnumerateArray()
            .Select(static v => v.TryGetProperty("analysis", out var analysis) ? analysis.GetProperty("state").GetString() : null);
        var unanimous = first.TrueForAll(vex => vex == first[0]) ? first[0] : null;
        Assert.Equal([unanimous is null ? null : State(unanimous)], analyses);
        if (unanimous is null) return;
        var again = Report([Encoding.UTF8.GetString(bytes)]);
        Assert.Equal(report.Findings.Select(static t => t.State), again.Findings.Select(static t => t.State));

        static string State(VexStatement vex) => vex.Word switch
        {
            "fixed" => "resolved",
            "under_investigation" => "in_triage",
            var own => own,
        };
    }

    [Fact]
    public void Cyclonedx_splits_a_vulnerability_by_what_was_decided_of_each_component()
    {
        var other = Vexed.Component("pkg:npm/lodash-es@4.17.20", "npm");
        var report = Report([Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:npm/lodash")))], null, Vexed.Finding(), Vexed.Finding(other));
        var bytes = SampleReport.Bytes(report, CycloneDxReport.Write);
        CycloneDxSchema.Verify(bytes);
        var entries = JsonDocument.Parse(bytes).RootElement.GetProperty("vulnerabilities").EnumerateArray().ToList();
        Assert.Equal(2, entries.Count);
        Assert.False(entries[0].TryGetProperty("analysis", out _));
        Assert.Equal("code_not_present", entries[1].GetProperty("analysis").GetProperty("justification").GetString());
        Assert.Equal("pkg:npm/lodash@4.17.20", entries[1].GetProperty("affects")[0].GetProperty("ref").GetString());
    }

    [Fact]
    public void Json_sarif_and_asff_tell_what_the_document_says()
    {
        var report = Report([Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:generic/refund"), more: ", \"impact_statement\": \"patched\"")),
            Vexed.OpenVex(Vexed.Statement("under_investigation", Vexed.Id("pkg:generic/checkout")))]);
        var json = JsonDocument.Parse(SampleReport.Bytes(report, JsonReport.Write)).RootElement.GetProperty("findings");
        Schemas.Fits(JsonReportTests.Schema, SampleReport.Bytes(report, JsonReport.Write));
        Assert.Equal("underInvestigation", json[0].GetProperty("vex").GetProperty("status").GetString());
        Assert.Equal("new", json[0].GetProperty("state").GetString());
        var waiver = json[1].GetProperty("waiver");
        Assert.Equal(("vex", "not affected, vulnerable code not present: patched", "Wolfi J"),
            (waiver.GetProperty("kind").GetString(), waiver.GetProperty("reason").GetString(), waiver.GetProperty("owner").GetString()));
        Assert.False(waiver.TryGetProperty("expires", out _));

        var sarif = JsonDocument.Parse(SampleReport.Bytes(report, Sarif.SarifReport.Write)).RootElement.GetProperty("runs")[0].GetProperty("results");
        Assert.Equal("not affected, vulnerable code not present: patched (VEX by Wolfi J)", sarif[1].GetProperty("suppressions")[0].GetProperty("justification").GetString());
        Assert.Equal("under investigation (by Wolfi J)", sarif[0].GetProperty("properties").GetProperty("vex").GetString());

        var asff = JsonDocument.Parse(SampleReport.Bytes(report, Asff.AsffReport.Write)).RootElement.GetProperty("Findings");
        Assert.Equal("SUPPRESSED", asff[1].GetProperty("Workflow").GetProperty("Status").GetString());
        var fields = asff[1].GetProperty("ProductFields");
        Assert.Equal("vex", fields.GetProperty("serverlesssec/WaiverKind").GetString());
        Assert.False(fields.TryGetProperty("serverlesssec/WaiverExpires", out _));
        Assert.Equal("under investigation (by Wolfi J)", asff[0].GetProperty("ProductFields").GetProperty("serverlesssec/Vex").GetString());
    }

    [Fact]
    public void Nothing_found_is_a_document_without_statements() =>
        Assert.Contains("\"statements\": []", Encoding.UTF8.GetString(SampleReport.Bytes(Report([]) with { Findings = [] }, OpenVexReport.Write)), StringComparison.Ordinal);
}
