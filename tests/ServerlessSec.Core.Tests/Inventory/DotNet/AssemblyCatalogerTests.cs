using CsCheck;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.DotNet;

public class AssemblyCatalogerTests
{
    [Theory]
    [InlineData("12.0.3+7c3d7f8da7e35dde8fa74188b0decff70f8f10e3", "12.0.3.23909", "12.0.3")]
    [InlineData("2.1.4+7ea7e630ac26dee3a9ceb4e322637a05a47e4854", "2.0.20168.4", "2.1.4")]
    [InlineData("1.0.0+0bf57e2eb388e3cdd824b8a7c91a7ab9e0a6a50e", "3.7.402.0", "3.7.402")]
    [InlineData("1.0.0", "3.7.304.1", "3.7.304.1")]
    [InlineData("1.0.0", "1.0.0.0", "1.0.0")]
    [InlineData("1.16.0.4ab8c0", "1.16.0", "1.16.0")]
    [InlineData("6.8.0.11012235604.824068adaeb7b158df2b36d8787f689646e715e0", "6.8.0.11012", "6.8.0")]
    [InlineData("2.9.0-master-655778f+655778f74384f682d2c8705ab4883c39ef17e44d", "2.9.0.0", "2.9.0")]
    [InlineData("5.0.0-main-4f61421", "5.0.0.0", "5.0.0")]
    [InlineData("9.0.0-preview.3.24172.9+9e6ba1f68c6a9c7206dacdf1e4cac67ea19931eb", "9.0.24.17209", "9.0.0-preview.3.24172.9")]
    [InlineData("1.2.0-rc1", "1.2.0.0", "1.2.0-rc1")]
    [InlineData("4.21.1.0", "4.21.1.0", "4.21.1")]
    [InlineData("3.1.0+0f7f38c4fd323b26da10cce95f857f77f0f09b48", "4.700.19.56404", "")]
    [InlineData("4.700.22.51706", "4.700.22.51706", "")]
    [InlineData("4.6.26919.02 @BuiltBy: dlab14 @Branch: release/2.1", "4.6.26919.02", "")]
    [InlineData("build of today", "1.2.3.4", "")]
    [InlineData("", "", "")]
    [InlineData("99999999999999999999999.1", "1.0.0.0", "")]
    public void The_informational_version_wins_unless_it_counts_builds(string informational, string file, string version) =>
        Assert.Equal(version, AssemblyVersion.Of(informational, file));

    [Fact]
    public void Assemblies_that_no_list_accounts_for_are_named_by_their_resources()
    {
        var inventory = Read.Package(new Zips()
            .Add("Fn.runtimeconfig.json", """{"runtimeOptions":{"framework":{"name":"Microsoft.NETCore.App","version":"8.0.0"}}}""")
            .Add("Fn.dll", Assemblies.Of("Fn.dll", "3.1.4", "3.1.4.0"))
            .Add("Shared.dll", Assemblies.Of("Shared.dll", "1.0.0", "1.0.0.0", company: "Shared"))
            .Add("Newtonsoft.Json.dll", Assemblies.Of("Newtonsoft.Json.dll", "12.0.3+7c3d7f8", "12.0.3.23909"))
            .Add("de/Fn.resources.dll", Assemblies.Of("Fn.resources.dll", "3.1.4", "3.1.4.0"))
            .Add("System.Data.SqlClient.dll", Assemblies.Of("System.Data.SqlClient.dll", "4.700.22.51706", "4.700.22.51706"))
            .Add("Renamed.dll", Assemblies.Of("Original.dll", "5.0.0", "5.0.0.0"))
            .Add("native.dll", Assemblies.Of("native.dll", "5.0.0", "5.0.0.0", isManaged: false)).ToArray());

        Assert.Equal(["pkg:nuget/Newtonsoft.Json@12.0.3"], inventory.Purls());
        Assert.Equal(new Occurrence("Newtonsoft.Json.dll", null, OccurrenceKind.Installed, "dotnet-assembly"), Assert.Single(inventory.Components[0].Occurrences));
        Assert.Equal(["Renamed.dll", "System.Data.SqlClient.dll", "native.dll"], inventory.Opaque.Select(file => file.Path));
    }

