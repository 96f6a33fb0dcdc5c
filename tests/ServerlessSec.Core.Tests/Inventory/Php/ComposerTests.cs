namespace ServerlessSec.Inventory.Php;

public class ComposerTests
{
    private static readonly string Hash = new('a', 40);

    private static readonly string Packages = $$$"""
        [{"name":"acme/http","version":"v7.4.0","license":["MIT"],"require":{"php":">=8","ext-json":"*","acme/psr7":"^1.8"},"dist":{"type":"zip","shasum":"{{{Hash}}}"}},
         {"name":"Acme/psr7","version":"1.8.3","dist":{"type":"zip","shasum":""}},
         {"name":"nonsense","version":"1.0.0"}, 7]
        """;

    [Fact]
    public void Reads_the_lock_file_with_the_project_beside_it()
    {
        var inventory = Read.Package(
            ("index.php", ""),
            ("composer.json", """{"require":{"php":"^8","acme/http":"^7"},"require-dev":{"acme/test":"*"}}"""),
            ("composer.lock", $$$"""{"packages":{{{Packages}}},"packages-dev":[{"name":"acme/test","version":"9.0.0"},{"name":"acme/own","version":"dev-main","dist":{"type":"path"}}]}"""));

        Assert.Equal(["pkg:composer/acme/http@v7.4.0", "pkg:composer/acme/psr7@1.8.3", "pkg:composer/acme/test@9.0.0"], inventory.Purls());
        Assert.Equal(["acme/test"], inventory.Components.Where(static c => c.Development).Select(static c => c.Name));
        var http = inventory.Only("acme/http");
        Assert.Equal(("Packagist", Relation.Direct, "MIT"), (http.Ecosystem, http.Relation, Assert.Single(http.Licences)));
        Assert.Equal([new("SHA-1", Hash)], http.Hashes);
        Assert.Contains("'nonsense'", Assert.Single(inventory.Gaps).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void What_Composer_installed_is_the_truth(bool isList)
    {
        var inventory = Read.Package(
            ("index.php", ""),
            ("composer.lock", """{"packages":[{"name":"acme/http","version":"v6.0.0"},{"name":"acme/pruned","version":"1.0.0"}]}"""),
            ("vendor/composer/installed.json", isList ? Packages : $$"""{"packages":{{Packages}},"dev":false}"""));

        Assert.Equal(["pkg:composer/acme/http@v7.4.0", "pkg:composer/acme/psr7@1.8.3"], inventory.Purls());
        Assert.Equal(OccurrenceKind.Installed, Assert.Single(inventory.Only("acme/http").Occurrences).Kind);
        Assert.Empty(inventory.Gaps);
    }

    [Theory]
    [InlineData("composer.lock")]
    [InlineData("vendor/composer/installed.json")]
    public void Who_needs_a_package_may_write_it_otherwise_or_name_one_that_it_stands_for(string path)
    {
        const string Text = """
            {"packages":[{"name":"acme/door","version":"1.0.0","require":{"ACME/house":"*","acme/window":"*","psr/log-implementation":"*"}},
              {"name":"Acme/House","version":"2.0.0","replace":{"acme/window":"self.version"}},
              {"name":"acme/log","version":"3.0.0","provide":{"psr/log-implementation":"3.0.0"}}]}
            """;

        var inventory = Read.Package(("index.php", ""), (path, Text));

        Assert.Equal(["pkg:composer/acme/house@2.0.0", "pkg:composer/acme/log@3.0.0"], inventory.Only("acme/door").DependsOn);
    }

    [Theory]
    [InlineData("composer.lock", "", "composer-lock")]
    [InlineData("composer.lock", "{}", "composer-lock")]
    [InlineData("vendor/composer/installed.json", "{}", "composer-installed")]
    [InlineData("vendor/composer/installed.json", "7", "composer-installed")]
    [InlineData("vendor/composer/installed.json", """{"packages":{}}""", "composer-installed")]
    public void Malformed_files_are_gaps(string path, string text, string cataloger)
    {
        var gap = Assert.Single(Read.Package(("index.php", ""), (path, text)).Gaps);

        Assert.Equal((GapKind.Unread, path, cataloger), (gap.Kind, gap.Scope.Path, gap.Scope.Cataloger));
    }
}
