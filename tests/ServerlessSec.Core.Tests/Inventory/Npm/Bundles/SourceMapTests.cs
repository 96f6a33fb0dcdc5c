using System.Text;
using ServerlessSec.Packages;
using ServerlessSec.Packages.Images;

namespace ServerlessSec.Inventory.Npm.Bundles;

public class SourceMapTests
{
    private const string Bundle = "(()=>{\"use strict\"})();\n//# sourceMappingURL=index.js.map\n";

    [Theory]
    [InlineData("../node_modules/.pnpm/{0}@1.0.{1}/node_modules/{0}/index.js")]
    [InlineData("webpack://app/./node_modules/.pnpm/{0}@1.0.{1}_react@18.2.0/node_modules/{0}/lib/a.js?b3d4")]
    [InlineData("webpack:///../../../.yarn/cache/{0}-npm-1.0.{1}-0123456789-abcdef0123.zip/node_modules/{0}/lib/a.js")]
    [InlineData("pnp:/app/.yarn/berry/cache/{0}-npm-1.0.{1}-0123456789-10.zip/node_modules/{0}/a.js")]
    [InlineData(@"..\\..\\node_modules\\.pnpm\\{0}@1.0.{1}(react@18.2.0)\\node_modules\\{0}\\a.js")]
    public void A_whole_application_is_known_by_the_paths_of_its_store(string path)
    {
        var sources = Enumerable.Range(0, 300).Select(number => $"\"{string.Format(null, CompositeFormat.Parse(path), $"lib-{number}", number)}\"");
        var inventory = Mapped($"{{\"version\":3,\"sources\":[\"../src/index.ts\",{string.Join(',', sources)}],\"names\":[],\"mappings\":\"AAAA\"}}");

        Assert.Equal(Enumerable.Range(0, 300).Select(number => $"pkg:npm/lib-{number}@1.0.{number}").Order(StringComparer.Ordinal), inventory.Purls().Order(StringComparer.Ordinal));
        Assert.Empty(inventory.Gaps);
        Assert.Empty(inventory.Opaque);
    }

    [Fact]
    public void One_package_in_two_versions_is_two_components()
    {
        var inventory = Mapped("""{"version":3,"sources":["node_modules/.pnpm/a@1.0.0/node_modules/a/i.js","node_modules/.pnpm/a@2.0.0/node_modules/a/i.js"],"mappings":"AAAA"}""");

        Assert.Equal(["pkg:npm/a@1.0.0", "pkg:npm/a@2.0.0"], inventory.Purls());
    }

