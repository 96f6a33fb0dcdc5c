using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Npm;

public class NpmInstalledCatalogerTests
{
    [Theory]
    [InlineData("node_modules/a/package.json", true)]
    [InlineData("node_modules/@s/a/package.json", true)]
    [InlineData("x/node_modules/b/node_modules/a/package.json", true)]
    [InlineData("node_modules/.pnpm/a@1.0.0/node_modules/a/package.json", true)]
    [InlineData("/opt/nodejs/node_modules/a/package.json", true)]
    [InlineData("package.json", false)]
    [InlineData("packages/a/package.json", false)]
    [InlineData("node_modules/package.json", false)]
    [InlineData("node_modules/@s/package.json", false)]
    [InlineData("node_modules/a/lib/package.json", false)]
    [InlineData("node_modules/@s/a/lib/package.json", false)]
    [InlineData("node_modules/.cache/package.json", false)]
    [InlineData("my_node_modules/a/package.json", false)]
    [InlineData("node_modules/.store/@s-a-npm-1.0.0-0a1b2c3d4e/package/package.json", true)]
    [InlineData("node_modules/.store/a-npm-1.0.0-0a1b2c3d4e/package/lib/package.json", false)]
    [InlineData("node_modules/.store/@s/a@1.0.0-XYZ/node_modules/@s/a/package.json", true)]
    [InlineData("node_modules/.bun/a@1.0.0/node_modules/a/package.json", true)]
    [InlineData("node_modules/resolve/test/resolver/node_modules/a/package.json", false)]
    [InlineData("node_modules/@s/a/__tests__/node_modules/b/package.json", false)]
    [InlineData("node_modules/test/node_modules/a/package.json", true)]
    [InlineData("node_modules/@test/tests/node_modules/a/package.json", true)]
    [InlineData("node_modules/pnpm/dist/node_modules/a/package.json", true)]
    [InlineData("test/node_modules/a/package.json", true)]
    public void A_package_is_a_folder_named_after_it_in_node_modules(string path, bool isInstalled) => Assert.Equal(isInstalled, NpmPaths.IsInstalled(path));

    [Fact]
    public void Reads_names_versions_licences_and_places()
    {
        var inventory = Read.Package(
            ("index.js", ""),
            ("node_modules/@hapi/hoek/package.json", """{"name":"@hapi/hoek","version":"8.5.0","license":"BSD-3-Clause"}"""),
            ("node_modules/old/package.json", """{"name":"old","version":"v0.1.0","licenses":[{"type":"MIT","url":"x"},{"type":"ISC"}]}"""),
            ("node_modules/old/node_modules/@hapi/hoek/package.json", """{"name":"@hapi/hoek","version":"8.5.0","license":{"type":"BSD-3-Clause"}}"""));

        Assert.Equal(["pkg:npm/%40hapi/hoek@8.5.0", "pkg:npm/old@0.1.0"], inventory.Purls());
        Assert.Equal(["node_modules/@hapi/hoek/package.json", "node_modules/old/node_modules/@hapi/hoek/package.json"], inventory.Only("@hapi/hoek").Occurrences.Select(place => place.Path));
        Assert.Equal(["BSD-3-Clause"], inventory.Only("@hapi/hoek").Licences);
        Assert.Equal(["ISC", "MIT"], inventory.Only("old").Licences);
    }

    [Fact]
    public void The_manifest_names_the_package_not_the_folder() =>
        Assert.Equal(["pkg:npm/lodash@4.17.20"], Read.Package(("index.js", ""), ("node_modules/underscore/package.json", """{"name":"lodash","version":"4.17.20"}""")).Purls());

    [Theory]
    [InlineData("\ufeff{\"name\":\"ms\",\"version\":\"2.0.0\"}")]
    [InlineData("{\"name\":\"ms\",\"version\":\"2.0.0\",\"description\":\"\ud83d\"}")]
    [InlineData("{\"name\":\"x\",\"name\":\"ms\",\"version\":\"2.0.0\"}")]
    [InlineData("{\"name\":\"ms\",\"version\":\"2.0.0\",\"dependencies\":[1,2],\"license\":7}")]
    public void Takes_what_node_takes(string manifest) =>
        Assert.Equal(["pkg:npm/ms@2.0.0"], Read.Package(("index.js", ""), ("node_modules/ms/package.json", manifest)).Purls());

