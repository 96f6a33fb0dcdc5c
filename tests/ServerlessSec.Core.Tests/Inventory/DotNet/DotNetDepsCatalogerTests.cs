namespace ServerlessSec.Inventory.DotNet;

public class DotNetDepsCatalogerTests
{
    private static readonly string Deps = $$$$$$"""
        {"runtimeTarget":{"name":".NETCoreApp,Version=v8.0/linux-x64"},
         "targets":{
          ".NETCoreApp,Version=v8.0":{"Old/9.9.9":{"runtime":{"Old.dll":{}}}},
          ".NETCoreApp,Version=v8.0/linux-x64":{
           "Fn/1.0.0":{"dependencies":{"A":"1.0.0","Replaced":"4.3.0"},"runtime":{"Fn.dll":{}}},
           "A/1.0.0":{"dependencies":{"B":"0.9.0"},"runtime":{"lib/net8.0/A.dll":{}}},
           "B/1.2.0-rc.1":{"native":{"runtimes/linux-x64/native/libb.so":{}}},
           "Absent/2.0.0":{"runtime":{"lib/net8.0/Absent.dll":{}}},
           "Replaced/4.3.0":{"dependencies":{"Placeholder":"4.0.0"}},
           "All.Of.It/3.0.0":{"dependencies":{"Half.Of.It":"3.0.0"}},
           "Half.Of.It/3.0.0":{"dependencies":{"A":"1.0.0","Replaced":"4.3.0"}},
           "Placeholder/4.0.0":{"runtime":{"lib/net8.0/_._":{}}},
           "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1":{"runtime":{"System.Runtime.dll":{}}},
           "Sibling/1.0.0":{"runtime":{"Sibling.dll":{}}},
           "Gac.Reference/1.0.0":{"runtime":{"Gac.Reference.dll":{}}}}},
         "libraries":{
          "Fn/1.0.0":{"type":"project"},"Sibling/1.0.0":{"type":"project"},"Gac.Reference/1.0.0":{"type":"reference"},"Old/9.9.9":{"type":"package"},
          "A/1.0.0":{"type":"package","sha512":"sha512-{{{{{{Convert.ToBase64String(new byte[64])}}}}}}"},
          "B/1.2.0-rc.1":{"type":"package","sha512":""},"Absent/2.0.0":{"type":"package"},"Replaced/4.3.0":{"type":"package"},"All.Of.It/3.0.0":{"type":"package"},"Half.Of.It/3.0.0":{"type":"package"},"Placeholder/4.0.0":{"type":"package"},
          "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1":{"type":"runtimepack"}}}
        """;

    [Fact]
    public void Lists_packages_with_files_on_the_target_that_runs_and_those_that_stand_for_them()
    {
        var inventory = Read.Package(("Fn.deps.json", Deps), ("Fn.dll", "MZ"), ("A.dll", "MZ"), ("libb.so", "x"));

        Assert.Equal(
            ["pkg:nuget/A@1.0.0", "pkg:nuget/Absent@2.0.0", "pkg:nuget/All.Of.It@3.0.0", "pkg:nuget/B@1.2.0-rc.1", "pkg:nuget/Half.Of.It@3.0.0", "pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.1"],
            inventory.Purls());
        Assert.Equal([new("SHA-512", new string('0', 128))], inventory.Only("A").Hashes);
        Assert.Equal(["pkg:nuget/B@1.2.0-rc.1"], inventory.Only("A").DependsOn);
        Assert.Equal((Relation.Direct, Relation.Transitive), (inventory.Only("A").Relation, inventory.Only("B").Relation));
        Assert.Equal((OccurrenceKind.Installed, OccurrenceKind.Locked), (inventory.Only("A").Occurrences[0].Kind, inventory.Only("Absent").Occurrences[0].Kind));
        Assert.Empty(inventory.Opaque);
        Assert.Empty(inventory.Gaps);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"targets":{}}""")]
    [InlineData("""{"targets":{"t":{"A/1":{}}}}""")]
    [InlineData("""{"targets":{"t":{"A":{"runtime":{"a.dll":{}}}}},"libraries":{"A":{"type":"package"}}}""")]
    [InlineData("""{"targets":7,"libraries":[]}""")]
    public void Malformed_lists_are_gaps(string text) =>
        Assert.Equal("dotnet-deps", Assert.Single(Read.Package(("Fn.dll", "MZ"), ("Fn.deps.json", text)).Gaps).Scope.Cataloger);
}
