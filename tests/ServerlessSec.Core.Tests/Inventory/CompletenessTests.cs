using System.Globalization;
using CsCheck;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory;

public class CompletenessTests
{
    private static readonly string Bundle = "/* bundle */ var __webpack_modules__ = {};" + new string(' ', 20 << 10);

    [Theory]
    // Plain code is first-party.
    [InlineData("index.js", "", 0, 1, "")]
    [InlineData("app.py|lib/util.py|README.md", "", 0, 2, "")]
    [InlineData("Handler.class|com/shop/Orders.class", "", 0, 2, "")]
    // What a manifest owns.
    [InlineData("index.js|node_modules/a/index.js|node_modules/a/lib/x.js", "node_modules/a/package.json={\"name\":\"a\",\"version\":\"1.0.0\"}", 2, 1, "")]
    [InlineData("node_modules/@s/a/x.js|node_modules/a/node_modules/b/y.js", "node_modules/@s/a/package.json={\"name\":\"@s/a\",\"version\":\"1.0.0\"}|node_modules/a/package.json={\"name\":\"a\",\"version\":\"1.0.0\"}", 1, 0, "1 no manifest")]
    [InlineData("node_modules/a/index.js", "node_modules/a/package.json={\"name\":\"a\"}", 0, 0, "1 no manifest")]
    [InlineData("node_modules/a/build/a.node|native.node", "node_modules/a/package.json={\"name\":\"a\",\"version\":\"1.0.0\"}", 1, 0, "1 compiled")]
    // Python, with and without a record.
    [InlineData("app.py|six.py|_speed.so", "six-1.0.dist-info/METADATA=Name: six\nVersion: 1.0|six-1.0.dist-info/RECORD=six.py,,\n_speed.so,,", 2, 1, "")]
    [InlineData("app.py|six.py|_speed.so", "six-1.0.dist-info/METADATA=Name: six\nVersion: 1.0|six-1.0.dist-info/RECORD=six.py,,", 1, 1, "1 compiled")]
    [InlineData("app.py|six.py|my_lib/x.so|other/y.so", "six-1.0.dist-info/METADATA=Name: six\nVersion: 1.0|my_lib-1.0.dist-info/METADATA=Name: my-lib\nVersion: 1.0", 2, 1, "1 compiled")]
    [InlineData("yaml/x.py|_yaml/y.so|app.py", "PyYAML-1.0.egg-info/PKG-INFO=Name: PyYAML\nVersion: 1.0|PyYAML-1.0.egg-info/top_level.txt=_yaml\nyaml\n", 2, 1, "")]
    [InlineData("perf.cpython-312-x86_64-linux-gnu.so|app.py", "perf-0.1.egg-info=Name: perf\nVersion: 0.1", 1, 1, "")]
    [InlineData("cffi/api.py|_cffi_backend.cpython-312-x86_64-linux-gnu.so|_cffi.so", "cffi-1.0.egg-info/PKG-INFO=Name: cffi\nVersion: 1.0|cffi-1.0.egg-info/top_level.txt=_cffi_backend\ncffi\n", 2, 0, "1 compiled")]
    [InlineData("lib/site-packages/nameless.py|app.py", "", 0, 1, "1 no manifest")]
    [InlineData("app.py|__pycache__/app.cpython-312.pyc|gone.pyc|app.pyc", "", 0, 3, "1 compiled")]
    [InlineData("bin/tool.py|pkg/a.py", "lib/x-1.0.dist-info/METADATA=Name: x\nVersion: 1.0|lib/x-1.0.dist-info/RECORD=../bin/tool.py,,\n../../../pkg/b.py,,", 1, 1, "")]
    // .NET: what a list is of.
    [InlineData("bootstrap|other.so", "bootstrap.deps.json={\"targets\":{\"x\":{}},\"libraries\":{}}", 1, 0, "1 compiled")]
    [InlineData("App.dll|App", "App.deps.json={\"targets\":{\"x\":{}},\"libraries\":{}}", 2, 0, "")]
    // Ruby and PHP.
    [InlineData("app.rb|vendor/bundle/ruby/3.2.0/gems/rack-2.0.0/lib/rack.rb|vendor/bundle/ruby/3.2.0/gems/other-1.0/x.rb", "vendor/bundle/ruby/3.2.0/specifications/rack-2.0.0.gemspec=# stub: rack 2.0.0 ruby lib", 1, 2, "")]
    [InlineData("index.php|vendor/autoload.php|vendor/a/b/src/B.php", "vendor/composer/installed.json={\"packages\":[{\"name\":\"a/b\",\"version\":\"1.0.0\"}]}", 2, 1, "")]
    public void Accounts_for_each_code_file(string files, string manifests, int identified, int own, string unexplained)
    {
        var completeness = Of([
            .. files.Split('|').Select(path => (path, "x")),
            .. manifests.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(manifest => (manifest.Split('=', 2)[0], manifest.Split('=', 2)[1])),
        ]);
        Assert.Equal((identified, own, unexplained), (completeness.Identified, completeness.FirstParty, Reasons(completeness)));
        Assert.Equal(unexplained.Length == 0, completeness.Verdict == CompletenessVerdict.Full);
    }

    [Fact]
    public void One_large_bundle_outweighs_many_small_files()
    {
        var completeness = Of([("dist/index.js", Bundle), .. Enumerable.Range(0, 99).Select(i => ($"src/{i}.js", "1"))]);
        Assert.Equal((99, 0, CompletenessVerdict.Low, "1 bundled"), (completeness.FirstParty, completeness.Percent, completeness.Verdict, Reasons(completeness)));
        Assert.Equal(["dist/index.js"], completeness.Unexplained[0].Paths);
    }

