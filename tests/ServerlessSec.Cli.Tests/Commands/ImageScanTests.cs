using System.Formats.Tar;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace ServerlessSec.Cli.Commands;

/// <summary>An image that nobody pulled before: from its name to its components and findings.</summary>
public sealed class ImageScanTests
{
    private const string Name = "registry.test/team/shop:1";

    [Fact]
    public async Task An_image_in_a_registry_is_scanned_by_its_name_with_what_docker_login_wrote()
    {
        var secret = Convert.ToBase64String("reader:open sesame"u8);
        using var line = new CommandLine { Http = () => new Registry { Expected = secret } };
        line.Variables["DOCKER_CONFIG"] = Path.GetDirectoryName(line.File("docker/config.json", $$$"""{"auths":{"registry.test":{"auth":"{{{secret}}}"} }}"""))!;

        var outcome = await line.RunAsync("scan", Name, "--advisories", "builtin");
        Assert.True(outcome.Exit == 1, outcome.Output + outcome.Error);
        Assert.Contains("lodash@4.17.20", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("CVE-2021-23337", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, outcome.Output + outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", outcome.Output + outcome.Error, StringComparison.Ordinal);

        var bom = await line.RunAsync("sbom", Name);
        Assert.Contains("pkg:npm/lodash@4.17.20", bom.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_that_the_registry_does_not_show_is_no_clean_one()
    {
        using var line = new CommandLine { Http = static () => new Registry { Expected = "of somebody else" } };
        var outcome = await line.RunAsync("scan", Name, "--advisories", "builtin");
        Assert.Equal(3, outcome.Exit);
        Assert.Contains("The image 'registry.test/team/shop' (1) was not read", outcome.Output, StringComparison.Ordinal);
    }

    /// <summary>Holds one image of one layer, and shows it to whoever logs in.</summary>
    private sealed class Registry : HttpMessageHandler
    {
        private readonly Dictionary<string, byte[]> blobs = [];
        private readonly byte[] manifest;

        public Registry()
        {
            var layer = Keep(Layer());
            var config = Keep(Encoding.UTF8.GetBytes(
                $$$"""{"architecture":"amd64","os":"linux","config":{"WorkingDir":"/var/task","Cmd":["index.handler"]},"rootfs":{"type":"layers","diff_ids":["{{{layer.Digest}}}"]}}"""));
            manifest = Encoding.UTF8.GetBytes($$"""
                {"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{config.Digest}}","size":{{config.Size}}},
                "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{layer.Digest}}","size":{{layer.Size}}}]}
                """);
        }

        public required string Expected { get; init; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal("registry.test", request.RequestUri!.Host);
            var last = request.RequestUri.Segments[^1];
            var content = request.RequestUri.AbsolutePath == "/v2/team/shop/manifests/1" ? manifest : blobs.GetValueOrDefault(last);
            var answer = request.Headers.Authorization?.Parameter != Expected ? new HttpResponseMessage(HttpStatusCode.Unauthorized)
                : content is null ? new(HttpStatusCode.NotFound)
                : new(HttpStatusCode.OK) { Content = new ByteArrayContent(content) };
            if (answer.StatusCode == HttpStatusCode.Unauthorized) answer.Headers.WwwAuthenticate.Add(new AuthenticationHeaderValue("Basic", "realm=\"registry.test\""));
            return Task.FromResult(answer);
        }

        private static byte[] Layer()
        {
            using var bytes = new MemoryStream();
            using (var writer = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
            {
                Write("var/task/index.js", "exports.handler = async () => require('lodash').now();");
                Write("var/task/node_modules/lodash/package.json", """{"name":"lodash","version":"4.17.20"}""");

                void Write(string path, string text) =>
                    writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
            }

            return bytes.ToArray();
        }

        private (string Digest, int Size) Keep(byte[] blob)
        {
            var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(blob));
            blobs[digest] = blob;
            return (digest, blob.Length);
        }
    }
}
