namespace ServerlessSec.Inventory.Npm;

public class PnpmLockCatalogerTests
{
    private static readonly string Sha512 = "sha512-" + Convert.ToBase64String(new byte[64]);

    private static readonly string Version5 = $$"""
        lockfileVersion: 5.4
        specifiers:
          '@s/a': ^1.0.0
        dependencies:
          '@s/a': 1.0.0_@t+peer@2.0.0
          nick: /real/3.0.0
        devDependencies:
          tool: 9.0.0_fzn43tb6bdtdxy2s3aqevve2su
        packages:
          /@s/a/1.0.0_@t+peer@2.0.0:
            resolution: {integrity: {{Sha512}}}
            dependencies:
              '@t/peer': 2.0.0
            dev: false
          /@t/peer/2.0.0:
            resolution: {integrity: {{Sha512}}}
            dev: false
          /real/3.0.0:
            resolution: {integrity: {{Sha512}}}
            dev: false
          /tool/9.0.0_fzn43tb6bdtdxy2s3aqevve2su:
            resolution: {integrity: {{Sha512}}}
            dev: true
          github.com/x/git/0123456789:
            resolution: {tarball: https://example.com/git.tgz}
            name: git
            version: 4.0.0
            dev: false
        """;

    private static readonly string Version6 = $$"""
        lockfileVersion: '6.0'
        dependencies:
          '@s/a':
            specifier: ^1.0.0
            version: 1.0.0(@t/peer@2.0.0)
          nick:
            specifier: npm:real@3.0.0
            version: /real@3.0.0
          git:
            specifier: github:x/git
            version: github.com/x/git/0123456789
        devDependencies:
          tool:
            specifier: '*'
            version: 9.0.0
        packages:
          /@s/a@1.0.0(@t/peer@2.0.0):
            resolution: {integrity: {{Sha512}}}
            dependencies:
              '@t/peer': 2.0.0
            dev: false
          /@t/peer@2.0.0:
            resolution: {integrity: {{Sha512}}}
            dev: false
          /real@3.0.0:
            resolution: {integrity: {{Sha512}}}
            dev: false
          /tool@9.0.0:
            resolution: {integrity: {{Sha512}}}
            dev: true
          github.com/x/git/0123456789:
            resolution: {tarball: https://example.com/git.tgz}
            name: git
            version: 4.0.0
            dev: false
        """;

    private static readonly string Version9 = $$"""
        lockfileVersion: '9.0'
        importers:
          .:
            dependencies:
              '@s/a':
                specifier: ^1.0.0
                version: 1.0.0(@t/peer@2.0.0)
              nick:
                specifier: npm:real@3.0.0
                version: real@3.0.0
              own:
                specifier: workspace:*
                version: link:packages/own
            devDependencies:
              tool:
                specifier: '*'
                version: 9.0.0
          packages/own:
            dependencies:
              git:
                specifier: github:x/git
                version: https://example.com/git.tgz
        packages:
          '@s/a@1.0.0':
            resolution: {integrity: {{Sha512}}}
            peerDependencies:
              '@t/peer': '*'
          '@t/peer@2.0.0':
            resolution: {integrity: {{Sha512}}}
          real@3.0.0:
            resolution: {integrity: {{Sha512}}}
          tool@9.0.0:
            resolution: {integrity: {{Sha512}}}
          git@https://example.com/git.tgz:
            resolution: {tarball: https://example.com/git.tgz}
            version: 4.0.0
        snapshots:
          '@s/a@1.0.0(@t/peer@2.0.0)':
            dependencies:
              '@t/peer': 2.0.0
          '@t/peer@2.0.0': {}
          real@3.0.0: {}
          tool@9.0.0: {}
          git@https://example.com/git.tgz: {}
        """;

    [Theory, InlineData(5), InlineData(6), InlineData(9)]
    public void Names_packages_without_their_peers_and_tells_tools_apart(int version)
    {
        var inventory = Read.Package(("index.js", ""), ("pnpm-lock.yaml", version switch { 5 => Version5, 6 => Version6, _ => Version9 }));

        Assert.Equal(["pkg:npm/%40s/a@1.0.0", "pkg:npm/%40t/peer@2.0.0", "pkg:npm/git@4.0.0", "pkg:npm/real@3.0.0", "pkg:npm/tool@9.0.0"], inventory.Purls());
        Assert.Equal(["tool"], inventory.Components.Where(static c => c.Development).Select(static c => c.Name));
        Assert.Equal(["pkg:npm/%40t/peer@2.0.0"], inventory.Only("@s/a").DependsOn);
        Assert.Equal((Relation.Direct, Relation.Transitive, Relation.Direct), (inventory.Only("@s/a").Relation, inventory.Only("@t/peer").Relation, inventory.Only("real").Relation));
        Assert.Single(inventory.Only("@s/a").Hashes);
        Assert.Empty(inventory.Gaps);
    }

    [Fact]
    public void The_store_of_an_installed_tree_is_the_truth()
    {
        var inventory = Read.Package(
            ("index.js", ""), ("pnpm-lock.yaml", Version9),
            ("node_modules/.pnpm/@s+a@1.0.0_@t+peer@2.0.0/node_modules/@s/a/package.json", """{"name":"@s/a","version":"1.0.0"}"""));

        Assert.Equal(["pkg:npm/%40s/a@1.0.0"], inventory.Purls());
        Assert.Single(inventory.Components[0].Hashes);
    }

    [Fact]
    public void Folders_of_the_project_are_no_packages_and_what_has_no_version_is_said()
    {
        var inventory = Read.Package(("index.js", ""), ("pnpm-lock.yaml", """
            lockfileVersion: '6.0'
            packages:
              file:packages/own:
                resolution: {directory: packages/own, type: directory}
                name: own
              github.com/x/short/0123:
                resolution: {tarball: https://example.com/short.tgz}
                name: short
            """));

        Assert.Empty(inventory.Components);
        Assert.Contains("'short'", Assert.Single(inventory.Gaps).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("- 1")]
    [InlineData("packages: {}")]
    [InlineData("lockfileVersion: 5.4\npackages: &a\n  x: *a\n")]
    [InlineData("lockfileVersion: 5.4\n  packages: [\n")]
    public void Malformed_lock_files_are_gaps(string text)
    {
        var gap = Assert.Single(Read.Package(("index.js", ""), ("pnpm-lock.yaml", text)).Gaps);

        Assert.Equal((GapKind.Unread, "pnpm-lock.yaml", "pnpm-lock"), (gap.Kind, gap.Scope.Path, gap.Scope.Cataloger));
    }

    [Theory]
    [InlineData("lockfileVersion: 5.4\npackages: [1, 2]\n")]
    [InlineData("lockfileVersion: 5.4\npackages:\n  /: 1\n  '': 2\n  '@': {}\n  /@/1: {}\n  _: {}\n  '(': {}\n")]
    [InlineData("lockfileVersion: 9\nimporters: 7\nsnapshots: x\n")]
    public void Members_of_the_wrong_kind_do_no_harm(string text) => Assert.Empty(Read.Package(("index.js", ""), ("pnpm-lock.yaml", text)).Components);

    [Fact]
    public void Nesting_too_deep_to_be_true_is_a_gap() =>
        Assert.Equal(GapKind.Limit, Assert.Single(Read.Package(("index.js", ""), ("pnpm-lock.yaml", "a: " + new string('[', 5_000))).Gaps).Kind);
}
