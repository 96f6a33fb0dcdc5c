using System.Buffers.Binary;
using CsCheck;
using ServerlessSec.Inventory.Binaries;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Go;

public class GoBuildInfoTests
{
    private const string Modules = "path\texample.com/fn\nmod\texample.com/fn\t(devel)\t\ndep\tgolang.org/x/text\tv0.3.7\th1:x=\ndep\tgithub.com/Old/Thing\tv1.0.0+incompatible\nbuild\t-compiler=gc\n";

    private static readonly string[] Expected = ["pkg:golang/github.com/Old/Thing@v1.0.0%2Bincompatible", "pkg:golang/golang.org/x/text@v0.3.7", "pkg:golang/stdlib@1.21.8"];

    public static TheoryData<string, byte[]> Images => new()
    {
        { "inline, ELF", Programs.Elf(GoPrograms.Inline("go1.21.8", Modules)) },
        { "inline, ELF of 32 bits", Programs.Elf(GoPrograms.Inline("go1.21.8", Modules), isWide: false) },
        { "inline, further on in the data", Programs.Elf([.. new byte[3 << 20], .. GoPrograms.Inline("go1.21.8", Modules)]) },
        { "inline, across the edge of what is read at once", Programs.Elf([.. new byte[(1 << 20) - 16], .. GoPrograms.Inline("go1.21.8", Modules)]) },
        { "inline, PE", Programs.Pe(GoPrograms.Inline("go1.21.8", Modules)) },
        { "inline, Mach-O", Programs.MachO(GoPrograms.Inline("go1.21.8", Modules), "__go_buildinfo") },
        { "pointed, 64 bits", Programs.Elf(GoPrograms.Pointed("go1.21.8", Modules, isWide: true, isBig: false)) },
        { "pointed, 32 bits", Programs.Elf(GoPrograms.Pointed("go1.21.8", Modules, isWide: false, isBig: false), isWide: false) },
        { "pointed, big-endian", Programs.Elf(GoPrograms.Pointed("go1.21.8", Modules, isWide: true, isBig: true), isBig: true) },
    };

    [Theory, MemberData(nameof(Images), DisableDiscoveryEnumeration = true)]
    public void Lists_modules_and_toolchain_of_a_program(string name, byte[] program)
    {
        foreach (var stored in (bool[])[false, true])
        {
            var inventory = Read.Package(new Zips().Add("bootstrap", program, stored).ToArray());

            Assert.Equal(Expected, inventory.Purls());
            Assert.Equal(new Occurrence("bootstrap", null, OccurrenceKind.Installed, "go-build-info"), Assert.Single(inventory.Only("golang.org/x/text").Occurrences));
            Assert.True(inventory.Opaque.IsEmpty && inventory.Gaps.IsEmpty, name);
        }
    }

    [Theory]
    [InlineData("dep\ta.b/c\tv1.0.0\th1:x=\n=>\td.e/f\tv2.0.0\th1:y=\ndep\tg.h/i\tv1.1.0\n", "pkg:golang/d.e/f@v2.0.0 pkg:golang/g.h/i@v1.1.0 pkg:golang/stdlib@1.21.8", 0)]
    [InlineData("dep\ta.b/c\tv1.0.0\n=>\t./local\t(devel)\t\n", "pkg:golang/stdlib@1.21.8", 1)]
    [InlineData("dep\ta.b/c\tv1.0.0\n=>\t../local\t\n", "pkg:golang/stdlib@1.21.8", 1)]
    [InlineData("mod\ta.b/cmd\tv1.2.3\th1:x=\n", "pkg:golang/a.b/cmd@v1.2.3 pkg:golang/stdlib@1.21.8", 0)]
    [InlineData("mod\ta.b/cmd\t(devel)\t\n", "pkg:golang/stdlib@1.21.8", 0)]
    [InlineData("dep\ta.b/c\tv0.0.0-20210322153248-0c34fe9e7dc2\n", "pkg:golang/a.b/c@v0.0.0-20210322153248-0c34fe9e7dc2 pkg:golang/stdlib@1.21.8", 0)]
    public void What_stands_in_a_modules_place_is_what_was_built(string modules, string purls, int gaps)
    {
        var inventory = Read.Package(new Zips().Add("bin/tool", Programs.Elf(GoPrograms.Inline("go1.21.8", modules))).ToArray());

        Assert.Equal(purls.Split(' '), inventory.Purls());
        Assert.Equal(gaps, inventory.Gaps.Count(gap => gap.Scope.Path == "bin/tool"));
    }

    [Theory]
    [InlineData("bootstrap", true)]
    [InlineData("app/main", true)]
    [InlineData("/opt/extensions/agent", true)]
    [InlineData("node_modules/@esbuild/linux-x64/bin/esbuild", true)]
    [InlineData("bin/tool-1.2", true)]
    [InlineData("tool.exe", true)]
    [InlineData("node_modules/a/LICENSE", false)]
    [InlineData("node_modules/a/print-script", false)]
    [InlineData("pip/_vendor/distlib/t64.exe", false)]
    [InlineData("lib/libssl.so.3", false)]
    [InlineData("man/man1/tool.1", false)]
    public void Looks_where_programs_lie(string path, bool isWanted) => Assert.Equal(isWanted, new ProgramCataloger().Wants(path));

