using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Npm;

public class NpmDeclarationsTests
{
    private static readonly (string Path, string Text) Installed = ("node_modules/a/package.json", """{"name":"a","version":"1.5.0"}""");

    [Theory]
    [InlineData("""{"dependencies":{"a":"^1.0.0","b":"^2.0.0","c":"1"}}""", "declared dependency not installed", "2 packages that are not installed beside the others: b, c.")]
    [InlineData("""{"dependencies":{"a":"^2.0.0"}}""", "installed version not as declared", "1 package at another version than is installed, in brackets: a ^2.0.0 (1.5.0).")]
    public void Says_what_is_declared_and_not_so(string manifest, string reason, string told)
    {
        var gap = Assert.Single(Read.Package(("index.js", ""), ("package.json", manifest), Installed).Gaps);
        Assert.Equal((reason, "package.json"), (gap.Reason, gap.Scope.Path));
        Assert.EndsWith(told, gap.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"dependencies":{"a":"^1.0.0"},"devDependencies":{"jest":"29"},"peerDependencies":{"react":"18"},"optionalDependencies":{"fsevents":"2"}}""")]
    [InlineData("""{"dependencies":{"a":"^1.0.0","fsevents":"2"},"optionalDependencies":{"fsevents":"2"}}""")]
    [InlineData("""{"dependencies":{"a":"^1.0.0","@types/node":"20","shared":"file:../shared","ours":"workspace:*"}}""")]
    [InlineData("""{"dependencies":{"a":"^2.0.0"},"overrides":{"a":"1.5.0"}}""")]
    [InlineData("""{"dependencies":{"a":"^2.0.0"},"resolutions":{"a":"1.5.0"}}""")]
    [InlineData("""{"dependencies":{"a":"latest","aws-sdk":"^2.0.0","@aws-sdk/client-s3":"3"}}""")]
    [InlineData("""{"dependencies":["a"],"devDependencies":7}""")]
    [InlineData("""{"dependencies":{"a":{},"../b":"1"}}""")]
    public void Is_silent_of_what_is_not_needed_to_run_or_comes_otherwise(string manifest) =>
        Assert.Empty(Read.Package(("index.js", ""), ("package.json", manifest), Installed).Gaps);

    [Fact]
    public void A_claim_installs_nothing()
    {
        var claims = ("bom.json", """{"bomFormat":"CycloneDX","components":[{"type":"library","name":"b","purl":"pkg:npm/b@2.0.0"}]}""");
        var manifest = ("package.json", """{"dependencies":{"b":"^2.0.0"}}""");
        Assert.Equal("dependencies not in the package", Assert.Single(Read.Package(("index.js", ""), manifest, claims).Gaps).Reason);
        var beside = ("package.json", """{"dependencies":{"a":"^1.0.0","b":"^2.0.0"}}""");
        Assert.Equal("declared dependency not installed", Assert.Single(Read.Package(("index.js", ""), beside, claims, Installed).Gaps).Reason);
    }

    [Fact]
    public void An_alias_is_another_package() => Assert.Empty(Read.Package(
        ("index.js", ""),
        ("package.json", """{"dependencies":{"a":"^2.0.0"}}"""),
        ("node_modules/a/package.json", """{"name":"other","version":"1.5.0"}""")).Gaps);

    [Fact]
    public void What_an_outer_folder_or_a_layer_holds_is_there()
    {
        Assert.Empty(Read.Package(
            ("fn/index.js", ""), ("fn/package.json", """{"dependencies":{"a":"1.5.0","b":"1"}}"""), Installed,
            ("fn/node_modules/b/package.json", """{"name":"b","version":"1.0.0"}""")).Gaps);
        using var layered = PackageTree.WithLayers(
            Open(("index.js", ""), ("package.json", """{"dependencies":{"a":"1.5.0","b":"1"}}"""), Installed),
            [new("shared", Open(("nodejs/node_modules/b/package.json", """{"name":"b","version":"1.0.0"}""")))],
            ScanLimits.Default);
        Assert.Empty(InventoryReader.Read(layered, ScanLimits.Default, TestContext.Current.CancellationToken).Gaps);

        static ZipContainer Open(params (string Path, string Text)[] files) => ZipContainer.Open(new MemoryStream(Zips.Of(files)), ScanLimits.Default);
    }

    [Fact]
    public void A_bundle_holds_what_is_not_installed()
    {
        var bundle = ("index.js", "// node_modules/lodash/lodash.js\nvar a;\n// node_modules/other/index.js\nvar b;\n");
        var held = Read.Package(bundle, ("package.json", """{"dependencies":{"lodash":"4","other":"1"}}"""));
        Assert.DoesNotContain(held.Gaps, static gap => gap.Reason == "dependencies not in the package");

        var gap = Assert.Single(
            Read.Package(bundle, ("package.json", """{"dependencies":{"lodash":"4","missing":"1"}}""")).Gaps,
            static gap => gap.Reason == "dependencies not in the package");
        Assert.Contains("asks for 1 package,", gap.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bundle_beside_installed_packages_may_hold_the_others() => Assert.DoesNotContain(
        Read.Package(
            ("index.js", "// node_modules/lodash/lodash.js\nvar a;\n" + new string(' ', 20_000)),
            ("package.json", """{"dependencies":{"a":"1","missing":"1"}}"""), Installed).Gaps,
        static gap => gap.Reason == "declared dependency not installed");

    [Fact]
    public void A_lock_file_that_names_another_version_is_said()
    {
        var gap = Assert.Single(Read.Package(
            ("index.js", ""),
            ("package-lock.json", """{"lockfileVersion":3,"packages":{"":{"dependencies":{"a":"1"}},"node_modules/a":{"version":"1.4.0"},"node_modules/dev":{"version":"1.0.0","dev":true}}}"""),
            Installed).Gaps);
        Assert.Equal(("installed version not as locked", "package-lock.json"), (gap.Reason, gap.Scope.Path));
        Assert.Contains("a 1.4.0 (1.5.0)", gap.Message, StringComparison.Ordinal);
    }
}
