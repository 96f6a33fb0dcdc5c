using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using ServerlessSec.Packages;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>Layers of a few megabytes that inflate to gibibytes of nothing.</summary>
public sealed class LayerBombTests : IDisposable
{
    private const int Mebibyte = 1 << 20;
    private const int Members = 64;

    private readonly Folder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("gzip", false)]
    [InlineData("gzip", true)]
    [InlineData("zstd", false)]
    [InlineData("zstd", true)]
    public async Task Four_gibibytes_of_zeros_end_early_in_a_gap_and_the_other_layers_are_read(string form, bool inFile)
    {
        var good = new TestImage("amd64", [("app/package.json", "{}")], [("app/handler.py", "x = 1")]);
        var zeros = Zeros(form, Members, inFile ? Header("app/zeros.py", (long)Members * 64 * Mebibyte) : []);
        Assert.InRange(zeros.Length, 1, 5 * Mebibyte);
        using var container = await ReadAsync(good, zeros);
        var gap = Assert.Single(container.Gaps);
        Assert.Equal((GapKind.Limit, "layer ratio limit"), (gap.Kind, gap.Reason));
        Assert.Contains("more than 100 bytes for each that it is packed in", gap.Message, StringComparison.Ordinal);
        Assert.Equal(Digest(zeros), gap.Scope.Layer);
        Assert.Contains(container.Files, static f => f.Path == "app/package.json");
        Assert.Contains(container.Files, static f => f.Path == "app/handler.py");
    }

    [Fact]
    public async Task A_large_file_of_zeros_in_a_layer_that_is_not_made_of_them_is_none()
    {
        var good = new TestImage("amd64", [("app/package.json", "{}")], [("app/handler.py", "x = 1")]);
        using var container = await ReadAsync(good, Zeros("gzip", 4, Header("var/log/lastlog", 4L * 64 * Mebibyte)));
        Assert.Empty(container.Gaps);
    }

    /// <summary>Reads the image with the layer between its two.</summary>
    private async Task<FileContainer> ReadAsync(TestImage image, byte[] between)
    {
        var blobs = new Blobs(image.Blobs.Append(new(Digest(between), between)).ToDictionary());
        var config = ImageConfig.Parse(image.Config);
        string[] layers = [image.Layers[0], Digest(between), image.Layers[1]];
        var parts = new ImageParts("key", config, [.. layers.Select(d => new ImageLayerSource(d, async stop =>
            new InflatedLayer(new VerifiedStream(await blobs.BlobAsync(d, stop), d), ScanLimits.Default.LayerRatio)))], []);
        return await new ImageReader(folder.Path, ScanLimits.Default).ReadAsync(parts, Stop);
    }

    private static string Digest(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Members of 64 MiB each, which are one stream to who inflates them.</summary>
    private static byte[] Zeros(string form, int members, byte[] head)
    {
        using var all = new MemoryStream();
        if (head.Length > 0) all.Write(Packed(form, stream => stream.Write(head)));
        var chunk = new byte[Mebibyte];
        var member = Packed(form, stream =>
        {
            for (var i = 0; i < 64; i++) stream.Write(chunk);
        });
        for (var i = 0; i < members; i++) all.Write(member);
        if (head.Length > 0) all.Write(Packed(form, static stream => stream.Write(new byte[1024])));
        return all.ToArray();
    }

    private static byte[] Packed(string form, Action<Stream> write)
    {
        using var bytes = new MemoryStream();
        using (Stream stream = form == "gzip" ? new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true) : new ZstdSharp.CompressionStream(bytes, leaveOpen: true)) write(stream);
        return bytes.ToArray();
    }

    /// <summary>Of one file whose content is to follow.</summary>
    private static byte[] Header(string path, long size)
    {
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true)) writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path));
        var header = bytes.ToArray()[..512];
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0')).CopyTo(header, 124);
        header.AsSpan(148, 8).Fill((byte)' ');
        var sum = header.Sum(static b => b);
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        return header;
    }

    private sealed class Blobs(Dictionary<string, byte[]> blobs) : IImageBlobs
    {
        public Task<byte[]> ManifestAsync(string reference, CancellationToken stop) => throw new NotSupportedException();

        public Task<Stream> BlobAsync(string digest, CancellationToken stop) => Task.FromResult<Stream>(new MemoryStream(blobs[digest]));

        public void Dispose()
        {
        }
    }
}
