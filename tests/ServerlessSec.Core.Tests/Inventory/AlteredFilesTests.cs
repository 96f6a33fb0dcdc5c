using System.Security.Cryptography;
using System.Text;
using CsCheck;
using ServerlessSec.Inventory.Python;
using ServerlessSec.Packages;
using ServerlessSec.Shared;

namespace ServerlessSec.Inventory;

public class AlteredFilesTests
{
    private const string Metadata = "Name: six\nVersion: 1.0\n";

    [Fact]
    public void Code_with_another_digest_is_altered_and_belongs_to_its_component()
    {
        var inventory = Package(("six.py", "evil"), ("lib/more.py", "good"), ("six-1.0.dist-info/RECORD", $"six.py,{Sha("good")},4\nlib/more.py,{Sha("good")},4\n"));
        Assert.Equal(new AlteredFile("six.py", null, "pkg:pypi/six@1.0", false), Assert.Single(inventory.Altered));
    }

    [Theory]
    [InlineData("six.py", "gone.py,{bad},4")]
    [InlineData("six.py", "six.py,,")]
    [InlineData("six.py", "six.py,md5=abc,4")]
    [InlineData("six.py", "six.py,sha256=tooshort,4")]
    [InlineData("six.pyc", "six.pyc,{bad},4")]
    [InlineData("six.json", "six.json,{bad},4")]
    [InlineData("six.py", "../../six.py,{bad},4", "deep/er/six-1.0.dist-info/")]
    [InlineData("six.py", "six.py,{good},99")]
    [InlineData("six.py", "\"six.py\",\"{good}\",\"4\"\r\n")]
    [InlineData("six.py", "six.py,{bad},4\nsix.py,{good},4")]
    public void Is_silent_about(string path, string record, string info = "six-1.0.dist-info/")
    {
        record = record.Replace("{bad}", Sha("other"), StringComparison.Ordinal).Replace("{good}", Sha("good"), StringComparison.Ordinal);
        var isOutside = info.StartsWith("deep", StringComparison.Ordinal);
        var inventory = Read.Package((path, "good"), (info + "METADATA", Metadata), (info + "RECORD", record));
        Assert.Equal(isOutside ? 1 : 0, inventory.Altered.Length);
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha384")]
    [InlineData("sha512")]
    public void Trusts_digests_of_every_strength(string algorithm)
    {
        Assert.Empty(Package(("six.py", "good"), ("six-1.0.dist-info/RECORD", $"six.py,{Sha("good", algorithm)},4")).Altered);
        Assert.Single(Package(("six.py", "evil"), ("six-1.0.dist-info/RECORD", $"six.py,{Sha("good", algorithm)},4")).Altered);
    }

    [Fact]
    public void What_a_second_record_describes_is_not_altered()
    {
        // Left behind by an upgrade into the same folder, or shared as namespace packages are.
        var inventory = Package(
            ("six.py", "new"), ("six-1.0.dist-info/RECORD", $"six.py,{Sha("old")},3"),
            ("six-2.0.dist-info/METADATA", "Name: six\nVersion: 2.0\n"), ("six-2.0.dist-info/RECORD", $"six.py,{Sha("new")},3"));
        Assert.Empty(inventory.Altered);
    }

    [Fact]
    public void What_another_layer_laid_over_it_is_not_altered()
    {
        using var tree = PackageTree.WithLayers(
            Memory(("app.py", "x")),
            [
                new("old", Memory(("python/six.py", "old"), ("python/six-1.0.dist-info/METADATA", Metadata), ("python/six-1.0.dist-info/RECORD", $"six.py,{Sha("old")},3"))),
                new("new", Memory(("python/six.py", "new"))),
            ],
            ScanLimits.Default);
        Assert.Empty(InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken).Altered);
    }