    [Theory]
    [InlineData("""{"name":"firebase/app"}""")]
    [InlineData("""{"name":"app","main":"x.js"}""")]
    [InlineData("""{"version":"1.0.0"}""")]
    [InlineData("""{"name":"a b","version":"1.0.0"}""")]
    [InlineData("""{"name":"a","version":"latest"}""")]
    [InlineData("""{"name":["a"],"version":1}""")]
    public void A_stub_is_no_package(string manifest)
    {
        var inventory = Read.Package(("index.js", ""), ("node_modules/app/package.json", manifest));

        Assert.Empty(inventory.Components);
        Assert.Empty(inventory.Gaps);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("""{"name":"\ud800","version":"1.0.0"}""")]
    public void A_malformed_manifest_is_a_gap_and_the_rest_stands(string manifest)
    {
        var inventory = Read.Package(("node_modules/a/package.json", manifest), ("node_modules/b/package.json", """{"name":"b","version":"1.0.0"}"""), ("index.js", ""));

        Assert.Equal(["pkg:npm/b@1.0.0"], inventory.Purls());
        var gap = Assert.Single(inventory.Gaps);
        Assert.Equal(new GapScope { Evidence = Evidence.Inventory, Path = "node_modules/a/package.json", Cataloger = "npm-installed", Ecosystem = "npm" }, gap.Scope);
    }

    [Fact]
    public void Follows_node_outwards_from_each_package_and_from_the_root()
    {
        var inventory = Read.Package(
            ("index.js", ""),
            ("package.json", """{"name":"fn","version":"1.0.0","dependencies":{"a":"^1"},"devDependencies":{"tool":"*"}}"""),
            ("node_modules/a/package.json", """{"name":"a","version":"1.0.0","dependencies":{"b":"*","c":"*","absent":"*"}}"""),
            ("node_modules/a/node_modules/b/package.json", """{"name":"b","version":"1.0.0","peerDependencies":{"c":"*"}}"""),
            ("node_modules/b/package.json", """{"name":"b","version":"2.0.0"}"""),
            ("node_modules/c/package.json", """{"name":"c","version":"1.0.0","optionalDependencies":{"a":"*"}}"""));

        Assert.Equal(["pkg:npm/b@1.0.0", "pkg:npm/c@1.0.0"], inventory.Only("a").DependsOn);
        Assert.Equal(["pkg:npm/a@1.0.0"], inventory.Only("c").DependsOn);
        Assert.Equal(["pkg:npm/c@1.0.0"], inventory.Components.Single(component => component.Purl.ToString() == "pkg:npm/b@1.0.0").DependsOn);
        Assert.Equal(Relation.Direct, inventory.Only("a").Relation);
        Assert.Equal(Relation.Transitive, inventory.Only("c").Relation);
    }

    [Fact]
    public void Without_a_root_nobody_knows_what_is_direct() =>
        Assert.Equal(Relation.Unknown, Read.Package(("index.js", ""), ("node_modules/a/package.json", """{"name":"a","version":"1.0.0"}""")).Only("a").Relation);

    [Fact]
    public void Packages_that_hang_together_by_links_are_listed_without_a_relation()
    {
        var inventory = Read.Package(new Zips().Add("index.js", "1")
            .Add("package.json", """{"dependencies":{"a":"*"}}""")
            .Add("node_modules/.pnpm/a@1.0.0/node_modules/a/package.json", """{"name":"a","version":"1.0.0","dependencies":{"b":"*"}}""")
            .Add("node_modules/.pnpm/b@2.0.0/node_modules/b/package.json", """{"name":"b","version":"2.0.0"}""")
            .AddLink("node_modules/a", ".pnpm/a@1.0.0/node_modules/a")
            .AddLink("node_modules/.pnpm/a@1.0.0/node_modules/b", "../../b@2.0.0/node_modules/b")
            .ToArray());

        Assert.Equal(["pkg:npm/a@1.0.0", "pkg:npm/b@2.0.0"], inventory.Purls());
        Assert.All(inventory.Components, component => Assert.Equal(Relation.Unknown, component.Relation));
        Assert.Empty(inventory.Gaps);
    }

    [Fact]
    public void Old_manifests_carry_their_hash() =>
        Assert.Equal(
            [new("SHA-1", new string('0', 40))],
            Read.Package(("i.js", ""), ("node_modules/a/package.json", $$"""{"name":"a","version":"1.0.0","_integrity":"sha1-{{Convert.ToBase64String(new byte[20])}}"}""")).Only("a").Hashes);
}