    [Theory]
    [InlineData("go1.22.2", "1.22.2")]
    [InlineData("go1.20", "1.20")]
    [InlineData("go1.22.2 X:boringcrypto", "1.22.2")]
    [InlineData("go1.21.4 (Red Hat 1.21.4-1.el9)", "1.21.4")]
    [InlineData("go1.20.5-fips", "1.20.5")]
    [InlineData("go1.19.8b4", "1.19.8")]
    [InlineData("go1.23rc2", "1.23.0-rc.2")]
    [InlineData("go1.18beta1 X:arenas", "1.18.0-beta.1")]
    [InlineData("devel go1.23-2a5b2d9 Mon Feb 5", "1.23")]
    [InlineData("devel +a1b2c3 Mon Feb 5", "")]
    [InlineData("gccgo 12.2", "")]
    [InlineData("go", "")]
    [InlineData("", "")]
    public void The_toolchain_is_the_number_in_its_name(string toolchain, string version) => Assert.Equal(version, GoToolchain.Version(toolchain));

    [Fact]
    public void A_program_without_a_list_is_opaque_and_its_toolchain_known()
    {
        var inventory = Read.Package(new Zips().Add("bootstrap", Programs.Elf(GoPrograms.Inline("go1.17.1", null))).ToArray());

        Assert.Equal(["pkg:golang/stdlib@1.17.1"], inventory.Purls());
        Assert.Equal(new OpaqueFile("bootstrap", null, "compiled"), Assert.Single(inventory.Opaque));
    }

    public static TheoryData<string, byte[]> Forgeries
    {
        get
        {
            var good = Programs.Elf(GoPrograms.Inline("go1.21.8", Modules));
            var endless = GoPrograms.Inline("go1.21.8", Modules);
            endless.AsSpan(32).Fill(0xff);
            var huge = GoPrograms.Inline("go1.21.8", Modules);
            ((ReadOnlySpan<byte>)[0xff, 0xff, 0xff, 0xff, 0x07]).CopyTo(huge.AsSpan(32));
            var wild = GoPrograms.Pointed("go1.21.8", Modules, true, false);
            BinaryPrimitives.WriteUInt64LittleEndian(wild.AsSpan(16), 0xfffffffffffffff0);
            var far = GoPrograms.Pointed("go1.21.8", Modules, true, false);
            BinaryPrimitives.WriteInt64LittleEndian(far.AsSpan(104), long.MaxValue);
            return new()
            {
                { "cut off in the headers", good[..80] },
                { "cut off in the mark", good[..0x408] },
                { "cut off in the list", good[..0x450] },
                { "a length without end", Programs.Elf(endless) },
                { "a length beyond the file", Programs.Elf(huge) },
                { "a pointer to nowhere", Programs.Elf(wild) },
                { "a string beyond the file", Programs.Elf(far) },
                { "a pointer size of another machine", Programs.Elf(GoPrograms.Pointed("go1.21.8", Modules, isWide: false, isBig: false)) },
                { "a segment beyond the file", Programs.Elf(new byte[64], size: ulong.MaxValue) },
            };
        }
    }

    [Theory, MemberData(nameof(Forgeries), DisableDiscoveryEnumeration = true)]
    public void A_forged_program_is_a_gap_and_hides_no_other(string name, byte[] forged)
    {
        var inventory = Read.Package(new Zips()
            .Add("bin/a", forged)
            .Add("bootstrap", Programs.Elf(GoPrograms.Inline("go1.21.8", Modules))).ToArray());

        Assert.Equal(Expected, inventory.Purls());
        Assert.True(inventory.Gaps.Any(gap => gap.Scope.Path == "bin/a"), name);
    }

    /// <summary>Whatever bytes change in a program, reading it ends with an inventory.</summary>
    [Fact]
    public void No_program_brings_it_down()
    {
        byte[][] seeds =
        [
            Programs.Elf(GoPrograms.Inline("go1.21.8", Modules)),
            Programs.Elf(GoPrograms.Pointed("go1.21.8", Modules, false, true), isWide: false, isBig: true),
            Programs.Pe(GoPrograms.Inline("go1.21.8", Modules)),
            Programs.MachO(GoPrograms.Inline("go1.21.8", Modules), "__go_buildinfo"),
        ];
        Gen.Select(Gen.Int[0, seeds.Length - 1], Gen.Select(Gen.Int[0, 1300], Gen.Int[0, 4].Select(kind => (byte)(kind switch { 0 => 0, 1 => 1, 2 => 0x7f, 3 => 0x80, _ => 0xff }))).Array[1, 8], Gen.Int[0, 2000]).Sample(
            (seed, changes, length) =>
            {
                var bytes = seeds[seed].ToArray();
                foreach (var (at, value) in changes) bytes[4 + (at % (bytes.Length - 4))] = value;
                return Read.Package(new Zips().Add("bootstrap", length < 1500 ? bytes : bytes[..(length % bytes.Length)], stored: true).ToArray()).Files == 1;
            },
            iter: 5_000);
    }
}
