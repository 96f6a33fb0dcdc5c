using System.Text;
using ServerlessSec.Inventory;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Findings.Vex;

/// <summary>Findings, components and documents for what VEX is about.</summary>
internal static class Vexed
{
    public static readonly RuleDescriptor Rule = new()
    {
        Id = "SLS6001",
        Title = "Vulnerable",
        Severity = Severity.High,
        Needs = Evidence.Matches,
        Stage = Stage.Stable,
        Rationale = "r",
        Remediation = "Upgrade.",
    };

    public static Component Component(string purl, string ecosystem, Relation relation = Relation.Direct, params string[] needs)
    {
        var parsed = Purl.Parse(purl);
        return new()
        {
            Purl = parsed,
            Ecosystem = ecosystem,
            Name = parsed.Name,
            Version = parsed.Version ?? "",
            Relation = relation,
            DependsOn = [.. needs],
        };
    }

    public static readonly Component Lodash = Component("pkg:npm/lodash@4.17.20", "npm");

    public static Finding Finding(Component? component = null, string function = "checkout", string id = "CVE-2021-23337", params string[] aliases)
    {
        component ??= Lodash;
        return new(Rule, Subject.Of(function), $"{component.Purl.WithoutVersion} {id} #1", "It is vulnerable.", null)
        {
            Component = component,
            Advisory = new() { Purl = component.Purl.ToString(), Id = id, Aliases = aliases.Length > 0 ? [.. aliases] : ["GHSA-35jh-r3h4-6jhm"] },
        };
    }

    public static VexMatcher Matcher(string[] documents, string application = "shop/template.yaml", params Component[] components) => new(
        [.. documents.SelectMany((text, i) => VexFile.Read($"{(char)('a' + i)}.json", Encoding.UTF8.GetBytes(text), ScanLimits.Default))],
        application,
        _ => [.. components]);

    public static VexStatement? Told(string document, Finding? finding = null) => Matcher([document]).Of(finding ?? Finding());

    /// <summary>An OpenVEX document.</summary>
    /// <param name="statements">Joined by commas.</param>
    public static string OpenVex(string statements) => $$"""
        {
          "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://openvex.dev/docs/example/1", "author": "Wolfi J",
          "timestamp": "2026-01-08T18:02:03.647787998-06:00", "version": 1, "statements": [{{statements}}]
        }
        """;

    public static string NotAffected(string product, string vulnerability = "CVE-2021-23337", string more = "") =>
        $$"""
        { "vulnerability": { "name": "{{vulnerability}}" }, "products": [{{product}}],
          "status": "not_affected", "justification": "vulnerable_code_not_present"{{more}} }
        """;

    public static string Statement(string status, string product, string more = "") =>
        $$"""{ "vulnerability": { "name": "CVE-2021-23337" }, "products": [{{product}}], "status": "{{status}}"{{more}} }""";

    public static string Id(string id) => $$"""{ "@id": "{{id}}" }""";

    public static string Part(string product, string part) => $$"""{ "@id": "{{product}}", "subcomponents": [{ "@id": "{{part}}" }] }""";

    /// <summary>A CycloneDX document that says one thing of CVE-2021-23337.</summary>
    public static string CycloneDx(string affects, string analysis, string version = "1.5", string components = "") => $$"""
        {
          "bomFormat": "CycloneDX", "specVersion": "{{version}}", "version": 1,
          "metadata": { "timestamp": "2026-02-01T00:00:00Z", "authors": [{ "name": "Team Pay" }],
            "component": { "type": "application", "bom-ref": "own", "name": "checkout", "version": "3" } },
          "components": [{{components}}],
          "vulnerabilities": [{ "id": "CVE-2021-23337", "affects": [{{affects}}]{{(analysis.Length > 0 ? $", \"analysis\": {analysis}" : "")}} }]
        }
        """;
}
