using System.Text;
using CsCheck;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory;

public class InventoryReaderTests
{
    [Theory]
    [InlineData("bun.lockb", "npm")]
    [InlineData("deno.lock", "npm")]
    [InlineData("build.gradle", "Maven")]
    [InlineData("Cargo.toml", "crates.io")]
    public void Names_lock_files_that_it_cannot_read(string path, string ecosystem)
    {
        var inventory = Read.Package(("index.js", ""), (path, "x"));

        Assert.Equal(new OpaqueFile(path, null, "unsupported lock file"), Assert.Single(inventory.Opaque));
        Assert.Equal((ecosystem, path), (Assert.Single(inventory.Gaps).Scope.Ecosystem, inventory.Gaps[0].Scope.Path));
    }

    [Theory]
    [InlineData("build.gradle", "gradle.lockfile", "gradle.lockfile")]
    [InlineData("Cargo.toml", "Cargo.lock", "Cargo.lock")]
    [InlineData("Fn.csproj", "packages.lock.json", "packages.lock.json")]
    public void Says_so_once_for_files_that_belong_together(string first, string second, string path) =>
        Assert.Equal(path, Assert.Single(Read.Package(("a.cs", ""), (first, ""), (second, "")).Gaps).Scope.Path);

    [Theory]
    [InlineData("""{"dependencies":{"a":"*"}}""", true)]
    [InlineData("""{"dependencies":{"aws-sdk":"*","@aws-sdk/client-s3":"*"},"devDependencies":{"b":"*"}}""", false)]
    [InlineData("""{"name":"fn"}""", false)]
    public void Says_when_a_manifest_asks_for_packages_that_nothing_holds(string manifest, bool isGap)
    {
        Assert.Equal(isGap, Read.Package(("index.js", ""), ("package.json", manifest)).Gaps.Any(gap => gap is { Kind: GapKind.Missing, Scope.Path: "package.json" }));
        Assert.Empty(Read.Package(("index.js", ""), ("package.json", manifest), ("package-lock.json", """{"lockfileVersion":3,"packages":{}}""")).Gaps);
    }

    [Theory, InlineData("", false), InlineData("\n# nothing yet\r\n  \n", false), InlineData("# x\nflask\n", true)]
    public void A_requirements_file_that_asks_for_nothing_hides_nothing(string text, bool isOpaque) =>
        Assert.Equal(isOpaque, !Read.Package(("app.py", ""), ("requirements.txt", text)).Opaque.IsEmpty);

    [Fact]
    public void Encrypted_code_is_opaque_and_said_once()
    {
        var inventory = Read.Package(new Zips().Add("index.js", "1").Add("secret.js", "1"u8.ToArray(), flags: 1).Add("data.bin", "1"u8.ToArray(), flags: 1).ToArray());

        Assert.Equal(new OpaqueFile("secret.js", null, "encrypted entry"), Assert.Single(inventory.Opaque));
        Assert.Equal(2, inventory.Gaps.Length);
    }

    [Fact]
    public void Is_silent_about_them_where_what_they_lock_is_installed()
    {
        var inventory = Read.Package(
            ("yarn.lock", ""), ("requirements.txt", ""), ("index.js", ""),
            ("node_modules/a/package.json", """{"name":"a","version":"1.0.0"}"""), ("node_modules/a/yarn.lock", ""), ("node_modules/a/Gemfile.lock", ""),
            ("six-1.16.0.dist-info/METADATA", "Name: six\nVersion: 1.16.0\n"));

        Assert.Equal(2, inventory.Components.Length);
        Assert.Empty(inventory.Opaque);
        Assert.Empty(inventory.Gaps);
    }

    [Theory]
    [InlineData("// node_modules/lodash/lodash.js\n")]
    [InlineData("var __commonJS = (cb, mod) => function(){};\n")]
    [InlineData("/******/ var __webpack_modules__ = ({});\n")]
    [InlineData("var a=(e,t)=>()=>(t||e((t={exports:{}}).exports,t),t.exports);\n")]
    public void Says_that_a_bundle_hides_what_went_into_it(string mark)
    {
        var code = string.Concat(Enumerable.Repeat("function f() { return 1; }\n", 1_000));
        var inventory = Read.Package(("index.js", mark + code), ("plain.js", code));

        Assert.Equal(new OpaqueFile("index.js", null, "bundled"), Assert.Single(inventory.Opaque));
        Assert.Equal("index.js", Assert.Single(inventory.Gaps).Scope.Path);
    }

