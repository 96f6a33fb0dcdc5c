using CsCheck;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.DotNet;

public class SingleFileBundleTests
{
    private const string List = """{"targets":{"t":{"Fn/1.0.0":{"dependencies":{"A":"1.0.0"},"runtime":{"Fn.dll":{}}},"A/1.2.3":{"runtime":{"lib/net8.0/A.dll":{}}},"B/2.0.0":{"native":{"runtimes/b.so":{}}}}},"libraries":{"Fn/1.0.0":{"type":"project"},"A/1.2.3":{"type":"package"},"B/2.0.0":{"type":"package"}}}""";

    [Theory, InlineData(1), InlineData(2), InlineData(6)]
    public void The_list_in_a_bundle_is_read_as_if_it_lay_beside(uint version)
    {
        var inventory = Read.Package(new Zips().Add("bootstrap", Assemblies.Bundle(version, List, "Fn.dll", "A.dll")).ToArray());

        Assert.Equal(["pkg:nuget/A@1.2.3", "pkg:nuget/B@2.0.0"], inventory.Purls());
        Assert.Equal(new Occurrence("bootstrap!/Fn.deps.json", null, OccurrenceKind.Installed, "dotnet-bundle"), inventory.Only("A").Occurrences[0]);
        Assert.Equal((OccurrenceKind.Locked, Relation.Direct), (inventory.Only("B").Occurrences[0].Kind, inventory.Only("A").Relation));
        Assert.Empty(inventory.Opaque);
        Assert.Empty(inventory.Gaps);
    }

    [Fact]
    public void A_bundle_without_a_list_is_opaque() =>
        Assert.Equal(new OpaqueFile("bootstrap", null, "bundled"), Assert.Single(Read.Package(new Zips().Add("bootstrap", Assemblies.Bundle(6, null, "Fn.dll")).ToArray()).Opaque));

    [Theory, InlineData(0u), InlineData(7u), InlineData(uint.MaxValue)]
    public void A_bundle_of_another_version_is_a_gap(uint version) =>
        Assert.Contains(Read.Package(new Zips().Add("bootstrap", Assemblies.Bundle(version, List)).ToArray()).Gaps, gap => gap.Scope.Cataloger == "program");

    [Fact]
    public void A_host_without_a_bundle_is_compiled_code()
    {
        var host = Assemblies.Bundle(6, List, "Fn.dll");
        host.AsSpan(0x400 + 64, 8).Clear();

        Assert.Equal(new OpaqueFile("bootstrap", null, "compiled"), Assert.Single(Read.Package(new Zips().Add("bootstrap", host).ToArray()).Opaque));
    }

    /// <summary>Whatever bytes change in a bundle, reading it ends with an inventory.</summary>
    [Fact]
    public void No_bundle_brings_it_down()
    {
        var seed = Assemblies.Bundle(6, List, "Fn.dll", "A.dll");
        Gen.Select(Gen.Select(Gen.Int[0x440, seed.Length - 1], Gen.Byte).Array[1, 6], Gen.Int[0x440, 2 * seed.Length]).Sample(
            (changes, length) =>
            {
                var bytes = seed.ToArray();
                foreach (var (at, value) in changes) bytes[at] = value;
                return Read.Package(new Zips().Add("bootstrap", length < seed.Length ? bytes[..length] : bytes, stored: true).ToArray()).Files == 1;
            },
            iter: 5_000);
    }
}