    [Fact]
    public void Smaller_machine_code_without_symbols_was_stripped()
    {
        // The header of an ELF file of 64 bits without sections.
        var elf = new byte[128];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(elf);
        elf[16] = 3;
        elf[18] = 62;
        elf[52] = 64;
        var zip = new Zips().Add("six.so", elf).Add("six-1.0.dist-info/METADATA", Metadata).Add("six-1.0.dist-info/RECORD", $"six.so,{Sha("long before")},9000").ToArray();
        Assert.True(Assert.Single(Read.Package(zip).Altered).IsStripped);
        zip = new Zips().Add("six.so", elf).Add("six-1.0.dist-info/METADATA", Metadata).Add("six-1.0.dist-info/RECORD", $"six.so,{Sha("long before")},100").ToArray();
        Assert.False(Assert.Single(Read.Package(zip).Altered).IsStripped);
        Assert.False(Assert.Single(Package(("six.so", "\u007fELF"), ("six-1.0.dist-info/RECORD", $"six.so,{Sha("x")},9000")).Altered).IsStripped);
    }

    [Fact]
    public void Files_that_would_have_to_be_fetched_are_not_asked()
    {
        using var tree = new PackageTree(new Distant(Memory(("six.py", "evil"), ("six-1.0.dist-info/METADATA", Metadata), ("six-1.0.dist-info/RECORD", $"six.py,{Sha("good")},4"))), ScanLimits.Default);
        Assert.Empty(InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken).Altered);
    }

    [Fact]
    public void Too_much_to_read_is_a_gap()
    {
        var zip = Zips.Of(("six.py", new string('x', 40_000)), ("six-1.0.dist-info/METADATA", Metadata), ("six-1.0.dist-info/RECORD", $"six.py,{Sha("x")},4"));
        var inventory = Read.Package(zip, ScanLimits.Default with { TotalBytes = 60_000 });
        Assert.Empty(inventory.Altered);
        Assert.Contains(inventory.Gaps, gap => gap is { Kind: GapKind.Limit, Reason: "integrity limit" });
    }

    [Fact]
    public void A_damaged_file_is_a_gap_and_no_finding()
    {
        var zip = new Zips().Add("six.py", "evil"u8.ToArray(), crc: 1).Add("six-1.0.dist-info/METADATA", Metadata).Add("six-1.0.dist-info/RECORD", $"six.py,{Sha("good")},4").ToArray();
        Assert.Empty(Read.Package(zip).Altered);
        Assert.NotEmpty(Read.Package(zip).Gaps);
    }

    [Fact]
    public void Any_text_is_read_as_a_record_without_harm() =>
        Gen.String[Gen.Char["a\",=\n\r\\/."], 0, 60].Sample(text =>
        {
            foreach (var row in RecordFile.Read(Encoding.UTF8.GetBytes(text))) Assert.NotEmpty(row.Path);
        });

    [Theory]
    [InlineData("py-flask-flat", "yaml/_yaml.cpython-311-x86_64-linux-gnu.so")]
    [InlineData("py-pyenv-modern")]
    public void Of_real_packages_only_what_was_stripped_differs(string name, params string[] stripped)
    {
        var file = Path.Combine(Requires.Corpus("packages"), $"{name}.zip");
        using var tree = new PackageTree(ZipContainer.Open(File.OpenRead(file), ScanLimits.Default), ScanLimits.Default);
        var altered = InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken).Altered;
        Assert.Equal(stripped.Select(path => (path, true)), altered.Select(found => (found.Path, found.IsStripped)));
    }

    private static PackageInventory Package(params (string Path, string Text)[] files) => Read.Package([.. files, ("six-1.0.dist-info/METADATA", Metadata)]);

    private static MemoryContainer Memory(params (string Path, string Text)[] files) => new([.. files.Select(file => (file.Path, Encoding.UTF8.GetBytes(file.Text)))], []);

    private static string Sha(string text, string algorithm = "sha256")
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var digest = algorithm switch { "sha384" => SHA384.HashData(bytes), "sha512" => SHA512.HashData(bytes), _ => SHA256.HashData(bytes) };
        return $"{algorithm}={Convert.ToBase64String(digest).TrimEnd('=').Replace('+', '-').Replace('/', '_')}";
    }

    /// <summary>Files on the other side of a wire.</summary>
    private sealed class Distant(FileContainer inner) : FileContainer
    {
        public override System.Collections.Immutable.ImmutableArray<ContainedFile> Files => inner.Files;

        public override System.Collections.Immutable.ImmutableArray<Gap> Gaps => inner.Gaps;

        public override Stream Open(int index) => inner.Open(index);

        public override bool IsAtHand(int index) => false;
    }
}