    [Fact]
    public void A_minified_or_very_large_file_is_taken_for_a_bundle()
    {
        var inventory = Read.Package(("min.js", new string('x', 20_000)), ("large.mjs", string.Concat(Enumerable.Repeat("let y = 1;\n", 60_000))));

        Assert.Equal(["large.mjs", "min.js"], inventory.Opaque.Select(file => file.Path));
    }

    [Theory]
    [InlineData("bootstrap", "\u007fELF....", "compiled")]
    [InlineData("main", "\u007fELF....", "compiled")]
    [InlineData("lib/app.jar", "PK..", "compiled")]
    [InlineData("Fn.dll", "MZ..", "compiled")]
    [InlineData("bin/tool.so.1", "\u007fELF", "compiled")]
    [InlineData("bin/ffmpeg", "\u007fELF", "compiled")]
    [InlineData("bootstrap", "#!/bin/sh\n", null)]
    [InlineData("node_modules/x/build/x.node", "\u007fELF", null)]
    public void Says_what_is_compiled_without_a_list(string path, string content, string? reason)
    {
        var inventory = Read.Package((path, content));

        Assert.Equal(reason is null ? [] : [new OpaqueFile(path, null, reason)], inventory.Opaque);
    }

    [Fact]
    public void Compiled_parts_of_an_installed_distribution_are_accounted_for() =>
        Assert.Empty(Read.Package(("h.py", ""), ("orjson/orjson.so", "\u007fELF"), ("orjson.libs/libx.so.1", "\u007fELF"), ("orjson-3.8.3.dist-info/METADATA", "Name: orjson\nVersion: 3.8.3\n")).Opaque);

    [Fact]
    public void A_package_without_code_is_opaque_as_a_whole()
    {
        Assert.Equal("no code", Assert.Single(Read.Package(Zips.Of()).Opaque).Reason);
        var notes = Read.Package(("README.md", "x"));
        Assert.Equal(("no code", 1, 0), (Assert.Single(notes.Opaque).Reason, notes.Files, notes.CodeFiles));
    }

    [Fact]
    public void A_package_that_is_not_to_be_had_is_missing_and_no_riddle()
    {
        var missing = new Gap(GapKind.Missing, new() { Evidence = Evidence.Package }, "not on disk", "…");
        using var tree = new PackageTree(MemoryContainer.Missing(missing), ScanLimits.Default);

        var inventory = InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken);