    [Fact]
    public void The_list_outweighs_the_resources()
    {
        var inventory = Read.Package(new Zips()
            .Add("Fn.deps.json", """{"targets":{"t":{"Fn/1.0.0":{"runtime":{"Fn.dll":{}}},"System.Data.SqlClient/4.8.5":{"runtime":{"lib/x/System.Data.SqlClient.dll":{"fileVersion":"4.700.22.51706"}}}}},"libraries":{"Fn/1.0.0":{"type":"project"},"System.Data.SqlClient/4.8.5":{"type":"package"}}}""")
            .Add("Fn.dll", Assemblies.Of("Fn.dll", "3.1.4", "3.1.4.0"))
            .Add("System.Data.SqlClient.dll", Assemblies.Of("System.Data.SqlClient.dll", "4.9.9", "4.9.9.0"))
            .Add("Plugin.Thing.dll", Assemblies.Of("Plugin.Thing.dll", "2.5.0", "2.5.0.0")).ToArray());

        Assert.Equal(["pkg:nuget/Plugin.Thing@2.5.0", "pkg:nuget/System.Data.SqlClient@4.8.5"], inventory.Purls());
    }

    [Theory]
    [InlineData("{\"runtimeOptions\":{\"framework\":{\"name\":\"Microsoft.NETCore.App\",\"version\":\"8.0.0\"}}}", "")]
    [InlineData("{\"runtimeOptions\":{\"includedFrameworks\":[{\"name\":\"Microsoft.NETCore.App\",\"version\":\"8.0.1\"},{\"name\":\"Microsoft.AspNetCore.App\",\"version\":\"8.0.2\"}]}}", "pkg:nuget/Microsoft.AspNetCore.App.Runtime.linux-arm64@8.0.2 pkg:nuget/Microsoft.NETCore.App.Runtime.linux-arm64@8.0.1")]
    public void A_framework_that_came_along_is_a_component_and_one_that_is_asked_for_is_not(string config, string purls)
    {
        byte[] library = [.. "\u007fELF"u8, .. new byte[14], 0xb7, 0];
        var inventory = Read.Package(new Zips().Add("Fn.runtimeconfig.json", config).Add("libcoreclr.so", library).ToArray());

        Assert.Equal(purls.Split(' ', StringSplitOptions.RemoveEmptyEntries), inventory.Purls());
    }

    [Fact]
    public void A_runtime_without_papers_is_one_component()
    {
        byte[] Of(string name) => Assemblies.Of(name, "8.0.1-servicing.23580.1+bf5e279d9239bfef5bb1b8d6212f1b971c434606", "8.0.123.58001", "Microsoft Corporation", "Microsoft\u00ae .NET");
        byte[] library = [.. "\u007fELF"u8, .. new byte[14], 0x3e, 0];
        var inventory = Read.Package(new Zips()
            .Add("libcoreclr.so", library)
            .Add("System.Private.CoreLib.dll", Of("System.Private.CoreLib.dll")).Add("System.Text.Json.dll", Of("System.Text.Json.dll")).ToArray());

        Assert.Equal(["pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.1"], inventory.Purls());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"runtimeOptions":7}""")]
    [InlineData("""{"runtimeOptions":{"includedFrameworks":[7]}}""")]
    [InlineData("""{"runtimeOptions":{"includedFrameworks":[{"name":"a"}]}}""")]
    public void Malformed_configurations_are_gaps(string text) =>
        Assert.Equal("dotnet-runtimeconfig", Assert.Single(Read.Package(("index.js", ""), ("Fn.runtimeconfig.json", text)).Gaps).Scope.Cataloger);

    /// <summary>Whatever bytes change in an assembly, reading it ends with an inventory.</summary>
    [Fact]
    public void No_assembly_brings_it_down()
    {
        var seed = Assemblies.Of("Thing.dll", "1.2.3", "1.2.3.0");
        Gen.Select(Gen.Select(Gen.Int[2, seed.Length - 1], Gen.Byte).Array[1, 6], Gen.Int[0, 2 * seed.Length]).Sample(
            (changes, length) =>
            {
                var bytes = seed.ToArray();
                foreach (var (at, value) in changes) bytes[at] = value;
                return Read.Package(new Zips().Add("Thing.dll", length < seed.Length ? bytes[..length] : bytes, stored: true).ToArray()).Files == 1;
            },
            iter: 5_000);
    }
}
