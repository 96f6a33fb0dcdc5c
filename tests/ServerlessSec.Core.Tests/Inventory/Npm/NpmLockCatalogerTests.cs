using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Npm;

public class NpmLockCatalogerTests
{
    private static readonly string Sha512 = "sha512-" + Convert.ToBase64String(new byte[64]);

    [Fact]
    public void Reads_version_1_with_its_nesting_and_the_manifest_beside_it()
    {
        var inventory = Read.Package(
            ("index.js", ""),
            ("package.json", """{"name":"fn","version":"1.0.0","dependencies":{"a":"^1"}}"""),
            ("package-lock.json", $$$$"""
                {"name":"fn","lockfileVersion":1,"requires":true,"dependencies":{
                  "a":{"version":"1.0.0","integrity":"{{{{Sha512}}}}","requires":{"b":"^1.0.0","c":"^9.9.9"},"dependencies":{"b":{"version":"1.5.0"}}},
                  "b":{"version":"2.0.0","dev":true},
                  "c":{"version":"3.0.0","optional":true}}}
                """));

        Assert.Equal(["pkg:npm/a@1.0.0", "pkg:npm/b@1.5.0", "pkg:npm/b@2.0.0", "pkg:npm/c@3.0.0"], inventory.Purls());
        Assert.Equal(["pkg:npm/b@1.5.0", "pkg:npm/c@3.0.0"], inventory.Only("a").DependsOn);
        Assert.Equal([new("SHA-512", new string('0', 128))], inventory.Only("a").Hashes);
        Assert.Equal((Relation.Direct, Relation.Transitive), (inventory.Only("a").Relation, inventory.Only("c").Relation));
        Assert.Equal([false, true], inventory.Components.Where(component => component.Name == "b").Select(component => component.Development));
        Assert.Equal(new Occurrence("package-lock.json", null, OccurrenceKind.Locked, "npm-lock"), Assert.Single(inventory.Only("a").Occurrences));
        Assert.Empty(inventory.Gaps);
    }

    [Theory, InlineData(2), InlineData(3)]
    public void Reads_versions_2_and_3(int version)
    {
        var inventory = Read.Package(
            ("index.js", ""),
            ("package-lock.json", $$$$"""
                {"name":"fn","lockfileVersion":{{{{version}}}},"packages":{
                  "":{"name":"fn","version":"1.0.0","dependencies":{"a":"^1"},"devDependencies":{"tool":"^1"}},
                  "node_modules/a":{"version":"1.0.0","license":"MIT","dependencies":{"b":"^1"}},
                  "node_modules/a/node_modules/b":{"version":"1.5.0","integrity":"{{{{Sha512}}}}"},
                  "node_modules/@s/b":{"version":"2.0.0","devOptional":true},
                  "node_modules/tool":{"version":"1.0.0","dev":true}},
                 "dependencies":{"a":{"version":"1.0.0"}, "ghost":{"version":"6.6.6"}}}
                """));

        Assert.Equal(["pkg:npm/%40s/b@2.0.0", "pkg:npm/a@1.0.0", "pkg:npm/b@1.5.0", "pkg:npm/tool@1.0.0"], inventory.Purls());
        Assert.Equal(["tool"], inventory.Components.Where(component => component.Development).Select(component => component.Name));
        Assert.Equal(["a", "tool"], inventory.Components.Where(component => component.Relation == Relation.Direct).Select(component => component.Name));
        Assert.Equal(["MIT"], inventory.Only("a").Licences);
    }

