namespace ServerlessSec.Inventory.Npm;

public class PnpCatalogerTests
{
    private const string Table = """
        {"packageRegistryData":[
          [null,[[null,{"packageLocation":"./","packageDependencies":[["a","npm:1.0.0"],["old",["c","npm:3.0.0"]]],"linkType":"SOFT"}]]],
          ["shop",[["workspace:.",{"packageLocation":"./","packageDependencies":[["a","npm:1.0.0"],["old",["c","npm:3.0.0"]],["shop","workspace:."]],"linkType":"SOFT"}]]],
          ["a",[["npm:1.0.0",{"packageLocation":"./.yarn/cache/a-npm-1.0.0-0123456789-abcdef0123.zip/node_modules/a/","packageDependencies":[["a","npm:1.0.0"],["@s/b","virtual:0a#npm:2.0.0"],["peer",null]],"linkType":"HARD"}]]],
          ["@s/b",[
            ["npm:2.0.0",{"packageLocation":"./.yarn/cache/@s-b-npm-2.0.0-0123456789-abcdef0123.zip/node_modules/@s/b/","packageDependencies":[["@s/b","npm:2.0.0"]],"linkType":"SOFT"}],
            ["virtual:0a#npm:2.0.0",{"packageLocation":"./.yarn/__virtual__/@s-b-virtual-0a/0/cache/@s-b-npm-2.0.0-0123456789-abcdef0123.zip/node_modules/@s/b/","packageDependencies":[["@s/b","virtual:0a#npm:2.0.0"]],"linkType":"HARD"}]]],
          ["c",[["npm:3.0.0",{"packageLocation":"./.yarn/unplugged/c-npm-3.0.0-0123456789/node_modules/c/","packageDependencies":[["c","npm:3.0.0"]],"linkType":"HARD"}]]],
          ["ts",[["patch:ts@npm%3A5.4.5#optional!builtin<compat/typescript>::version=5.4.5&hash=5a",{"packageLocation":"./.yarn/cache/ts-patch-0123456789-abcdef0123.zip/node_modules/ts/","packageDependencies":[],"linkType":"HARD"}]]],
          ["git",[["https://example.com/git.git#commit=0a",{"packageLocation":"./.yarn/cache/git-https-0123456789-abcdef0123.zip/node_modules/git/","packageDependencies":[],"linkType":"HARD"}]]],
          ["for-other-systems",[["npm:9.0.0",{"packageLocation":"./.yarn/unplugged/for-other-systems-npm-9.0.0-0123456789/node_modules/for-other-systems/","packageDependencies":[],"linkType":"HARD"}]]]
        ]}
        """;

    private static readonly (string, string)[] Installed =
    [
        ("index.js", ""),
        (".yarn/cache/a-npm-1.0.0-0123456789-abcdef0123.zip", "zip"),
        (".yarn/cache/@s-b-npm-2.0.0-0123456789-abcdef0123.zip", "zip"),
        (".yarn/cache/ts-patch-0123456789-abcdef0123.zip", "zip"),
        (".yarn/cache/git-https-0123456789-abcdef0123.zip", "zip"),
        (".yarn/unplugged/c-npm-3.0.0-0123456789/node_modules/c/package.json", """{"name":"c","version":"3.0.0"}"""),
    ];

    public static TheoryData<string, string> Loaders { get; } = new()
    {
        { ".pnp.cjs", $"const RAW_RUNTIME_STATE =\n'{Table.Replace("\\", "\\\\", StringComparison.Ordinal).ReplaceLineEndings("\\\n")}';\nfunction $$SETUP_STATE() {{}}" },
        { ".pnp.cjs", $"function $$SETUP_STATE(hydrateRuntimeState, basePath) {{ return hydrateRuntimeState({Table}, {{basePath: basePath || __dirname}}); }}" },
        { ".pnp.js", $"return hydrateRuntimeState({Table}, x);" },
        { ".pnp.data.json", Table },
    };

    [Theory, MemberData(nameof(Loaders))]
    public void Packages_are_where_the_loader_says(string name, string text)
    {
        var inventory = Read.Package([.. Installed, (name, text)]);

        Assert.Equal(["pkg:npm/%40s/b@2.0.0", "pkg:npm/a@1.0.0", "pkg:npm/c@3.0.0", "pkg:npm/ts@5.4.5"], inventory.Purls());
        Assert.Equal(["pkg:npm/%40s/b@2.0.0"], inventory.Only("a").DependsOn);
        Assert.Equal((Relation.Direct, Relation.Transitive, Relation.Direct), (inventory.Only("a").Relation, inventory.Only("@s/b").Relation, inventory.Only("c").Relation));
        Assert.Equal([".yarn/cache/a-npm-1.0.0-0123456789-abcdef0123.zip"], inventory.Only("a").Occurrences.Select(static place => place.Path));
        Assert.All(inventory.Components, static component => Assert.All(component.Occurrences, static place => Assert.Equal(OccurrenceKind.Installed, place.Kind)));
    }

    [Fact]
    public void What_is_in_the_cache_wins_over_the_lock_file()
    {
        const string Lock = """
            __metadata:
              version: 8

            "a@npm:1.0.0":
              version: 1.0.0
              resolution: "a@npm:1.0.0"
              linkType: hard

            "for-other-systems@npm:9.0.0":
              version: 9.0.0
              resolution: "for-other-systems@npm:9.0.0"
              linkType: hard
            """;
        Assert.DoesNotContain("pkg:npm/for-other-systems@9.0.0", Read.Package([.. Installed, (".pnp.data.json", Table), ("yarn.lock", Lock)]).Purls());
        Assert.Equal(["pkg:npm/a@1.0.0", "pkg:npm/for-other-systems@9.0.0"], Read.Package(("index.js", ""), (".pnp.data.json", Table), ("yarn.lock", Lock)).Purls());
    }

    [Theory]
    [InlineData(".pnp.cjs", "")]
    [InlineData(".pnp.cjs", "const RAW_RUNTIME_STATE = '{\\")]
    [InlineData(".pnp.cjs", "return hydrateRuntimeState({\"a\":\"}")]
    [InlineData(".pnp.data.json", "{}")]
    [InlineData(".pnp.data.json", "{\"packageRegistryData\":")]
    public void A_loader_without_a_table_is_a_gap(string name, string text)
    {
        var gap = Assert.Single(Read.Package(("index.js", ""), (name, text)).Gaps);

        Assert.Equal((GapKind.Unread, name, "npm-pnp"), (gap.Kind, gap.Scope.Path, gap.Scope.Cataloger));
    }

    [Theory]
    [InlineData("""{"packageRegistryData":7}""")]
    [InlineData("""{"packageRegistryData":[7,[],["a"],["a",7],["a",[7,[],["npm:1"],["npm:1",7],["npm:1",{"packageLocation":7}],["npm:1.0.0",{"packageLocation":"./.yarn/__virtual__/x"}]]]]}""")]
    [InlineData("""{"packageRegistryData":[["a",[["npm:1.0.0",{"packageLocation":"../../x.zip/","packageDependencies":[7,["b"],["b",7],["b",[]],["b",[7,8]]]}]]]]}""")]
    public void Members_of_the_wrong_kind_do_no_harm(string text) => Assert.Empty(Read.Package(("index.js", ""), (".pnp.data.json", text)).Components);
}
