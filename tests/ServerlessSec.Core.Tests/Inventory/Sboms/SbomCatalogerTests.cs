using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Sboms;

public class SbomCatalogerTests
{
    private const string CycloneDx = """
        {"bomFormat":"CycloneDX","specVersion":"1.6",
         "metadata":{"component":{"type":"application","name":"shop","version":"1.0.0","purl":"pkg:npm/shop@1.0.0"}},
         "components":[
           {"type":"library","name":"lodash","version":"4.17.15","purl":"pkg:npm/lodash@4.17.15?x=y",
            "components":[{"type":"library","name":"inner","purl":"pkg:npm/inner@1.0.0"}]},
           {"type":"library","name":"shop","purl":"pkg:npm/shop@1.0.0"},
           {"type":"library","name":"jest","purl":"pkg:npm/jest@29.0.0","scope":"excluded"},
           {"type":"library","name":"mocha","purl":"pkg:npm/mocha@10.0.0","properties":[{"name":"cdx:npm:package:development","value":"true"}]},
           {"type":"file","name":"a.js","purl":"pkg:npm/file@1.0.0"},
           {"type":"library","name":"noversion","purl":"pkg:npm/noversion"},
           {"type":"library","name":"nopurl","version":"1.0.0"},
           {"type":"library","name":"bad","purl":"lodash@1"},
           {"type":"library","name":"zlib","purl":"pkg:rpm/almalinux/zlib@1.2.11-21.el8_7"},
           {"type":"library","name":"jackson","purl":"pkg:maven/com.fasterxml.jackson.core/jackson-databind@2.9.8"}]}
        """;

    private const string Spdx = """
        {"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT",
         "packages":[
           {"SPDXID":"SPDXRef-app","name":"shop","versionInfo":"1.0.0","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:pypi/shop@1.0.0"}]},
           {"SPDXID":"SPDXRef-a","name":"Django","versionInfo":"4.2","externalRefs":[{"referenceType":"cpe23Type","referenceLocator":"cpe:2.3:x"},{"referenceType":"purl","referenceLocator":"pkg:pypi/Django@4.2"}]},
           {"SPDXID":"SPDXRef-t","name":"pytest","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:pypi/pytest@8.0.0"}]}],
         "relationships":[
           {"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-app"},
           {"spdxElementId":"SPDXRef-t","relationshipType":"DEV_DEPENDENCY_OF","relatedSpdxElement":"SPDXRef-app"}]}
        """;

    [Theory]
    [InlineData("bom.json")]
    [InlineData("sbom.json")]
    [InlineData("build/shop.cdx.json")]
    [InlineData("META-INF/sbom/application.cdx.json")]
    [InlineData("META-INF/sbom/shop.json")]
    public void What_only_a_bill_of_materials_names_is_claimed(string path)
    {
        var inventory = Read.Package(("index.js", "x"), (path, CycloneDx));
        Assert.Equal(
            [
                "pkg:maven/com.fasterxml.jackson.core/jackson-databind@2.9.8", "pkg:npm/inner@1.0.0", "pkg:npm/jest@29.0.0",
                "pkg:npm/lodash@4.17.15", "pkg:npm/mocha@10.0.0",
            ],
            inventory.Purls());

        var seen = Assert.Single(inventory.Only("lodash").Occurrences);
        Assert.Equal((path, OccurrenceKind.Claimed, Technique.BillOfMaterials), (seen.Path, seen.Kind, seen.Recognition!.Technique));
        Assert.InRange(seen.Recognition.Confidence, 0.1, 0.5);
        Assert.Equal((false, true, true), (inventory.Only("lodash").Development, inventory.Only("jest").Development, inventory.Only("mocha").Development));
        Assert.Equal("com.fasterxml.jackson.core:jackson-databind", inventory.Components[0].Name);
        Assert.Empty(inventory.Gaps);
    }

    [Theory]
    [InlineData("shop.spdx.json")]
    [InlineData("_manifest/spdx_2.2/manifest.spdx.json")]
    [InlineData("numpy-2.0.0.dist-info/sboms/shop.spdx.json")]
    public void Reads_spdx(string path)
    {
        var inventory = Read.Package(("app.py", "x"), (path, Spdx));
        Assert.Equal(["pkg:pypi/django@4.2", "pkg:pypi/pytest@8.0.0"], inventory.Purls());
        Assert.Equal((false, true), (inventory.Only("django").Development, inventory.Only("pytest").Development));
    }

