using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Microsoft.Win32.SafeHandles;
using ServerlessSec.Inventory;
using ServerlessSec.Packages;
using ServerlessSec.Shared;

namespace ServerlessSec.Sources.Packages;

public sealed class RangedZipTests(ITestOutputHelper output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_what_catalogers_ask_for_is_fetched()
    {
        var zip = Zip(60, 200_000);
        var server = new RangeServer(zip);
        using var file = await OpenAsync(server);
        using var tree = new PackageTree(await RangedZip.OpenAsync(file!, Digest(zip), withCode: false, ScanLimits.Default, Stop), ScanLimits.Default);
        var inventory = InventoryReader.Read(tree, ScanLimits.Default, Stop);
        Assert.Equal(60, inventory.Components.Length);
        Assert.InRange(file!.Fetched, 1, zip.Length / 10);

        // What nobody announced is there all the same.
        var code = tree.ReadAll(tree.Find("node_modules/p7/index.js")!, 1 << 20);
        Assert.Equal(200_000, code.Length);
        Assert.Empty(tree.Gaps);
    }

    [Theory]
    [InlineData(10, 100, true, false)]
    [InlineData(10, 100, true, true)]
    [InlineData(60, 200_000, false, false)]
    public async Task A_small_package_and_a_server_without_ranges_give_the_whole_and_it_is_held_to_its_digest(int packages, int bytes, bool ranges, bool picky)
    {
        var zip = Zip(packages, bytes);
        using (var file = await OpenAsync(new(zip) { KnowsRanges = ranges, IsPicky = picky }))
        using (var whole = await RangedZip.OpenAsync(file!, Digest(zip), withCode: false, ScanLimits.Default, Stop))
            Assert.Equal(2 * packages, whole.Files.Length);
        using var other = await OpenAsync(new(zip) { KnowsRanges = ranges, IsPicky = picky });
        var lie = await Assert.ThrowsAsync<FormatException>(() => RangedZip.OpenAsync(other!, Digest([1]), withCode: false, ScanLimits.Default, Stop));
        Assert.Contains("digest", lie.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_fails_now_and_then_is_asked_again_and_one_that_always_fails_is_given_up()
    {
        var zip = Zip(60, 200_000);
        using (var file = await OpenAsync(new(zip) { Failures = 2 }))
        using (var content = await RangedZip.OpenAsync(file!, null, withCode: false, ScanLimits.Default, Stop))
            Assert.Equal(120, content.Files.Length);
        using var lost = await OpenAsync(new(zip) { Failures = 1_000 });
        await Assert.ThrowsAsync<FormatException>(() => RangedZip.OpenAsync(lost!, null, withCode: false, ScanLimits.Default, Stop));
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_read_is_not_mixed_from_both()
    {
        var server = new RangeServer(Zip(60, 200_000));
        using var file = await OpenAsync(server);
        using var tree = new PackageTree(await RangedZip.OpenAsync(file!, null, withCode: false, ScanLimits.Default, Stop), ScanLimits.Default);
        server.Version = "\"two\"";
        Assert.Throws<UnreadFileException>(() => tree.ReadAll(tree.Find("node_modules/p30/index.js")!, 1 << 20));
        Assert.Contains("changed while it was read", Assert.Single(tree.Gaps).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_address_gives_nothing_and_what_is_empty_too_long_or_off_is_said()
    {
        Assert.Null(await OpenAsync(new([1]) { Refusal = HttpStatusCode.Forbidden }));
        await Assert.ThrowsAsync<HttpRequestException>(() => OpenAsync(new([1]) { Refusal = HttpStatusCode.ServiceUnavailable }));
        await Assert.ThrowsAsync<FormatException>(() => OpenAsync(new([])));
        await Assert.ThrowsAsync<FormatException>(() => OpenAsync(new([]) { KnowsRanges = false }));
        await Assert.ThrowsAsync<LimitReachedException>(() => OpenAsync(new(new byte[1_000]), 999));
        await Assert.ThrowsAsync<LimitReachedException>(() => OpenAsync(new(new byte[1_000]) { KnowsRanges = false }, 999));
        using var off = await OpenAsync(new(Zip(60, 200_000)) { IsOff = true });
        await Assert.ThrowsAsync<FormatException>(() => RangedZip.OpenAsync(off!, null, withCode: false, ScanLimits.Default, Stop));
        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), "ranged-*"));
    }

    [Fact]
    public void Whatever_is_read_in_whatever_order_is_what_the_file_holds()
    {
        var content = RandomNumberGenerator.GetBytes(700_000);
        Gen.Select(Gen.Int[0, 699_999], Gen.Int[1, 200_000]).Array[1, 12].Sample(
            reads =>
            {
                using var file = OpenAsync(new(content)).GetAwaiter().GetResult()!;
                foreach (var (offset, length) in reads)
                {
                    var expected = content.AsSpan(offset, Math.Min(length, content.Length - offset));
                    var actual = new byte[length];
                    if (file.ReadUpTo(offset, actual) != expected.Length || !expected.SequenceEqual(actual.AsSpan(0, expected.Length))) return false;
                }

                return file.Fetched <= content.Length;
            },
            iter: 200);
    }

    /// <summary>About a tenth of a typical package comes over the wire for its inventory; most of that is the archive's directory.</summary>
    [Theory]
    [InlineData("npm-express-old", 0.10)]
    [InlineData("py-pyenv-modern", 0.10)]
    [InlineData("py-flask-flat", 0.10)]
    [InlineData("npm-layer", 0.12)]
    public async Task An_inventory_of_a_real_package_is_the_same_and_takes_few_of_its_bytes(string name, double atMost)
    {
        var bytes = await File.ReadAllBytesAsync(Requires.Corpus($"packages/{name}.zip"), Stop);
        var server = new RangeServer(bytes);
        using var file = await OpenAsync(server);
        using var tree = new PackageTree(await RangedZip.OpenAsync(file!, null, withCode: false, ScanLimits.Default, Stop), ScanLimits.Default);
        var remote = InventoryReader.Read(tree, ScanLimits.Default, Stop);
        using var local = new PackageTree(ZipContainer.Open(new MemoryStream(bytes), ScanLimits.Default), ScanLimits.Default);
        Assert.Equal(InventoryReader.Read(local, ScanLimits.Default, Stop).Components.Select(static c => c.Purl), remote.Components.Select(static c => c.Purl));
        var share = (double)file!.Fetched / bytes.Length;
        output.WriteLine($"{name}: {file.Fetched:N0} of {bytes.Length:N0} bytes, {share:P1}, {server.Requests} requests");
        Assert.InRange(share, 0, atMost);
    }

    private static async Task<RangedFile?> OpenAsync(RangeServer server, long limit = 1 << 30)
    {
        var http = new HttpClient(server);
        return await RangedFile.OpenAsync(http, new("https://code.example/x.zip"), Scratch(), limit, Stop);
    }

    private static SafeFileHandle Scratch() =>
        File.OpenHandle(Path.Combine(Path.GetTempPath(), $"ranged-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);

    private static string Digest(byte[] content) => Convert.ToBase64String(SHA256.HashData(content));

    private static byte[] Zip(int packages, int bytes)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < packages; i++)
            {
                Write(zip, $"node_modules/p{i}/package.json", Encoding.UTF8.GetBytes($$"""{"name":"p{{i}}","version":"1.0.{{i}}"}"""));
                Write(zip, $"node_modules/p{i}/index.js", RandomNumberGenerator.GetBytes(bytes));
            }
        }

        return stream.ToArray();
    }

    private static void Write(ZipArchive zip, string path, byte[] content)
    {
        using var entry = zip.CreateEntry(path).Open();
        entry.Write(content);
    }
}