    /// <summary>A map of maps, as concatenated bundles have it.</summary>
    [Fact]
    public void Sections_are_read_each_with_its_own_sources()
    {
        const string section = """{"offset":{"line":0,"column":0},"map":{"version":3,"sources":["node_modules/NAME/package.json"],"sourcesContent":["{\"name\":\"NAME\",\"version\":\"1.2.3\"}"],"mappings":"AAAA"}}""";
        var names = Enumerable.Range(0, 50).Select(number => $"lib-{number}").Order(StringComparer.Ordinal).ToArray();

        var inventory = Mapped($"{{\"version\":3,\"sections\":[{string.Join(',', names.Select(name => section.Replace("NAME", name, StringComparison.Ordinal)))}]}}");

        Assert.Equal(names.Select(name => $"pkg:npm/{name}@1.2.3").Order(StringComparer.Ordinal), inventory.Purls().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Content_that_comes_before_its_sources_is_given_to_none()
    {
        var inventory = Mapped("""{"sourcesContent":["{\"name\":\"a\",\"version\":\"1.2.3\"}"],"sources":["node_modules/a/package.json"],"mappings":"AAAA"}""");

        Assert.Equal(["pkg:npm/a"], inventory.Purls());
    }

    [Fact]
    public void Mappings_of_many_megabytes_are_read_to_their_end()
    {
        var inventory = Mapped("{\"sources\":[\"node_modules/.pnpm/a@1.0.0/node_modules/a/i.js\"],\"mappings\":\"" + new string('A', 20 << 20) + "\"}");

        Assert.Equal(["pkg:npm/a@1.0.0"], inventory.Purls());
        Assert.Empty(inventory.Opaque);
    }

    [Fact]
    public void A_million_contents_of_no_source_are_passed_over()
    {
        var map = new StringBuilder("{\"sources\":[\"node_modules/a/package.json\"],\"sourcesContent\":[\"{\\\"name\\\":\\\"a\\\",\\\"version\\\":\\\"1.2.3\\\"}\"");
        for (var number = 0; number < 1_000_000; number++) map.Append(",\"{}\"");

        Assert.Equal(["pkg:npm/a@1.2.3"], Mapped(map.Append("],\"mappings\":\"AAAA\"}").ToString()).Purls());
    }

    [Theory]
    [InlineData("{\"sources\":[\"node_modules/.pnpm/a@1.0.0/node_modules/a/i.js\"],\"mappings\":\"", "A", 70 << 20, "\"}")]
    [InlineData("{\"sources\":[\"node_modules/.pnpm/a@1.0.0/node_modules/a/i.js\"", ",\"x\"", 1 << 20, "],\"mappings\":\"A\"}")]
    [InlineData("{\"sources\":[\"node_modules/.pnpm/a@1.0.0/node_modules/a/i.js\"],\"sections\":", "[", 100_000, "")]
    [InlineData("{\"sources\":[\"node_modules/.pnpm/a@1.0.0/node_modules/a/i.js\"],\"sections\":", "[{\"map\":{\"sections\":", 100_000, "")]
    [InlineData("{\"sources\":[\"node_modules/.pnpm/a@1.0.0/node_modules/a/i.js\"],\"sourcesContent\":[\"", "\\u0000", 12 << 20, "\"]}")]
    public void What_a_hostile_map_says_before_a_limit_stands_and_the_rest_is_a_gap(string start, string unit, int count, string end)
    {
        var inventory = Mapped(start + string.Concat(Enumerable.Repeat(unit, count)) + end);

        Assert.Equal(["pkg:npm/a@1.0.0"], inventory.Purls());
        Assert.Contains(inventory.Gaps, gap => gap.Reason is "source map not read" or "read limit");
        Assert.Equal("bundled", Assert.Single(inventory.Opaque).Reason);
    }

    [Theory]
    [InlineData("index.js")]
    [InlineData("../index.js")]
    [InlineData("../../../../etc/passwd")]
    [InlineData("https://example.com/index.js.map")]
    [InlineData("%zz%2e%2e/")]
    [InlineData("data:application/json;base64,")]
    [InlineData("data:application/json;base64,!!!!")]
    [InlineData("data:application/json;charset=utf-8,%7B%7D")]
    public void A_map_that_leads_to_itself_outside_or_nowhere_is_none(string url)
    {
        var inventory = Read.Package(("index.js", "__webpack_require__\n//# sourceMappingURL=" + url + "\n"));

        Assert.Empty(inventory.Components);
        Assert.Equal("bundled", Assert.Single(inventory.Opaque).Reason);
    }

    [Fact]
    public void Two_files_that_name_each_other_as_maps_are_read_once_each()
    {
        var inventory = Read.Package(("a.js", "__webpack_require__\n//# sourceMappingURL=b.js\n"), ("b.js", "__webpack_require__\n//# sourceMappingURL=a.js\n"));

        Assert.Equal(2, inventory.Opaque.Length);
    }

    [Fact]
    public void A_bundle_in_an_image_is_read_with_the_map_of_a_lower_layer()
    {
        const string map = """{"version":3,"sources":["../node_modules/.pnpm/a@1.0.0/node_modules/a/i.js"],"mappings":"AAAA"}""";
        var builder = new ImageBuilder(static _ => ImageKeep.Whole, new MemoryStream(), ScanLimits.Default);
        builder.Apply(new MemoryStream(Tars.Of(new Entry("var/task/index.js.map", map))), "one");
        builder.Apply(new MemoryStream(Tars.Of(new Entry("var/task/index.js", "__webpack_require__\n" + Bundle))), "two");
        using var tree = new PackageTree(builder.ToContainer(null), ScanLimits.Default);

        var component = Assert.Single(InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken).Components);

        var seen = Assert.Single(component.Occurrences);
        Assert.Equal(("pkg:npm/a@1.0.0", "two", OccurrenceKind.Recognised), (component.Purl.ToString(), seen.Layer, seen.Kind));
    }

    private static PackageInventory Mapped(string map) => Read.Package(new Zips().Add("index.js", "__webpack_require__;" + Bundle).Add("index.js.map", map, stored: true).ToArray());
}