    [Fact]
    public void Aliases_links_workspaces_repositories_and_archives_are_what_they_point_to()
    {
        var flat = Read.Package(("index.js", ""), ("package-lock.json", """
            {"lockfileVersion":3,"packages":{
              "":{"workspaces":["packages/*"]},
              "packages/own":{"name":"own","version":"1.0.0","dependencies":{"real":"*"}},
              "node_modules/own":{"resolved":"packages/own","link":true},
              "node_modules/nick":{"name":"real","version":"1.0.0","resolved":"https://example.com/real-1.0.0.tgz"},
              "node_modules/git":{"version":"0.3.0","resolved":"git+ssh://git@example.com/x/git.git#abc"},
              "packages/own/node_modules/real":{"version":"2.0.0"},
              "node_modules/broken":{"resolved":"https://example.com/broken.tgz"}}}
            """));
        var nested = Read.Package(("index.js", ""), ("package-lock.json", """
            {"lockfileVersion":1,"dependencies":{
              "nick":{"version":"npm:real@1.0.0"},
              "scoped":{"version":"npm:@s/real@2.0.0-rc.1"},
              "archive":{"version":"https://example.com/x/-/archive-1.2.3.tgz"},
              "git":{"version":"git+ssh://git@example.com/x/git.git#0123456789"},
              "short":{"version":"github:x/short#0123456789"},
              "own":{"version":"file:packages/own"},
              "bare":{}}}
            """));

        Assert.Equal(["pkg:npm/git@0.3.0", "pkg:npm/real@1.0.0", "pkg:npm/real@2.0.0"], flat.Purls());
        Assert.Equal(Relation.Direct, flat.Components.Single(component => component.Version == "2.0.0").Relation);
        Assert.Contains("'broken'", Assert.Single(flat.Gaps).Message, StringComparison.Ordinal);
        Assert.Equal(["pkg:npm/%40s/real@2.0.0-rc.1", "pkg:npm/archive@1.2.3", "pkg:npm/real@1.0.0"], nested.Purls());
        Assert.Contains("'bare', 'git', 'short'", Assert.Single(nested.Gaps).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_installed_is_the_truth_and_the_lock_file_adds_hashes()
    {
        var inventory = Read.Package(
            ("index.js", ""),
            ("package-lock.json", $$$$"""
                {"lockfileVersion":3,"packages":{"":{"dependencies":{"a":"*","b":"*"}},
                  "node_modules/a":{"version":"1.0.0","integrity":"{{{{Sha512}}}}"},
                  "node_modules/b":{"version":"1.0.0","integrity":"{{{{Sha512}}}}"},
                  "node_modules/pruned":{"version":"1.0.0"},
                  "node_modules/nameless":{"version":"4.0.0"},
                  "node_modules/pruned/node_modules/c":{"version":"1.0.0"}}}
                """),
            ("node_modules/a/package.json", """{"name":"a","version":"1.0.0"}"""),
            ("node_modules/b/package.json", """{"name":"b","version":"1.9.0"}"""),
            ("node_modules/nameless/index.js", ""),
            ("node_modules/pruned/node_modules/c/package.json", """{"name":"c","version":"1.0.0"}"""));

        Assert.Equal(["pkg:npm/a@1.0.0", "pkg:npm/b@1.9.0", "pkg:npm/c@1.0.0", "pkg:npm/nameless@4.0.0"], inventory.Purls());
        Assert.Single(inventory.Only("a").Hashes);
        Assert.Empty(inventory.Only("b").Hashes);
        Assert.Equal(OccurrenceKind.Installed, Assert.Single(inventory.Only("a").Occurrences).Kind);
        Assert.Equal(OccurrenceKind.Locked, Assert.Single(inventory.Only("nameless").Occurrences).Kind);
    }

    [Fact]
    public void A_cache_folder_is_no_installation() =>
        Assert.Equal(["pkg:npm/a@1.0.0"], Read.Package(("index.js", ""), ("node_modules/.cache/x.json", "{}"), ("package-lock.json", """{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"}}}""")).Purls());

    [Fact]
    public void The_lock_file_that_npm_leaves_in_node_modules_lists_no_package_that_is_not_there()
    {
        var inventory = Read.Package(("index.js", ""), ("node_modules/.package-lock.json", """{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"},"node_modules/b":{"version":"1.0.0"}}}"""), ("node_modules/b/index.js", ""));

        Assert.Equal(["pkg:npm/b@1.0.0"], inventory.Purls());
    }

    [Fact]
    public void A_shrinkwrap_outranks_the_lock_file_beside_it() =>
        Assert.Equal(["pkg:npm/a@2.0.0"], Read.Package(
            ("index.js", ""),
            ("npm-shrinkwrap.json", """{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"2.0.0"}}}"""),
            ("package-lock.json", """{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"}}}""")).Purls());

    [Fact]
    public void Lock_files_of_packages_are_their_own_affair() =>
        Assert.Equal(["pkg:npm/a@1.0.0"], Read.Package(
            ("index.js", ""),
            ("node_modules/a/package.json", """{"name":"a","version":"1.0.0"}"""),
            ("node_modules/a/package-lock.json", """{"lockfileVersion":3,"packages":{"node_modules/x":{"version":"1.0.0"}}}""")).Purls());

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"\ud800"}}}""")]
    [InlineData("""{"lockfileVersion":3,"packages":""")]
    public void Malformed_lock_files_are_gaps(string text)
    {
        var gap = Assert.Single(Read.Package(("index.js", ""), ("package-lock.json", text)).Gaps);

        Assert.Equal((GapKind.Unread, "package-lock.json", "npm-lock"), (gap.Kind, gap.Scope.Path, gap.Scope.Cataloger));
    }

    [Theory]
    [InlineData("""{"lockfileVersion":3,"packages":{"node_modules/a":7,"node_modules/":{"version":"1.0.0"},"node_modules/b":{"version":{"x":1},"dependencies":"c"}}}""")]
    [InlineData("""{"lockfileVersion":1,"dependencies":{"a":"1.0.0","b":{"version":[],"requires":true,"dependencies":[]}}}""")]
    [InlineData("""{"lockfileVersion":3,"packages":[]}""")]
    public void Members_of_the_wrong_kind_do_no_harm(string text) => Assert.Empty(Read.Package(("index.js", ""), ("package-lock.json", text)).Components);

    [Fact]
    public void Nesting_too_deep_to_be_true_is_a_gap()
    {
        var deep = new StringBuilder("{\"lockfileVersion\":1");
        for (var level = 0; level < 20_000; level++) deep.Append(",\"dependencies\":{\"a\":{\"version\":\"1.0.0\"");
        deep.Append(new string('}', 40_001));

        Assert.Single(Read.Package(("index.js", ""), ("package-lock.json", deep.ToString())).Gaps);
    }

    [Fact]
    public void A_lock_file_that_sends_every_look_up_a_long_way_ends_soon()
    {
        var lockFile = new StringBuilder("""{"lockfileVersion":3,"packages":{"":{}""");
        var folder = string.Concat(Enumerable.Repeat("node_modules/x/", 30));
        var needs = string.Join(',', Enumerable.Range(0, 100).Select(index => $"\"absent{index}\":\"*\""));
        for (var index = 0; index < 3_000; index++) lockFile.Append($",\"{folder}node_modules/p{index}\":{{\"version\":\"1.0.0\",\"dependencies\":{{{needs}}}}}");
        lockFile.Append("}}");

        var inventory = Read.Package(("index.js", ""), ("package-lock.json", lockFile.ToString()));

        Assert.Equal(3_000, inventory.Components.Length);
        Assert.Contains(inventory.Gaps, gap => gap.Reason == "dependency graph limit");
    }

    [Fact]
    public void Takes_a_hundred_thousand_entries()
    {
        var lockFile = new StringBuilder("""{"lockfileVersion":3,"packages":{"":{}""");
        for (var index = 0; index < 100_000; index++) lockFile.Append($$$$""","node_modules/p{{{{index}}}}":{"version":"1.0.{{{{index}}}}","dependencies":{"p{{{{index + 1}}}}":"*"}}""");
        lockFile.Append("}}");

        Assert.Equal(100_000, Read.Package(("index.js", ""), ("package-lock.json", lockFile.ToString())).Components.Length);
    }

    [Fact]
    public void A_manifest_over_its_limit_is_a_gap()
    {
        var inventory = Read.Package(Zips.Of(("index.js", ""), ("package-lock.json", new string(' ', 5_000))), new() { ManifestBytes = 1_000 });

        Assert.Equal((GapKind.Limit, "package-lock.json"), (Assert.Single(inventory.Gaps).Kind, inventory.Gaps[0].Scope.Path));
    }

    [Fact]
    public void Keeps_what_makers_say_of_a_deprecated_version()
    {
        const string Lock = """{"lockfileVersion":3,"packages":{"":{},"node_modules/har-validator":{"version":"5.1.5","deprecated":"this library is no longer supported"},"node_modules/ms":{"version":"2.0.0","deprecated":""},"node_modules/qs":{"version":"6.0.0","deprecated":true}}}""";
        Assert.Equal("this library is no longer supported", Read.Package(("index.js", "x"), ("package-lock.json", Lock)).Only("har-validator").Deprecated);
        Assert.Null(Read.Package(("index.js", "x"), ("package-lock.json", Lock)).Only("ms").Deprecated);
        Assert.Null(Read.Package(("index.js", "x"), ("package-lock.json", Lock)).Only("qs").Deprecated);

        var installed = Read.Package(("index.js", ""), ("package-lock.json", Lock), ("node_modules/har-validator/package.json", """{"name":"har-validator","version":"5.1.5"}"""));
        Assert.Equal("this library is no longer supported", installed.Only("har-validator").Deprecated);
        var other = Read.Package(("index.js", ""), ("package-lock.json", Lock), ("node_modules/har-validator/package.json", """{"name":"har-validator","version":"5.1.0"}"""));
        Assert.Null(other.Only("har-validator").Deprecated);
    }
}
