namespace ServerlessSec.Findings.Vex;

public class CycloneDxVexTests
{
    private const string NotAffected = """{ "state": "not_affected", "justification": "code_not_reachable", "detail": "never called" }""";

    [Theory]
    [InlineData("pkg:npm/lodash@4.17.20", true)]
    [InlineData("lodash-ref", true)]
    [InlineData("nested", true)]
    [InlineData("own", true)]
    [InlineData("urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#lodash-ref", true)]
    [InlineData("urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg%3Anpm%2Flodash%404.17.20", true)]
    [InlineData("urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg:npm/lodash@4.17.20", true)]
    [InlineData("express-ref", false)]
    [InlineData("nowhere", false)]
    public void Follows_references_to_components(string reference, bool holds)
    {
        const string Components = """
            { "type": "library", "bom-ref": "express-ref", "name": "express", "purl": "pkg:npm/express@4.0.0",
              "components": [{ "type": "library", "bom-ref": "nested", "name": "lodash", "purl": "pkg:npm/lodash" }] },
            { "type": "library", "bom-ref": "lodash-ref", "name": "lodash", "purl": "pkg:npm/lodash@4.17.20" }
            """;
        var document = Vexed.CycloneDx($$"""{ "ref": "{{reference}}" }""", NotAffected, components: Components);
        Assert.Equal(holds, Vexed.Told(document) is { Waives: true });
    }

    [Theory]
    [InlineData("not_affected", VexStatus.NotAffected)]
    [InlineData("false_positive", VexStatus.NotAffected)]
    [InlineData("resolved", VexStatus.Fixed)]
    [InlineData("resolved_with_pedigree", VexStatus.Fixed)]
    [InlineData("exploitable", VexStatus.Affected)]
    [InlineData("in_triage", VexStatus.UnderInvestigation)]
    public void Knows_every_state(string state, VexStatus status)
    {
        foreach (var version in new[] { "1.4", "1.5", "1.6" })
        {
            var told = Vexed.Told(Vexed.CycloneDx("""{ "ref": "pkg:npm/lodash" }""", $$"""{ "state": "{{state}}" }""", version))!;
            Assert.Equal((status, state, "Team Pay"), (told.Status, told.Word, told.Author));
        }
    }

    [Fact]
    public void Keeps_justification_and_detail() =>
        Assert.Equal("not affected, code not reachable: never called", Vexed.Told(Vexed.CycloneDx("""{ "ref": "pkg:npm/lodash" }""", NotAffected))!.Reason);

    [Fact]
    public void A_disclosure_report_without_analysis_waives_nothing() =>
        Assert.Null(Vexed.Told(Vexed.CycloneDx("""{ "ref": "pkg:npm/lodash", "versions": [{ "version": "4.17.20", "status": "affected" }] }""", "")));

    [Fact]
    public void References_are_further_ids()
    {
        var document = """
            { "bomFormat": "CycloneDX", "specVersion": "1.6", "vulnerabilities": [{ "id": "SNYK-1", "references": [{ "id": "GHSA-35jh-r3h4-6jhm" }],
              "affects": [{ "ref": "pkg:npm/lodash" }], "analysis": { "state": "resolved" } }] }
            """;
        Assert.Equal("an unnamed author", Vexed.Told(document)!.Author);
    }

    [Theory]
    [InlineData("\"version\": \"4.17.20\", \"status\": \"unaffected\"", "unaffected")]
    [InlineData("\"version\": \"4.17.20\", \"status\": \"unknown\"", "unknown")]
    [InlineData("\"version\": \"4.17.20\"", "exploitable")]
    [InlineData("\"version\": \"4.17.21\", \"status\": \"unaffected\"", null)]
    [InlineData("\"range\": \"vers:npm/>=4.17.0|<4.18.0\", \"status\": \"unaffected\"", "unaffected")]
    [InlineData("\"range\": \"vers:npm/>=4.17.21\", \"status\": \"unaffected\"", null)]
    public void Versions_have_a_status_of_their_own(string entry, string? word)
    {
        var document = Vexed.CycloneDx($$"""{ "ref": "pkg:npm/lodash", "versions": [{ {{entry}} }] }""", """{ "state": "exploitable" }""");
        Assert.Equal(word, Vexed.Told(document)?.Word);
    }

    [Theory]
    [InlineData("vers:npm/*", "1.0.0", true)]
    [InlineData("vers:npm/1.0.0", "1.0.0", true)]
    [InlineData("vers:npm/1.0.0|2.0.0", "1.5.0", false)]
    [InlineData("vers:npm/<2.0.0", "1.9.0", true)]
    [InlineData("vers:npm/<2.0.0", "2.0.0", false)]
    [InlineData("vers:npm/<=2.0.0", "2.0.0", true)]
    [InlineData("vers:npm/>1.0.0", "1.0.0", false)]
    [InlineData("vers:npm/>1.0.0", "10.0.0", true)]
    [InlineData("vers:npm/>=1.0.0|!=1.5.0|<2.0.0", "1.5.0", false)]
    [InlineData("vers:npm/<2.0.0|>=1.0.0|!=1.5.0", "1.4.0", true)]
    [InlineData("vers:npm/>=1.0.0|<2.0.0|>=3.0.0|<4.0.0", "2.5.0", false)]
    [InlineData("vers:npm/>=1.0.0|<2.0.0|>=3.0.0|<4.0.0", "3.5.0", true)]
    [InlineData("vers:npm/>=1.0.0|<2.0.0|>=3.0.0|<4.0.0", "0.5.0", false)]
    [InlineData("vers:npm/>=1.0.0|<2.0.0|>=3.0.0|<4.0.0", "4.5.0", false)]
    [InlineData("vers:npm/<1.0.0|>=3.0.0", "2.0.0", false)]
    [InlineData("vers:npm/<1.0.0|>=3.0.0", "3.0.1", true)]
    [InlineData("vers:npm/<1.0.0|>=3.0.0", "0.1.0", true)]
    public void A_range_holds_what_the_specification_says(string range, string version, bool held) =>
        Assert.Equal(held, VexVersions.Range(range).Hold(version, Advisories.Versions.VersionOrderings.For("npm")));

    [Fact]
    public void Without_an_ordering_only_named_versions_are_held()
    {
        Assert.True(VexVersions.Range("vers:generic/1.0|>2.0").Hold("1.0", null));
        Assert.False(VexVersions.Range("vers:generic/1.0|>2.0").Hold("3.0", null));
    }
}
