using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>An image of two layers with the parts that every source gives in its own way.</summary>
internal sealed class TestImage
{
    private readonly List<byte[]> layers = [];

    public TestImage(string architecture = "amd64", params (string Path, string Text)[][] layers)
    {
        this.layers.AddRange(layers.Select(Tar));
        Config = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["architecture"] = architecture,
            ["os"] = "linux",
            ["config"] = new JsonObject { ["WorkingDir"] = "/app", ["Entrypoint"] = new JsonArray("/usr/bin/env"), ["Cmd"] = new JsonArray("handler.main") },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. this.layers.Select(static l => JsonValue.Create(Digest(l)))]) },
        }.ToJsonString());
        Blobs[Digest(Config)] = Config;
        var packed = this.layers.Select(static (l, i) => i == 0 ? Gzip(l) : i == 1 ? Zstd(l) : l).ToArray();
        foreach (var layer in packed) Blobs[Digest(layer)] = layer;
        Manifest = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["config"] = new JsonObject { ["mediaType"] = "application/vnd.oci.image.config.v1+json", ["digest"] = Digest(Config), ["size"] = Config.Length },
            ["layers"] = new JsonArray([.. packed.Select(static l => new JsonObject { ["mediaType"] = "application/vnd.oci.image.layer.v1.tar", ["digest"] = Digest(l), ["size"] = l.Length })]),
        }.ToJsonString());
        Blobs[Digest(Manifest)] = Manifest;
        Layers = [.. packed.Select(Digest)];
    }

    public byte[] Config { get; }

    public byte[] Manifest { get; }

    public string[] Layers { get; }

    public Dictionary<string, byte[]> Blobs { get; } = [];

    public static string Digest(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>A list of images by their architectures.</summary>
    public static byte[] Index(params (string Architecture, TestImage Image)[] images) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["manifests"] = new JsonArray([.. images.Select(static i => new JsonObject
        {
            ["digest"] = Digest(i.Image.Manifest), ["size"] = i.Image.Manifest.Length, ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = i.Architecture },
        })]),
    }.ToJsonString());

    /// <summary>Files of OCI's layout.</summary>
    public static Dictionary<string, byte[]> Layout(params (string Architecture, TestImage Image)[] images)
    {
        var files = new Dictionary<string, byte[]> { ["oci-layout"] = "{\"imageLayoutVersion\":\"1.0.0\"}"u8.ToArray(), ["index.json"] = Index(images) };
        foreach (var (digest, blob) in images.SelectMany(static i => i.Image.Blobs)) files["blobs/" + digest.Replace(':', '/')] = blob;
        return files;
    }

    /// <summary>Files of what <c>docker save</c> wrote for years.</summary>
    public Dictionary<string, byte[]> Saved()
    {
        var config = Digest(Config)["sha256:".Length..] + ".json";
        var files = new Dictionary<string, byte[]>
        {
            [config] = Config,
            ["manifest.json"] = Encoding.UTF8.GetBytes(new JsonArray(new JsonObject
            {
                [nameof(Config)] = config,
                ["RepoTags"] = new JsonArray("shop:1"),
                [nameof(Layers)] = new JsonArray([.. layers.Select(static (_, i) => JsonValue.Create($"l{i}/layer.tar"))]),
            }).ToJsonString()),
        };
        for (var i = 0; i < layers.Count; i++) files[$"l{i}/layer.tar"] = layers[i];
        return files;
    }

    public static void Archive(string path, Dictionary<string, byte[]> files) => File.WriteAllBytes(path, Tar(files));

    private static byte[] Tar((string Path, string Text)[] files) => Tar(files.ToDictionary(static f => f.Path, static f => Encoding.UTF8.GetBytes(f.Text)));

    private static byte[] Tar(Dictionary<string, byte[]> files)
    {
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (path, content) in files) writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(content) });
        }

        return bytes.ToArray();
    }

    private static byte[] Gzip(byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest)) gzip.Write(content);
        return bytes.ToArray();
    }

    private static byte[] Zstd(byte[] content)
    {
        using var compressor = new ZstdSharp.Compressor();
        return compressor.Wrap(content).ToArray();
    }
}
