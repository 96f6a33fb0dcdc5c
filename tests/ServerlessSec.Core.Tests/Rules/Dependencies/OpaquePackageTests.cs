using ServerlessSec.Findings;
using ServerlessSec.Inventory;

namespace ServerlessSec.Rules.Dependencies;

public class OpaquePackageTests
{
    private static readonly Component Lodash = new() { Purl = new("npm", null, "lodash", "4.17.21"), Ecosystem = "npm", Name = "lodash", Version = "4.17.21" };

    [Fact]
    public void Plain_code_without_dependencies_is_understood() =>
        Assert.Empty(Check(new() { Files = 3, CodeFiles = 2 }));

    [Fact]
    public void Tells_each_reason_once_and_weighs_more_where_nothing_was_named()
    {
        PackageInventory inventory = new() { Opaque = [new("b.js", null, "bundled"), new("a.js", null, "bundled"), new("bootstrap", null, "compiled")], Files = 3, CodeFiles = 3 };
        Assert.Equal([("package bundled", "a.js", Severity.Medium), ("package compiled", "bootstrap", Severity.Medium)], Check(inventory)
            .Select(f => (f.Place, f.Location!.File!, f.Severity)));
        Assert.All(Check(inventory with { Components = [Lodash] }), f => Assert.Equal(Severity.Low, f.Severity));
    }

    [Fact]
    public void A_low_verdict_weighs_more_tells_the_share_and_names_all_that_is_not_explained()
    {
        PackageInventory inventory = new()
        {
            Components = [Lodash],
            Opaque = [new("b.js", null, "bundled")],
            Completeness = new()
            {
                CodeFiles = 10,
                CodeBytes = 1000,
                Identified = 3,
                FirstParty = 1,
                Unexplained = [new("no manifest", 5, 100, ["node_modules/x/a.js"]), new("bundled", 1, 500, ["b.js"])]
            },
        };
        Assert.Equal(
            [("package bundled", "b.js", Severity.Medium), ("package no manifest", "node_modules/x/a.js", Severity.Medium)],
            Check(inventory).Select(f => (f.Place, f.Location!.File!, f.Severity)));
        Assert.Equal("The package of Checkout could not be understood in full: bundled (b.js); 40% of its code is explained.", Check(inventory)[0].Message);

        // Enough is explained: only what was opaque before is told, and weighs little.
        var partial = inventory with
        {
            Completeness =
            inventory.Completeness with { Identified = 8, FirstParty = 1, Unexplained = [new("no manifest", 1, 10, ["node_modules/x/a.js"])] }
        };
        Assert.Equal([("package bundled", Severity.Low)], Check(partial).Select(f => (f.Place, f.Severity)));
    }

    [Fact]
    public void A_package_that_is_opaque_as_a_whole_has_no_path()
    {
        var finding = Assert.Single(Check(new() { Opaque = [new("", null, "no code")] }));
        Assert.Null(finding.Location);
        Assert.Equal("The package of Checkout holds no code that a runtime could run: most likely it was not built.", finding.Message);
        Assert.Contains("Build", finding.Fix, StringComparison.Ordinal);
    }

    private static Finding[] Check(PackageInventory inventory) =>
        [.. new OpaquePackage().Check(Given.Package(new() { Id = "Checkout", Inventory = inventory }))];
}