    [Fact]
    public void What_lies_beside_an_installed_distribution_is_not_its_own()
    {
        var inventory = Read.Package(
            ("six-1.0.dist-info/METADATA", "Name: six\nVersion: 1.0"), ("six-1.0.dist-info/RECORD", "six.py,,\n_six.so,,\nsix/page.js,,\n"),
            ("six.py", "x"), ("_six.so", "\u007fELF"), ("six/page.js", Bundle), ("app.py", "x"), ("rates.so", "\u007fELF"), ("static/page.js", Bundle));
        Assert.Equal("1 bundled, 1 compiled", Reasons(inventory.Completeness!));
        Assert.Equal(["rates.so", "static/page.js"], inventory.Gaps.Where(static gap => gap.Reason is "bundled" or "compiled").Select(static gap => gap.Scope.Path));
    }

    [Fact]
    public void Nearly_all_is_not_all()
    {
        var completeness = Of([("tiny.so", "\u007fELF"), .. Enumerable.Range(0, 999).Select(i => ($"src/{i}.js", "12345678"))]);
        Assert.Equal((99, CompletenessVerdict.Partial), (completeness.Percent, completeness.Verdict));
    }

    [Fact]
    public void Encrypted_and_damaged_code_is_not_explained()
    {
        var inventory = Read.Package(new Zips().Add("index.js", "1").Add("secret.js", "1"u8.ToArray(), flags: 1).ToArray());
        Assert.Equal("1 encrypted entry", Reasons(inventory.Completeness!));
        Assert.Equal(CompletenessVerdict.Low, inventory.Completeness!.Verdict);
    }

    [Fact]
    public void Classes_copied_into_a_jar_or_folder_make_it_opaque()
    {
        var jar = new Zips().Add("com/google/gson/Gson.class", "x").ToArray();
        var completeness = Read.Package(new Zips().Add("lib/all-1.0.jar", jar).Add("Handler.class", "x").ToArray()).Completeness!;
        Assert.Equal((0, 1, 1), (completeness.Identified, completeness.FirstParty, completeness.Unexplained.Sum(part => part.Files)));
    }

    [Fact]
    public void A_lock_file_that_is_not_read_is_no_code() => Assert.Equal((1, 1), (Of([("index.js", "1"), ("bun.lockb", "x")]).CodeFiles, Of([("index.js", "1"), ("bun.lockb", "x")]).FirstParty));

    [Fact]
    public void Without_code_there_is_no_share() => Assert.Equal((CompletenessVerdict.Empty, 0), (Of([("a.txt", "x")]).Verdict, Of([("a.txt", "x")]).Percent));

    [Fact]
    public void A_part_that_is_not_there_is_never_full()
    {
        using var tree = PackageTree.WithLayers(
            new MemoryContainer([("index.js", "1"u8.ToArray())], []),
            [new("shared", MemoryContainer.Missing(new Gap(GapKind.Missing, new() { Evidence = Evidence.Package }, "layer not given", "The layer is not here.")))],
            ScanLimits.Default);
        var completeness = InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken).Completeness!;
        Assert.Equal((100, false, CompletenessVerdict.Partial), (completeness.Percent, completeness.IsWhole, completeness.Verdict));
    }

    [Fact]
    public void Who_was_stopped_gives_no_verdict()
    {
        using var tree = Zips.Tree(Zips.Of([("package.json", "{}")]), null);
        Assert.Null(InventoryReader.Read(tree, ScanLimits.Default, new CancellationToken(canceled: true)).Completeness);
    }

    [Fact]
    public void Suspects_that_were_not_looked_into_are_not_explained()
    {
        var zip = new Zips();
        for (var i = 0; i < 2_010; i++) zip.Add($"native/{i:0000}.so", "\u007fELF");
        var completeness = Read.Package(zip.ToArray()).Completeness!;
        Assert.Equal("2000 compiled, 10 opaque code limit", Reasons(completeness));
    }

    [Fact]
    public void Every_code_file_is_counted_once_whatever_the_package_holds()
    {
        string[] names =
        [
            "index.js", "bootstrap", "lib/a.so", "a.dll", "node_modules/a/i.js", "node_modules/a/package.json", "x-1.dist-info/METADATA", "x-1.dist-info/RECORD", "x.py",
            "__pycache__/x.cpython-312.pyc", "app.jar", "bin/tool", "a.deps.json", "site-packages/y.py", "bun.lockb", "data.txt",
        ];
        string[] texts = ["", "MZ", "\u007fELF\u0002", "#!/bin/sh", "{}", "{\"name\":\"a\",\"version\":\"1.0.0\"}", "Name: x\nVersion: 1", "x.py,sha256=,\n\"index.js\",,1\n../a.dll", "PK"];
        Gen.Select(Gen.Int[0, names.Length - 1], Gen.Int[0, texts.Length - 1]).Array[0, 12].Sample(picked =>
        {
            var inventory = Read.Package([.. picked.DistinctBy(file => file.Item1).Select(file => (names[file.Item1], texts[file.Item2]))]);
            var completeness = inventory.Completeness!;
            Assert.Equal(completeness.CodeFiles, completeness.Identified + completeness.FirstParty + completeness.Unexplained.Sum(part => part.Files));
            Assert.InRange(completeness.Share, 0, 1);
            Assert.True(completeness.CodeFiles <= inventory.Files);
        }, iter: 2_000);
    }

    private static Completeness Of((string Path, string Text)[] files) => Read.Package(files).Completeness!;

    private static string Reasons(Completeness completeness) =>
        string.Join(", ", completeness.Unexplained.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Files} {part.Reason}")));
}
