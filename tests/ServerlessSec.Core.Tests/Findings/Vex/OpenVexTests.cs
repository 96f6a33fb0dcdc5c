using ServerlessSec.Inventory;

namespace ServerlessSec.Findings.Vex;

public class OpenVexTests
{
    [Theory]
    [InlineData("pkg:npm/lodash", true)]
    [InlineData("pkg:npm/lodash@4.17.20", true)]
    [InlineData("pkg:npm/lodash@4.17.20?repository_url=https://example.com#lib", true)]
    [InlineData("pkg:NPM/Lodash@4.17.20", true)]
    [InlineData("pkg:npm/lodash@4.17.21", false)]
    [InlineData("pkg:npm/%40types/lodash@4.17.20", false)]
    [InlineData("pkg:pypi/lodash@4.17.20", false)]
    [InlineData("pkg:npm/", false)]
    [InlineData("pkg:generic/checkout", true)]
    [InlineData("pkg:oci/checkout@sha256:00ff", true)]
    [InlineData("pkg:generic/Checkout", false)]
    [InlineData("checkout", true)]
    [InlineData("arn:aws:lambda:eu-central-1:111122223333:function:checkout", true)]
    [InlineData("arn:aws:lambda:eu-central-1:111122223333:function:checkout:live", true)]
    [InlineData("arn:aws:lambda:eu-central-1:111122223333:function:refund", false)]
    [InlineData("shop/template.yaml", true)]
    [InlineData("pkg:generic/template", true)]
    [InlineData("shop", false)]
    public void Takes_a_product_for_the_component_the_function_or_the_target(string id, bool holds) =>
        Assert.Equal(holds, Vexed.Told(Vexed.OpenVex(Vexed.NotAffected(Vexed.Id(id)))) is { Waives: true });

