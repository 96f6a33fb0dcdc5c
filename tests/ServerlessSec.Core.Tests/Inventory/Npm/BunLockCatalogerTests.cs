namespace ServerlessSec.Inventory.Npm;

public class BunLockCatalogerTests
{
    private static readonly string Sha512 = "sha512-" + Convert.ToBase64String(new byte[64]);

    private static readonly string Lock = $$"""
        {
          "lockfileVersion": 1,
          "workspaces": {
            "": { "name": "fn", "dependencies": { "a": "^1", "nick": "npm:@s/real@2.0.0", }, "devDependencies": { "tool": "*" }, },
          },
          // nested packages stand under who needs them
          "packages": {
            "a": ["a@1.0.0", "", { "dependencies": { "b": "^1" } }, "{{Sha512}}"],
            "a/b": ["b@1.5.0", "", {}, "{{Sha512}}"],
            "b": ["b@2.0.0", "", {}, "{{Sha512}}"],
            "nick": ["@s/real@2.0.0", "", { "peerDependencies": { "b": "*" } }, "{{Sha512}}"],
            "own": ["own@workspace:packages/own"],
            "git": ["git@git+https://example.com/git.git#0123", {}, "0123"],
            "tool": ["tool@9.0.0", "", { "dependencies": { "b": "^2" } }, "{{Sha512}}"],
          },
        }
        """;

    [Fact]
    public void Names_packages_and_which_of_two_versions_each_gets()
    {
        var inventory = Read.Package(("index.js", ""), ("bun.lock", Lock));

        Assert.Equal(["pkg:npm/%40s/real@2.0.0", "pkg:npm/a@1.0.0", "pkg:npm/b@1.5.0", "pkg:npm/b@2.0.0", "pkg:npm/tool@9.0.0"], inventory.Purls());
        Assert.Equal(["pkg:npm/b@1.5.0"], inventory.Only("a").DependsOn);
        Assert.Equal(["pkg:npm/b@2.0.0"], inventory.Only("@s/real").DependsOn);
        Assert.Equal(["tool"], inventory.Components.Where(static c => c.Development).Select(static c => c.Name));
        Assert.Single(inventory.Only("a").Hashes);
        Assert.Contains("'git'", Assert.Single(inventory.Gaps).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"lockfileVersion":1,"packages":{""")]
    public void Malformed_lock_files_are_gaps(string text)
    {
        var gap = Assert.Single(Read.Package(("index.js", ""), ("bun.lock", text)).Gaps);

        Assert.Equal((GapKind.Unread, "bun.lock", "bun-lock"), (gap.Kind, gap.Scope.Path, gap.Scope.Cataloger));
    }

    [Theory]
    [InlineData("""{"lockfileVersion":1,"packages":{"a":[],"b":"x","c":[7],"d":["d@1.0.0",7,8]},"workspaces":{"":[]}}""")]
    public void Members_of_the_wrong_kind_do_no_harm(string text) => Assert.Equal(["pkg:npm/d@1.0.0"], Read.Package(("index.js", ""), ("bun.lock", text)).Purls());
}