    [Fact]
    public void What_is_there_is_not_claimed_and_another_version_is_said()
    {
        var inventory = Read.Package(
            ("index.js", ""),
            ("bom.json", CycloneDx),
            ("node_modules/lodash/package.json", """{"name":"lodash","version":"4.17.21"}"""),
            ("node_modules/inner/package.json", """{"name":"inner","version":"1.0.0"}"""),
            ("node_modules/jest/package.json", """{"name":"jest","version":"30.0.0"}"""));

        Assert.Equal("4.17.21", inventory.Only("lodash").Version);
        Assert.DoesNotContain(inventory.Only("inner").Occurrences, static seen => seen.Kind == OccurrenceKind.Claimed);
        var gap = Assert.Single(inventory.Gaps);
        Assert.Equal(("bill of materials differs", "bom.json"), (gap.Reason, gap.Scope.Path));
        Assert.Contains("lodash 4.17.15 (4.17.21)", gap.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("jest", gap.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tools_that_lower_letters_claim_nothing_new() =>
        Assert.Equal(["pkg:npm/JSONStream@1.3.5"], Read.Package(
            ("index.js", "x"),
            ("node_modules/JSONStream/package.json", """{"name":"JSONStream","version":"1.3.5"}"""),
            ("bom.json", """{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"JSONStream","purl":"pkg:npm/jsonstream@1.3.5"}]}""")).Purls());

    [Fact]
    public void A_package_that_a_bundle_holds_by_name_only_gets_its_version()
    {
        var bundle = "// node_modules/lodash/lodash.js\nvar a;\n// node_modules/other/index.js\nvar b;\n";
        Assert.Equal(["", "4.17.15"], Read.Package(("index.js", bundle), ("bom.json", CycloneDx)).Components.Where(static c => c.Name == "lodash").Select(static c => c.Version).Order());
    }

    [Fact]
    public void A_jar_carries_one_too()
    {
        var jar = Zips.Of(("META-INF/sbom/application.cdx.json", CycloneDx), ("com/shop/Handler.class", "x"));
        var inventory = Read.Package(Zips.OfBytes(("shop-1.0.jar", jar)));
        Assert.Equal("shop-1.0.jar!/META-INF/sbom/application.cdx.json", inventory.Only("lodash").Occurrences[0].Path);
    }

    [Theory]
    [InlineData("node_modules/a/bom.json")]
    [InlineData("site-packages/a/bom.json")]
    [InlineData("bom.xml")]
    [InlineData("data/weather.json")]
    public void Others_are_not_read(string path) => Assert.Empty(Read.Package(("index.js", "x"), (path, CycloneDx)).Purls());

    [Theory]
    [InlineData("bom.json", "[]")]
    [InlineData("bom.json", """{"bom":"Bureau of Meteorology"}""")]
    [InlineData("sbom.json", "7")]
    public void Something_else_of_that_name_is_passed_over(string path, string text)
    {
        var inventory = Read.Package(("index.js", "x"), (path, text));
        Assert.Empty(inventory.Gaps);
        Assert.Empty(inventory.Components);
    }

    [Theory]
    [InlineData("bom.json", "{", "malformed JSON")]
    [InlineData("a.cdx.json", "{}", "neither CycloneDX nor SPDX 2")]
    [InlineData("a.spdx.json", "[]", "neither CycloneDX nor SPDX 2")]
    [InlineData("a.spdx.json", """{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[]}""", "SPDX 3 is not read")]
    public void What_cannot_be_read_is_a_gap(string path, string text, string why)
    {
        var gap = Assert.Single(Read.Package(("index.js", "x"), (path, text)).Gaps);
        Assert.Equal((GapKind.Unread, "malformed manifest"), (gap.Kind, gap.Reason));
        Assert.Contains(why, gap.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"bomFormat":"CycloneDX","components":{},"metadata":[]}""")]
    [InlineData("""{"bomFormat":"CycloneDX","components":[1,null,{"type":7,"purl":["x"],"properties":[{"name":1}],"components":"x"}],"metadata":{"component":5}}""")]
    [InlineData("""{"spdxVersion":"SPDX-2.3","packages":[{"externalRefs":[{"referenceType":"purl"}]},{"externalRefs":7}],"relationships":[{}],"documentDescribes":[{}]}""")]
    public void Other_shapes_claim_nothing(string text) => Assert.Empty(Read.Package(("index.js", "x"), ("bom.json", text)).Components);

    [Fact]
    public void Hostile_ones_end()
    {
        var nested = string.Concat(Enumerable.Repeat("""{"components":[""", 200)) + string.Concat(Enumerable.Repeat("]}", 200));
        Assert.Empty(Read.Package(("index.js", "x"), ("bom.json", nested.Insert(1, "\"bomFormat\":\"CycloneDX\","))).Components);

        var many = string.Join(',', Enumerable.Range(0, 50).Select(static n => $$"""{"type":"library","purl":"pkg:npm/p{{n}}@1.0.0"}"""));
        var limited = Read.Package(Zips.Of(("index.js", "x"), ("bom.json", $$"""{"bomFormat":"CycloneDX","components":[{{many}}]}""")), ScanLimits.Default with { Components = 20 });
        Assert.Contains(limited.Gaps, static gap => gap.Kind == GapKind.Limit);

        var odd = """{"bomFormat":"CycloneDX","components":[{"purl":"pkg:npm/a%00b@1.0.0"},{"purl":"pkg:npm/a@1%0a2"},{"purl":"pkg:npm/@"},{"purl":"pkg:NPM/%40s/a@1.0.0"}]}""";
        Assert.Equal(["pkg:npm/%40s/a@1.0.0"], Read.Package(("index.js", "x"), ("bom.json", odd)).Purls());
    }
}
