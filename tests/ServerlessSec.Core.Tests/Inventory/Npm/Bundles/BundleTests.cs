using System.Text;
using System.Text.Json;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Npm.Bundles;

public class BundleTests
{
    // What esbuild writes before all modules; by it a bundle is known.
    private const string Esbuild = "var __commonJS = (cb, mod) => function __require() {};\n";

    [Theory]
    [InlineData("// node_modules/lodash/lodash.js\nvar a = 1;\n", "pkg:npm/lodash")]
    [InlineData("// ../../node_modules/@middy/core/index.js\nvar a;\n", "pkg:npm/%40middy/core")]
    [InlineData("  \"node_modules/ms/index.js\"(exports, module) {}\n", "pkg:npm/ms")]
    [InlineData("/***/ \"./node_modules/ms/index.js\":\n/*!**\n", "pkg:npm/ms")]
    [InlineData("  !*** ./node_modules/ms/index.js ***!\n", "pkg:npm/ms")]
    [InlineData("// CONCATENATED MODULE: ./node_modules/uuid/dist/v4.js\n", "pkg:npm/uuid")]
    [InlineData(";// ./node_modules/uuid/dist/v4.js\n", "pkg:npm/uuid")]
    [InlineData("//#region node_modules/uuid/dist/v4.js\n", "pkg:npm/uuid")]
    [InlineData("eval(\"a//# sourceURL=webpack://app/./node_modules/ms/index.js?\")\n", "pkg:npm/ms")]
    [InlineData("// node_modules/a/node_modules/b/index.js\n", "pkg:npm/b")]
    [InlineData("// node_modules/.pnpm/lodash@4.17.20/node_modules/lodash/lodash.js\n", "pkg:npm/lodash@4.17.20")]
    [InlineData("// node_modules/.pnpm/@middy+core@4.2.0/node_modules/@middy/core/index.js\n", "pkg:npm/%40middy/core@4.2.0")]
    [InlineData("// node_modules/.pnpm/ajv-formats@2.1.1_ajv@8.12.0/node_modules/ajv-formats/dist/index.js\n", "pkg:npm/ajv-formats@2.1.1")]
    [InlineData("// node_modules/.pnpm/a@1.0.0-rc.1(b@2.0.0)/node_modules/a/i.js\n", "pkg:npm/a@1.0.0-rc.1")]
    [InlineData("// node_modules/.bun/lodash@4.17.21/node_modules/lodash/lodash.js\n", "pkg:npm/lodash@4.17.21")]
    [InlineData("// node_modules/.store/lodash@4.17.21-AbC_d/node_modules/lodash/lodash.js\n", "pkg:npm/lodash@4.17.21")]
    [InlineData("// .yarn/cache/@babel-core-npm-7.22.0-aabbccddee-0123456789.zip/node_modules/@babel/core/lib/i.js\n", "pkg:npm/%40babel/core@7.22.0")]
    [InlineData("// .yarn/cache/ms-npm-2.0.0-rc-1-aabbccddee.zip/node_modules/ms/index.js\n", "pkg:npm/ms@2.0.0-rc-1")]
    public void Reads_the_paths_that_bundlers_write_beside_modules(string mark, string purl)
    {
        var inventory = Read.Package(("index.js", Esbuild + mark));

        Assert.Equal([purl], inventory.Purls());
        Assert.Equal(("bundled", OccurrenceKind.Recognised), (Assert.Single(inventory.Opaque).Reason, Assert.Single(inventory.Components[0].Occurrences).Kind));
    }

    [Theory]
    [InlineData("var a = require(\"./node_modules/lodash/lodash.js\");\n")]
    [InlineData("throw new Error(\"no node_modules/lodash/lodash.js\");\n")]
    [InlineData("var a = { \"node_modules/lodash\": { \"version\": \"1.2.3\" } };\n")]
    [InlineData("// copied from node_modules/lodash/lodash.js\n")]
    [InlineData("// node_modules/lodash/lodash.js is large\n")]
    [InlineData("// node_modules/lodash\n")]
    [InlineData("// src/my_node_modules/lodash/lodash.js\n")]
    [InlineData("// node_modules/.bin/tsc.js\n")]
    [InlineData("/*! Requests are matched as Axios v0.17.0 does */\n")]
    [InlineData("/*! axios v0.17.0 puts the base URL in front */\n")]
    [InlineData("/* axios v0.17.0 */\n")]
    [InlineData("/*! based on lodash 4.17.4 | MIT */\n")]
    [InlineData("var p = { name: \"x\", version: \"1.2.3\" };\n")]
    [InlineData("var p = { name: \"my-app\", version: \"1.2.3\", private: true, scripts: {}, main: \"a.js\" };\n")]
    [InlineData("var p = { version: \"1.2.3\", main: \"a.js\", scripts: { name: \"x\" } };\n")]
    public void Takes_nothing_else_for_a_package(string text) => Assert.Empty(Read.Package(("index.js", Esbuild + text)).Components);

