namespace ServerlessSec.Inventory.DotNet;

public class NuGetLockTests
{
    private static readonly string Hash = Convert.ToBase64String(new byte[64]);

    private static readonly string Lock = $$$$$$"""
        {"version":2,"dependencies":{
         "net8.0":{
          "A":{"type":"Direct","requested":"[1.0.0, )","resolved":"1.0.0","contentHash":"{{{{{{Hash}}}}}}","dependencies":{"b":"2.0.0"}},
          "B":{"type":"Transitive","resolved":"2.0.0"},
          "C":{"type":"CentralTransitive","resolved":"3.0.0-rc.1"},
          "D":{"type":"Transitive","resolved":"4.0.0"},
          "shared":{"type":"Project","dependencies":{"D":"4.0.0"}}},
         "net8.0/linux-x64":{"A":{"type":"Direct","resolved":"1.0.1"}}}}
        """;

    private static readonly string Assets = $$$$$$"""
        {"version":3,"targets":{"net8.0":{
          "A/1.0.0":{"type":"package","dependencies":{"b":"2.0.0"},"runtime":{"lib/A.dll":{}}},
          "B/2.0.0":{"type":"package"},"Shared/1.0.0":{"type":"project","dependencies":{"D":"4.0.0"}},"D/4.0.0":{"type":"package"}}},
         "libraries":{"A/1.0.0":{"sha512":"{{{{{{Hash}}}}}}","type":"package"}},
         "project":{"frameworks":{"net8.0":{"dependencies":{"a":{"target":"Package","version":"[1.0.0, )"}} } } } }
        """;

    [Fact]
    public void A_lock_file_names_every_package_of_every_target()
    {
        var inventory = Read.Package(("Fn.cs", ""), ("Fn.csproj", ""), ("packages.lock.json", Lock));

        Assert.Equal(["pkg:nuget/A@1.0.0", "pkg:nuget/A@1.0.1", "pkg:nuget/B@2.0.0", "pkg:nuget/C@3.0.0-rc.1", "pkg:nuget/D@4.0.0"], inventory.Purls());
        var first = inventory.Components[0];
        Assert.Equal((Relation.Direct, Relation.Transitive, Relation.Direct), (first.Relation, inventory.Only("B").Relation, inventory.Only("D").Relation));
        Assert.Equal(["pkg:nuget/B@2.0.0"], first.DependsOn);
        Assert.Equal([new("SHA-512", new string('0', 128))], first.Hashes);
        Assert.Equal(new Occurrence("packages.lock.json", null, OccurrenceKind.Locked, "dotnet-lock"), first.Occurrences[0]);
        Assert.Empty(inventory.Gaps);
    }

    [Fact]
    public void What_a_restore_left_is_read_where_nothing_else_is()
    {
        var inventory = Read.Package(("src/Fn.cs", ""), ("src/obj/project.assets.json", Assets));

        Assert.Equal(["pkg:nuget/A@1.0.0", "pkg:nuget/B@2.0.0", "pkg:nuget/D@4.0.0"], inventory.Purls());
        Assert.Equal((Relation.Direct, Relation.Transitive, Relation.Direct), (inventory.Only("A").Relation, inventory.Only("B").Relation, inventory.Only("D").Relation));
        Assert.Equal(["pkg:nuget/B@2.0.0"], inventory.Only("A").DependsOn);
        Assert.Single(inventory.Only("A").Hashes);
        Assert.All(Read.Package(("src/Fn.cs", ""), ("src/obj/project.assets.json", Assets), ("src/packages.lock.json", Lock)).Components, component => Assert.Equal("dotnet-lock", Assert.Single(component.Occurrences).Cataloger));
    }

    [Fact]
    public void Published_assemblies_outweigh_the_lock_file() =>
        Assert.Equal(["pkg:nuget/X@1.0.0"], Read.Package(
            ("Fn.deps.json", """{"targets":{"t":{"X/1.0.0":{"runtime":{"X.dll":{}}}}},"libraries":{"X/1.0.0":{"type":"package"}}}"""), ("X.dll", "MZ"),
            ("packages.lock.json", Lock), ("obj/project.assets.json", Assets)).Purls());

    [Theory]
    [InlineData("packages.lock.json", "dotnet-lock", "")]
    [InlineData("packages.lock.json", "dotnet-lock", "{}")]
    [InlineData("packages.lock.json", "dotnet-lock", """{"dependencies":{"net8.0":{"A":7}}}""")]
    [InlineData("packages.lock.json", "dotnet-lock", """{"dependencies":{"net8.0":{"A":{"type":"Direct"}}}}""")]
    [InlineData("obj/project.assets.json", "dotnet-assets", "[]")]
    [InlineData("obj/project.assets.json", "dotnet-assets", "{}")]
    [InlineData("obj/project.assets.json", "dotnet-assets", """{"targets":{"t":{"A":{"type":"package"}}}}""")]
    [InlineData("obj/project.assets.json", "dotnet-assets", """{"targets":{"t":{"A/1":[]}}}""")]
    public void Malformed_lock_files_are_gaps(string path, string cataloger, string text) =>
        Assert.Equal(cataloger, Assert.Single(Read.Package(("Fn.cs", ""), (path, text)).Gaps).Scope.Cataloger);
}
