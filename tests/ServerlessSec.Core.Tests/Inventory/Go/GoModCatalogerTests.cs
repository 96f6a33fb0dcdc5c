namespace ServerlessSec.Inventory.Go;

public class GoModCatalogerTests
{
    private const string Mod = """
        module example.com/fn // the function

        go 1.21
        toolchain go1.21.8

        require (
            github.com/aws/aws-lambda-go v1.47.0
            golang.org/x/text v0.3.7 // indirect
            "github.com/Big/Case" v2.0.0+incompatible
            example.com/swapped v1.0.0 // indirect
        )
        require gopkg.in/yaml.v3 v3.0.1 // indirect
        replace (
            example.com/swapped v1.0.0 => example.com/fork v1.0.1
            example.com/swapped => ./nowhere
        )
        exclude golang.org/x/text v0.3.6
        retract v0.1.0
        """;

    [Fact]
    public void Lists_what_a_module_requires_with_replacements_in_place()
    {
        var inventory = Read.Package(("main.go", "package main"), ("go.mod", Mod), ("go.sum", "golang.org/x/text v0.3.6 h1:x=\n"));

        Assert.Equal(
            ["pkg:golang/example.com/fork@v1.0.1", "pkg:golang/github.com/Big/Case@v2.0.0%2Bincompatible", "pkg:golang/github.com/aws/aws-lambda-go@v1.47.0", "pkg:golang/golang.org/x/text@v0.3.7", "pkg:golang/gopkg.in/yaml.v3@v3.0.1"],
            inventory.Purls());
        Assert.Equal((Relation.Direct, Relation.Transitive), (inventory.Only("github.com/aws/aws-lambda-go").Relation, inventory.Only("golang.org/x/text").Relation));
        Assert.Equal(new Occurrence("go.mod", null, OccurrenceKind.Locked, "go-mod"), Assert.Single(inventory.Only("golang.org/x/text").Occurrences));
        Assert.Empty(inventory.Gaps);
    }

    [Fact]
    public void Sums_alone_name_what_was_fetched()
    {
        var inventory = Read.Package(("main.go", ""), ("go.sum", "a.b/c v1.0.0 h1:x=\na.b/c v1.0.0/go.mod h1:y=\na.b/d v2.0.0/go.mod h1:z=\n"));

        Assert.Equal(["pkg:golang/a.b/c@v1.0.0"], inventory.Purls());
    }

    [Fact]
    public void A_module_from_a_folder_is_a_gap()
    {
        var inventory = Read.Package(("main.go", ""), ("go.mod", "module m\nrequire a.b/c v1.0.0\nreplace a.b/c => ../c\n"));

        Assert.Empty(inventory.Components);
        Assert.Equal("module without version", Assert.Single(inventory.Gaps).Reason);
    }

    [Theory]
    [InlineData("go.mod", "")]
    [InlineData("go.mod", "require (\n a.b/c\n)\n")]
    [InlineData("go.mod", "module m\nrequire a.b/c\n")]
    [InlineData("go.mod", "module m\nreplace => x\n")]
    [InlineData("go.sum", "a.b/c v1.0.0\n")]
    [InlineData("go.sum", "\u00ff\u00fe")]
    public void Malformed_files_are_gaps(string path, string text) =>
        Assert.Equal("go-mod", Assert.Single(Read.Package(("main.go", ""), (path, text)).Gaps).Scope.Cataloger);
}