    [Theory]
    [InlineData("/*! js-cookie v3.0.5 | MIT */", "pkg:npm/js-cookie@3.0.5")]
    [InlineData("/*!\n * jQuery JavaScript Library v3.7.1\n * https://jquery.com/\n */", "pkg:npm/jquery@3.7.1")]
    [InlineData("/*! https://mths.be/he v1.2.0 by @mathias | MIT license */", "pkg:npm/he@1.2.0")]
    [InlineData("/*! http://mths.be/fromcodepoint v0.1.0 by @mathias */", "pkg:npm/string.fromcodepoint@0.1.0")]
    [InlineData("/** @license URI.js v4.4.1 (c) 2011 Gary Court. License: http://github.com/garycourt/uri-js */", "pkg:npm/uri-js@4.4.1")]
    [InlineData("/*! URI.js v1.19.7 http://medialize.github.io/URI.js/ */", "pkg:npm/urijs@1.19.7")]
    [InlineData("/**\n * @license React\n * react-dom-server-legacy.node.production.min.js\n */", "pkg:npm/react-dom")]
    [InlineData("/**\n * @license React\n * use-sync-external-store-shim/with-selector.production.js\n */", "pkg:npm/use-sync-external-store")]
    [InlineData("/*! @license DOMPurify 3.0.6 | (c) Cure53 and other contributors */", "pkg:npm/dompurify@3.0.6")]
    [InlineData("/*!\n * Vue.js v2.7.16\n * (c) 2014-2023 Evan You\n */", "pkg:npm/vue@2.7.16")]
    [InlineData("/**\n * @name a-lib\n * @version v2.3.4\n */", "pkg:npm/a-lib@2.3.4")]
    [InlineData("/*! safe-buffer. MIT License. Feross Aboukhadijeh */", "pkg:npm/safe-buffer")]
    [InlineData("/*!\n * depd\n * Copyright(c) 2014-2018 Douglas Christopher Wilson\n * MIT Licensed\n */", "pkg:npm/depd")]
    [InlineData("/**\n * @license React\n * react-dom.production.min.js\n */", "pkg:npm/react-dom")]
    [InlineData("/*! Bundled license information:\n\n@scope/lib/index.js:\n  (*! @scope/lib v1.2.3 *)\n\nsax/lib/sax.js:\n  (*! http://mths.be/fromcodepoint v0.1.0 by @mathias *)\n*/", "pkg:npm/%40scope/lib@1.2.3", "pkg:npm/sax")]
    public void Reads_licence_comments_that_a_library_puts_over_its_own_code(string comment, params string[] purls)
    {
        Assert.Equal(purls, Read.Package(("index.js", Esbuild + comment)).Purls());
        Assert.Equal(purls, Read.Package(("index.js", "/*! For license information please see index.js.LICENSE.txt */"), ("index.js.LICENSE.txt", comment)).Purls());
    }

    [Theory]
    [InlineData("var package_default = { name: \"x\", version: \"1.2.3\", description: \"a {b}\", main: \"i.js\" };")]
    [InlineData("e.exports=JSON.parse('{\"name\":\"x\",\"version\":\"1.2.3\",\"description\":\"it\\\\\"s\",\"license\":\"MIT\",\"main\":\"i.js\"}')")]
    [InlineData("a={author:{name:\"me\"},license:'MIT',main:'x',dependencies:{version:\"9.9.9\"},name:'x',version:'1.2.3'}")]
    [InlineData("// node_modules/x/package.json\nvar version = \"1.2.3\";\n")]
    [InlineData("// node_modules/x/lib/version.js\nexports.VERSION = '1.2.3';\n")]
    public void Reads_what_is_left_of_manifests_and_version_files(string code) => Assert.Equal(["pkg:npm/x@1.2.3"], Read.Package(("index.js", Esbuild + code)).Purls());