        Assert.Empty(inventory.Opaque);
        Assert.Equal([missing], inventory.Gaps);
    }

    [Fact]
    public void An_unreadable_archive_is_opaque_and_said_once()
    {
        using var tree = new PackageTree(MemoryContainer.Missing(new Gap(GapKind.Unread, new() { Evidence = Evidence.Package }, "unreadable archive", "…")), ScanLimits.Default);

        var inventory = InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken);

        Assert.Equal("unreadable archive", Assert.Single(inventory.Opaque).Reason);
        Assert.Single(inventory.Gaps);
    }

    [Fact]
    public void An_entry_that_lies_about_its_size_is_unread_and_the_rest_stands()
    {
        var zip = new Zips()
            .Add("index.js", "1")
            .Add("node_modules/lodash/package.json", """{"name":"lodash","version":"4.17.20"}""")
            .Add("node_modules/big/package.json", Encoding.UTF8.GetBytes(new string(' ', 8 << 20) + """{"name":"big","version":"1.0.0"}"""), size: 46)
            .ToArray();

        var inventory = Read.Package(zip);

        Assert.Equal(["pkg:npm/lodash@4.17.20"], inventory.Purls());
        Assert.Equal((GapKind.Unread, "node_modules/big/package.json"), (Assert.Single(inventory.Gaps).Kind, inventory.Gaps[0].Scope.Path));
    }

    [Fact]
    public void Being_stopped_is_a_gap()
    {
        using var tree = Zips.Tree(("node_modules/a/package.json", "{}"));

        Assert.Contains(InventoryReader.Read(tree, ScanLimits.Default, new(canceled: true)).Gaps, gap => gap.Kind == GapKind.Stopped);
    }

    [Fact]
    public void The_order_of_files_never_changes_the_inventory()
    {
        (string, string)[] files =
        [
            ("index.js", ""), ("package.json", """{"dependencies":{"a":"*"}}"""), ("yarn.lock", ""), ("go.mod", ""),
            ("node_modules/a/package.json", """{"name":"a","version":"1.0.0","dependencies":{"b":"*"}}"""),
            ("node_modules/b/package.json", """{"name":"b","version":"1.0.0","license":"MIT"}"""),
            ("x/node_modules/b/package.json", """{"name":"b","version":"1.0.0","license":"ISC"}"""), ("x/node_modules/c/package.json", "{"),
        ];
        var expected = Print(Read.Package(files));

        Gen.Shuffle(files).Sample(shuffled => Assert.Equal(expected, Print(Read.Package(shuffled))), iter: 30);
    }

    [Fact]
    public void The_same_code_as_zip_or_as_layer_has_the_same_components()
    {
        var zip = Zips.Of(("nodejs/package.json", """{"dependencies":{"a":"*"}}"""), ("nodejs/node_modules/a/package.json", """{"name":"a","version":"1.0.0","dependencies":{"b":"*"}}"""), ("nodejs/node_modules/b/package.json", """{"name":"b","version":"1.0.0"}"""));
        using var layered = PackageTree.WithLayers(MemoryContainer.Missing(), [new("l", ZipContainer.Open(new MemoryStream(zip), ScanLimits.Default))], ScanLimits.Default);

        var components = InventoryReader.Read(layered, ScanLimits.Default, TestContext.Current.CancellationToken).Components;

        Assert.Equal(Read.Package(zip).Components.Select(Bare), components.Select(Bare));
        static string Bare(Component component) => $"{component.Purl} {component.Relation} {string.Join(' ', component.DependsOn)}";
    }

    /// <summary>Whatever stands in a manifest, the reader ends with an inventory.</summary>
    [Fact]
    public void No_manifest_brings_it_down()
    {
        string[] paths = ["node_modules/a/package.json", "package.json", "package-lock.json", "npm-shrinkwrap.json", "node_modules/.package-lock.json", "a-1.dist-info/METADATA", "b.egg-info", "Fn.deps.json"];
        string[] pieces = ["{", "}", "[", "]", "\"name\":", "\"version\":", "\"packages\":", "\"dependencies\":", "\"node_modules/a\":", "\"a\"", "\"1.0.0\"", ",", ":", "7", "null", "\"\\ud800\"", "Name: x\n", "Version: 1\n", "\n", "\0", "\u00ff", "\"targets\":", "\"libraries\":", "\"A/1\""];
        Gen.Select(Gen.Int[0, paths.Length - 1], Gen.Int[0, pieces.Length - 1].Select(index => pieces[index]).Array[0, 30]).Sample(
            (path, parts) => Read.Package(("index.js", ""), (paths[path], string.Concat(parts))).Files == 2,
            iter: 3_000);
    }

    private static string Print(PackageInventory inventory) => string.Join('\n',
        inventory.Components.Select(component => $"{component.Purl} {component.Relation} {string.Join(' ', component.DependsOn)} {string.Join(' ', component.Licences)} {string.Join(' ', component.Occurrences)}")
            .Concat(inventory.Gaps.Select(gap => gap.ToString())).Concat(inventory.Opaque.Select(file => file.ToString())));

    [Fact]
    public void More_components_than_the_limit_are_left_out_aloud()
    {
        var packages = string.Join(',', Enumerable.Range(0, 30).Select(static i => $$$"""
            "node_modules/p{{{i}}}": {"version": "1.0.{{{i}}}", "dependencies": {"p{{{i + 1}}}": "*"}}
            """));
        var zip = Zips.Of(("package-lock.json", $$$"""{"lockfileVersion": 3, "packages": {"": {"dependencies": {"p29": "*"}}, {{{packages}}}}}"""), ("index.js", "1"));
        var inventory = Read.Package(zip, ScanLimits.Default with { Components = 10 });
        Assert.Equal(10, inventory.Components.Length);
        Assert.Equal((GapKind.Limit, "component limit"), inventory.Gaps.Select(static gap => (gap.Kind, gap.Reason)).Single());
    }
}