    [Theory]
    [InlineData("CVE-2021-23337", true)]
    [InlineData("cve-2021-23337", true)]
    [InlineData("GHSA-35jh-r3h4-6jhm", true)]
    [InlineData("CVE-2021-2333", false)]
    public void Knows_the_vulnerability_by_any_of_its_ids(string id, bool holds) =>
        Assert.Equal(holds, Vexed.Told(Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:npm/lodash"), id))) is { Waives: true });

    [Theory]
    [InlineData("""{ "name": "INTERNAL-1", "aliases": ["SNYK-1", "GHSA-35jh-r3h4-6jhm"] }""")]
    [InlineData("""{ "@id": "https://nvd.nist.gov/vuln/detail/CVE-2021-23337", "name": "INTERNAL-1" }""")]
    [InlineData("""{ "@id": "https://nvd.nist.gov/vuln/detail/CVE-2021-23337" }""")]
    [InlineData("\"CVE-2021-23337\"")]
    public void Reads_aliases_addresses_and_plain_names(string vulnerability)
    {
        var statement = $$"""{ "vulnerability": {{vulnerability}}, "products": ["pkg:npm/lodash"], "status": "fixed" }""";
        Assert.True(Vexed.Told(Vexed.OpenVex(statement)) is { Status: VexStatus.Fixed });
    }

    [Theory]
    [InlineData("not_affected", ", \"impact_statement\": \"patched by us\"", true, "not affected: patched by us")]
    [InlineData("not_affected", ", \"justification\": \"component_not_present\"", true, "not affected, component not present")]
    [InlineData("fixed", "", true, "fixed")]
    [InlineData("affected", ", \"action_statement\": \"upgrade\"", false, "affected: upgrade")]
    [InlineData("under_investigation", ", \"status_notes\": \"we look\"", false, "under investigation: we look")]
    public void Waives_what_needs_nothing_and_keeps_the_reason(string status, string more, bool waives, string reason)
    {
        var told = Vexed.Told(Vexed.OpenVex(Vexed.Statement(status, Vexed.Id("pkg:npm/lodash"), more)))!;
        Assert.Equal((waives, reason, "Wolfi J"), (told.Waives, told.Reason, told.Author));
    }

    [Theory]
    [InlineData("pkg:generic/checkout", "pkg:npm/lodash@4.17.20", true)]
    [InlineData("pkg:generic/checkout", "pkg:npm/lodash@4.17.19", false)]
    [InlineData("pkg:generic/checkout", "pkg:npm/express", false)]
    [InlineData("pkg:generic/refund", "pkg:npm/lodash", false)]
    [InlineData("pkg:npm/lodash", "pkg:npm/express", false)]
    [InlineData("pkg:npm/lodash", "pkg:npm/lodash", false)]
    public void Honours_subcomponents(string product, string part, bool holds) =>
        Assert.Equal(holds, Vexed.Told(Vexed.OpenVex(Vexed.NotAffected(Vexed.Part(product, part)))) is not null);

    [Fact]
    public void Reads_subcomponents_of_the_statement_and_identifiers_of_products()
    {
        var product = """{ "@id": "https://shop.example/checkout", "identifiers": { "purl": "pkg:generic/checkout" } }""";
        var told = Vexed.OpenVex(Vexed.NotAffected(product, more: """, "subcomponents": ["pkg:npm/lodash"]"""));
        Assert.NotNull(Vexed.Told(told));
        Assert.Null(Vexed.Told(told, Vexed.Finding(Vexed.Component("pkg:npm/underscore@1.0.0", "npm"))));
    }

    [Fact]
    public void A_parent_speaks_for_what_only_it_brings_in()
    {
        var parent = Vexed.Component("pkg:npm/kit@1.0.0", "npm", Relation.Direct, "pkg:npm/middle@1.0.0");
        var middle = Vexed.Component("pkg:npm/middle@1.0.0", "npm", Relation.Transitive, "pkg:npm/lodash@4.17.20");
        var lodash = Vexed.Component("pkg:npm/lodash@4.17.20", "npm", Relation.Transitive);
        var other = Vexed.Component("pkg:npm/other@1.0.0", "npm", Relation.Direct, "pkg:npm/lodash@4.17.20");
        var whole = Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:npm/kit@1.0.0")));
        var part = Vexed.OpenVex(Vexed.NotAffected(Vexed.Part("pkg:npm/kit", "pkg:npm/lodash")));

        foreach (var document in new[] { whole, part })
        {
            Assert.NotNull(Of(document, parent, middle, lodash));
            Assert.Null(Of(document, parent, middle, lodash, other));
            Assert.Null(Of(document, parent, middle, Vexed.Lodash));
            Assert.Null(Of(document, parent, lodash));
        }

        Assert.Null(Of(Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:npm/kit@2.0.0"))), parent, middle, lodash));

        static VexStatement? Of(string document, params Component[] components) =>
            Vexed.Matcher([document], components: components).Of(Vexed.Finding(components.First(static c => c.Name == "lodash")));
    }

    [Fact]
    public void Components_that_need_each_other_in_a_circle_end()
    {
        var a = Vexed.Component("pkg:npm/a@1.0.0", "npm", Relation.Transitive, "pkg:npm/b@1.0.0");
        var b = Vexed.Component("pkg:npm/b@1.0.0", "npm", Relation.Transitive, "pkg:npm/a@1.0.0");
        var matcher = Vexed.Matcher([Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:npm/kit")))], components: [a, b]);
        Assert.Null(matcher.Of(Vexed.Finding(a)));
    }

    [Theory]
    [InlineData("2026-01-01", "2026-02-01", "affected")]
    [InlineData("2026-02-01", "2026-01-01", "not_affected")]
    [InlineData("2026-01-01", "2026-01-01", "affected")]
    public void The_newest_statement_counts_and_of_equal_ones_the_last(string first, string second, string word)
    {
        var lodash = Vexed.Id("pkg:npm/lodash");
        var document = Vexed.OpenVex(
            Vexed.NotAffected(lodash, more: $", \"timestamp\": \"{first}T00:00:00Z\"") + "," + Vexed.Statement("affected", lodash, $", \"timestamp\": \"{second}T00:00:00Z\""));
        Assert.Equal(word, Vexed.Told(document)!.Word);
    }

    [Fact]
    public void What_names_the_version_counts_before_what_does_not()
    {
        var document = Vexed.OpenVex(Vexed.Statement("affected", Vexed.Id("pkg:npm/lodash@4.17.20")) + "," + Vexed.NotAffected(Vexed.Id("pkg:npm/lodash")));
        Assert.Equal("affected", Vexed.Told(document)!.Word);
    }

    [Fact]
    public void Of_several_documents_the_more_careful_one_counts_in_any_order()
    {
        string[] documents =
        [
            Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:npm/lodash"))),
            Vexed.OpenVex(Vexed.Statement("under_investigation", Vexed.Id("pkg:npm/lodash"))),
        ];
        Assert.Equal("under_investigation", Vexed.Matcher(documents).Of(Vexed.Finding())!.Word);
        Assert.Equal("under_investigation", Vexed.Matcher([documents[1], documents[0]]).Of(Vexed.Finding())!.Word);
    }

    [Fact]
    public void A_distributions_package_may_be_named_by_its_source()
    {
        var library = Vexed.Component("pkg:deb/debian/libssl3@3.0.11-1", "Debian:12") with { Source = new("openssl", "3.0.11-1") };
        Assert.NotNull(Vexed.Told(Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:deb/debian/openssl?distro=bookworm"))), Vexed.Finding(library)));
        Assert.Null(Vexed.Told(Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:deb/ubuntu/openssl"))), Vexed.Finding(library)));
    }
}