    [Theory]
    [InlineData("var n=\"4.17.21\",t=200,r=\"Unsupported core-js use. Try https://npms.io/search?q=ponyfill.\"", "pkg:npm/lodash@4.17.21")]
    [InlineData("t.versionString='10.4.1'", "pkg:npm/highlight.js@10.4.1")]
    [InlineData("const q=`1.7.9`;function z(e){const t=/^([-+\\w]{1,25})(:?\\/\\/|:)/.exec(e)}", "pkg:npm/axios@1.7.9")]
    [InlineData("({bundleType:0,version:\"18.2.0\",rendererPackageName:\"react-dom\"})", "pkg:npm/react-dom@18.2.0")]
    public void Reads_the_version_constants_of_well_known_libraries(string code, string purl) => Assert.Equal([purl], Read.Package(("index.js", Esbuild + code)).Purls());

    [Theory]
    [InlineData("r=\"Unsupported core-js use. Try again.\"")]
    [InlineData("var n=\"4.17\",r=\"Unsupported core-js use.\"")]
    [InlineData("var a=\"4.17.21\",b=\"a text of its own\"")]
    public void Needs_a_full_version_beside_the_librarys_own_text(string code) => Assert.Empty(Read.Package(("index.js", Esbuild + code)).Components);

    [Theory, InlineData(true), InlineData(false)]
    public void Takes_a_source_map_that_explains_all_for_the_whole_truth(bool isInline)
    {
        var map = JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["version"] = 3,
            ["sources"] = new[] { "../src/a.ts", "../node_modules/x/package.json", "../node_modules/.pnpm/y@2.0.0/node_modules/y/y.js", "../node_modules/zed/index.js" },
            ["sourcesContent"] = new[] { "a", "{\"name\":\"x\",\"version\":\"1.2.3\"}", null, "/*! zed v3.1.4 | MIT */" },
            ["mappings"] = "AAAA",
        });
        var url = isInline ? "data:application/json;charset=utf-8;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(map)) : "index.js.map";
        var inventory = Read.Package(("out/index.js", $"{Esbuild}\n//# sourceMappingURL={url}\n"), ("out/index.js.map", isInline ? "" : map));

        Assert.Equal(["pkg:npm/x@1.2.3", "pkg:npm/y@2.0.0", "pkg:npm/zed@3.1.4"], inventory.Purls());
        Assert.Empty(inventory.Gaps);
        Assert.Empty(inventory.Opaque);
    }

    [Fact]
    public void Says_how_many_packages_it_knows_by_name_only_and_matches_the_others()
    {
        const string map = """{"version":3,"sources":["../node_modules/a/i.js","../node_modules/.pnpm/b@1.0.0/node_modules/b/i.js"],"mappings":"AAAA"}""";

        var inventory = Read.Package(("index.js", Esbuild + "//# sourceMappingURL=index.js.map"), ("index.js.map", map));

        Assert.Equal(["pkg:npm/a", "pkg:npm/b@1.0.0"], inventory.Purls());
        Assert.Equal("", inventory.Only("a").Version);
        Assert.Equal("'index.js' is a bundle; 1 of 2 recognised packages are known by name only and cannot be matched with advisories.", Assert.Single(inventory.Gaps).Message);
        Assert.Equal("bundled without versions", Assert.Single(inventory.Opaque).Reason);
    }

    [Fact]
    public void Lets_a_lock_file_give_the_version_of_what_is_known_by_name()
    {
        var inventory = Read.Package(
            ("index.js", Esbuild + "// node_modules/a/i.js\n"),
            ("package-lock.json", """{"lockfileVersion":3,"packages":{"":{"dependencies":{"a":"1"}},"node_modules/a":{"version":"1.2.3"}}}"""));

        Assert.Equal(["pkg:npm/a@1.2.3"], inventory.Purls());
    }

    [Fact]
    public void Does_not_believe_a_source_map_that_lacks_what_the_bundle_names()
    {
        var inventory = Read.Package(
            ("index.js", Esbuild + "// node_modules/.pnpm/a@1.0.0/node_modules/a/i.js\n//# sourceMappingURL=index.js.map"),
            ("index.js.map", """{"version":3,"sources":["own.js"],"mappings":"AAAA"}"""));

        Assert.Equal("bundled", Assert.Single(inventory.Opaque).Reason);
    }

    [Fact]
    public void Calls_a_bundle_that_yields_nothing_opaque()
    {
        var inventory = Read.Package(("index.js", Esbuild + "var a = 1;"));

        Assert.Empty(inventory.Components);
        Assert.Equal("'index.js' is a bundle; which packages went into it is unknown.", Assert.Single(inventory.Gaps).Message);
    }

    [Fact]
    public void Sees_marks_that_lie_across_the_pieces_in_which_a_large_bundle_is_read()
    {
        var text = new StringBuilder(Esbuild);
        for (var number = 0; text.Length < 5 << 20; number++) text.Append("// node_modules/.pnpm/p").Append(number).Append("@1.0.").Append(number).Append("/node_modules/p").Append(number).Append("/i.js\n").Append('x', number % 97).Append('\n');
        var count = text.ToString().Split("// node").Length - 1;

        Assert.Equal(count, Read.Package(("index.js", text.ToString())).Components.Length);
    }

    /// <summary>Each repeats what makes a reader begin, up to megabytes of it.</summary>
    [Theory]
    [InlineData("version:\"1.0.0\",{")]
    [InlineData("{name:\"x\",version:\"1.0.0\",")]
    [InlineData("/*!")]
    [InlineData("/*! Bundled license information:\n")]
    [InlineData("/*! a v")]
    [InlineData("\"node_modules/")]
    [InlineData("node_modules/a/")]
    [InlineData("// node_modules/a/package.json\n")]
    [InlineData("// node_modules/a/i.js\n{name:\"a\",version:\"1.0.0\",main:1,bin:1}")]
    [InlineData("//# sourceMappingURL=data:application/json;base64,AAAA\n")]
    [InlineData("Unsupported core-js use.")]
    [InlineData("\"1.0.0\"")]
    [InlineData("\\")]
    [InlineData("\n/*")]
    [InlineData("\n//")]
    [InlineData("\\n//")]
    [InlineData("a={exports:{}},e.exports=\"1.0.0\";.eddsa=(1)")]
    [InlineData("`./`")]
    [InlineData("/* \t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t")]
    public void Ends_on_hostile_repetition_within_its_bounds(string unit)
    {
        var text = Esbuild + string.Concat(Enumerable.Repeat(unit, (4 << 20) / unit.Length));

        var inventory = Read.Package(("index.js", text));

        Assert.NotEmpty(inventory.Opaque);
        Assert.True(inventory.Components.Length < 3);
    }

    [Fact]
    public void Versions_count_towards_the_limit_and_of_what_is_too_much_the_name_stays()
    {
        var finds = new BundleFinds(3);
        string[] added = ["a 1.0.0", "a 1.0.1", "a 1.0.2", "b 1.0.0", "a 1.0.3", "c 1.0.0"];
        foreach (var words in added.Select(static one => one.Split(' '))) finds.Add(words[0], words[1], new(Technique.Manifest, 0.9, "trace"));
        Assert.True(finds.IsFull);
        Assert.Equal([("a", "1.0.0"), ("a", "1.0.1"), ("a", "1.0.2"), ("b", null)], finds.All().Select(static find => (find.Name, find.Version)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1,2]")]
    [InlineData("{\"sources\":{\"a\":[\"node_modules/a/i.js\"]},\"mappings\":\"A\"}")]
    [InlineData("{\"sourcesContent\":[\"{}\"],\"sources\":[null,1,[]],\"mappings\":\"\"}")]
    [InlineData("{\"sources\":[\"\\ud800\"],\"mappings\":\"A\"")]
    public void Takes_a_broken_source_map_for_none(string map)
    {
        var inventory = Read.Package(("index.js", Esbuild + "//# sourceMappingURL=index.js.map"), ("index.js.map", map));

        Assert.Empty(inventory.Components);
        Assert.Equal("bundled", Assert.Single(inventory.Opaque).Reason);
    }

    [Fact]
    public void Does_not_fetch_the_applications_small_files_beside_installed_packages()
    {
        using var tree = Zips.Tree(Zips.Of(("node_modules/a/package.json", """{"name":"a","version":"1.0.0"}"""), ("index.js", Esbuild + new string('x', 9_000))));

        InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken);

        Assert.True(tree.BytesRead < 1_000);
        Assert.False(InventoryReader.IsWanted("index.js"));
        Assert.False(InventoryReader.IsWanted("index.js.map"));
    }
}
