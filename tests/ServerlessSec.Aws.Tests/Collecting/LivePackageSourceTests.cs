using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.S3;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Packages;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Collecting;

/// <summary>Packages by presigned addresses that expire, are refused, lie or are too long.</summary>
public sealed class LivePackageSourceTests : IDisposable
{
    private const string Layer = "arn:aws:lambda:eu-central-1:999999999999:layer:shared:7";

    private readonly Web web = new();
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"packages-{Guid.NewGuid():N}");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Code_and_layers_become_one_tree_and_leave_nothing_on_disk()
    {
        var code = Zip("index.js");
        var layer = Zip("nodejs/node_modules/x/package.json");
        web.Answers["https://code/"] = Found(code);
        web.Answers["https://layer/"] = Found(layer);
        web.Answers["/2018-10-31/layers"] = Json(LayerAnswer("https://layer/", layer));
        using (var tree = await OpenAsync(Function("https://code/", Digest(code), Layer)))
        {
            Assert.Equal(["/opt/nodejs/node_modules/x/package.json", "index.js"], tree.Files.Select(static f => f.Path));
            Assert.Equal("content of index.js", Encoding.UTF8.GetString(tree.ReadAll(tree.Find("index.js")!, 1000)));
            Assert.Empty(tree.Gaps);
        }

        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task An_expired_address_is_asked_for_anew_once()
    {
        var code = Zip("index.js");
        web.Answers["https://expired/"] = static () => new(HttpStatusCode.Forbidden);
        web.Answers["https://fresh/"] = Found(code);
        web.Answers["/2015-03-31/functions/checkout"] = Json(FunctionAnswer("https://fresh/", code));
        using var tree = await OpenAsync(Function("https://expired/", Digest(code)));
        Assert.Equal(["index.js"], tree.Files.Select(static f => f.Path));

        web.Answers["https://fresh/"] = static () => new(HttpStatusCode.Forbidden);
        using var refused = await OpenAsync(Function("https://expired/", Digest(code)));
        Assert.Equal((GapKind.Missing, "the address that Lambda gave was refused"), Only(refused));
    }

    [Fact]
    public async Task What_differs_from_its_digest_is_not_read()
    {
        web.Answers["https://code/"] = Found(Zip("index.js"));
        using var tree = await OpenAsync(Function("https://code/", Digest([1, 2, 3])));
        Assert.Equal(GapKind.Unread, Only(tree).Kind);
        Assert.Empty(tree.Files);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData(403, "AccessDeniedException", "lambda:GetLayerVersion on " + Layer + " was refused")]
    [InlineData(404, "ResourceNotFoundException", "the layer's version is not there any more")]
    public async Task A_layer_that_is_not_to_be_had_is_a_gap_of_its_own(int status, string code, string reason)
    {
        var zip = Zip("index.js");
        web.Answers["https://code/"] = Found(zip);
        web.Answers["/2018-10-31/layers"] = () => new((HttpStatusCode)status) { Content = new StringContent($$"""{"__type":"{{code}}","message":"no"}""") };
        using var tree = await OpenAsync(Function("https://code/", Digest(zip), Layer));
        var gap = Assert.Single(tree.Gaps);
        Assert.Equal((reason, Layer), (gap.Reason, gap.Scope.Layer));
        Assert.Equal(["index.js"], tree.Files.Select(static f => f.Path));
    }

    [Fact]
    public async Task What_is_too_long_or_no_zip_or_stopped_is_a_gap()
    {
        web.Answers["https://code/"] = Found(new byte[5000]);
        using (var tree = await OpenAsync(Function("https://code/", null), ScanLimits.Default with { TotalBytes = 4000 })) Assert.Equal(GapKind.Limit, Only(tree).Kind);
        using (var tree = await OpenAsync(Function("https://code/", null))) Assert.Equal(GapKind.Unread, Only(tree).Kind);
        using var over = new CancellationTokenSource();
        await over.CancelAsync();
        using (var tree = await Source(ScanLimits.Default).OpenAsync(Function("https://code/", null), over.Token)) Assert.Equal(GapKind.Stopped, Only(tree).Kind);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task Code_that_its_owner_keeps_is_read_from_there_in_its_version()
    {
        var (code, layer) = (Zip("index.js"), Zip("nodejs/node_modules/x/package.json"));
        web.Answers["/shop-code/build/checkout 7.zip?versionId=v3"] = Found(code);
        web.Answers["/shop-code/layer.zip?versionId=v1"] = Found(layer);
        web.Answers["/2018-10-31/layers"] = Json($$"""{"LayerVersionArn":"{{Layer}}","Content":{"ResolvedS3Object":{"S3Bucket":"shop-code","S3Key":"layer.zip","S3ObjectVersion":"v1"},"CodeSha256":"{{Digest(layer)}}"} }""");
        using var tree = await OpenAsync(Function("s3://shop-code/build/checkout 7.zip?versionId=v3", Digest(code), Layer));
        Assert.Equal(["/opt/nodejs/node_modules/x/package.json", "index.js"], tree.Files.Select(static f => f.Path));
        Assert.Empty(tree.Gaps);
    }

    [Theory]
    [InlineData(403, "s3:GetObjectVersion on shop-code/checkout.zip, where its owner keeps it, was refused")]
    [InlineData(404, "the bucket shop-code, where its owner keeps it, has it no more")]
    [InlineData(301, "the bucket shop-code, where its owner keeps it, is in another Region")]
    public async Task Code_that_its_owner_keeps_and_does_not_give_is_a_gap_that_names_bucket_and_permission(int status, string reason)
    {
        web.Answers["/shop-code/checkout.zip?versionId=v3"] = () => new((HttpStatusCode)status);
        using var tree = await OpenAsync(Function("s3://shop-code/checkout.zip?versionId=v3", null));
        Assert.Equal((GapKind.Missing, reason), Only(tree));
    }

    [Theory]
    [InlineData("123456789012", "AccessDeniedException", GapKind.Missing, "ecr:BatchGetImage on the repository team/shop was refused")]
    [InlineData("123456789012", "RepositoryNotFoundException", GapKind.Missing, "the image was deleted from the repository team/shop")]
    [InlineData("123456789012", null, GapKind.Missing, "the image was deleted from the repository team/shop")]
    [InlineData("999999999999", null, GapKind.Missing, "the repository team/shop is of account 999999999999")]
    public async Task An_image_that_is_not_to_be_had_is_a_gap_that_names_the_repository(string account, string? code, GapKind kind, string says)
    {
        web.Answers["http://ecr.test/"] = code is null
            ? Json("""{"images":[],"failures":[{"failureCode":"ImageNotFound"}]}""")
            : () => new(HttpStatusCode.BadRequest) { Content = new StringContent($$"""{"__type":"{{code}}","message":"no"}""") };
        var function = Function($"{account}.dkr.ecr.eu-central-1.amazonaws.com/team/shop@sha256:{new string('a', 64)}", null);
        using var tree = await OpenAsync(function with { Configuration = new() { PackageType = Setting.Known("Image") } });
        var gap = Assert.Single(tree.Gaps);
        Assert.Equal(kind, gap.Kind);
        Assert.StartsWith(says, gap.Reason);
    }

    [Fact]
    public async Task An_image_comes_from_the_accounts_registry_by_its_digest()
    {
        var layer = Tar("var/task/app.py");
        var config = Encoding.UTF8.GetBytes($$$"""{"architecture":"arm64","rootfs":{"diff_ids":["{{{Sha(layer)}}}"]}}""");
        var manifest = $$$"""{"config":{"digest":"{{{Sha(config)}}}"},"layers":[{"digest":"{{{Sha(layer)}}}"}]}""";
        web.Ecr = body => body.Contains("imageIds", StringComparison.Ordinal)
            ? new JsonObject { ["images"] = new JsonArray(new JsonObject { ["imageManifest"] = manifest }) }.ToJsonString()
            : $$"""{"downloadUrl":"https://blobs/{{(body.Contains(Sha(config), StringComparison.Ordinal) ? "config" : "layer")}}"}""";
        web.Answers["https://blobs/config"] = Found(config);
        web.Answers["https://blobs/layer"] = Found(layer);
        var function = Function($"123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/shop@{Sha(Encoding.UTF8.GetBytes(manifest))}", null);
        using (var tree = await OpenAsync(function with { Configuration = new() { PackageType = Setting.Known("Image"), Architectures = ["arm64"] } }))
        {
            Assert.Empty(tree.Gaps);
            Assert.Equal(("var/task/app.py", Sha(layer)), Assert.Single(tree.Files) is var file ? (file.Path, file.Layer) : default);
        }

        using (var other = await OpenAsync(function with { Configuration = new() { PackageType = Setting.Known("Image") } })) Assert.Equal(GapKind.Unread, Only(other).Kind);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task An_outage_is_no_gap_but_a_failure()
    {
        web.Answers["https://code/"] = static () => new(HttpStatusCode.ServiceUnavailable);
        await Assert.ThrowsAsync<HttpRequestException>(() => OpenAsync(Function("https://code/", null)));
    }

    [Theory]
    [InlineData("""{"Configuration":{"FunctionName":"checkout","FunctionArn":"arn:aws:lambda:eu-central-1:123456789012:function:checkout","PackageType":"Image"},"Code":{"ImageUri":"x"}}""", "named no image")]
    [InlineData("""{"Configuration":{"FunctionName":"checkout","FunctionArn":"arn:aws:lambda:eu-central-1:123456789012:function:checkout"},"Code":{"SourceKMSKeyArn":"arn:aws:kms:eu-central-1:123456789012:key/1","Error":{"ErrorCode":"AccessDeniedException","Message":"no"}}}""", "kms:Decrypt on arn:aws:kms:eu-central-1:123456789012:key/1")]
    [InlineData("""{"Configuration":{"FunctionName":"checkout","FunctionArn":"arn:aws:lambda:eu-central-1:123456789012:function:checkout"}}""", "no address")]
    public async Task Code_without_an_address_is_a_gap_that_says_what_would_help(string answer, string says)
    {
        var described = System.Text.Json.JsonSerializer.Deserialize(answer, LambdaJson.Default.GetFunctionAnswer)!;
        using var tree = await OpenAsync(FunctionCollector.Package(described));
        Assert.Contains(says, Assert.Single(tree.Gaps).Message);
    }

    public void Dispose()
    {
        web.Dispose();
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private static (GapKind Kind, string Reason) Only(PackageTree tree) => Assert.Single(tree.Gaps) is var gap ? (gap.Kind, gap.Reason) : default;

    private static FunctionSnapshot Function(string address, string? digest, params string[] layers) => new()
    {
        Id = "checkout",
        Arn = "arn:aws:lambda:eu-central-1:123456789012:function:checkout",
        Asked = Evidence.Package,
        Package = new() { Code = Setting.Known(address), Digest = digest, Layers = [.. layers.Select(static l => new LayerReference(l, l, null, null))] },
    };

    private static string FunctionAnswer(string address, byte[] code) => new JsonObject
    {
        ["Configuration"] = new JsonObject { ["FunctionName"] = "checkout", ["FunctionArn"] = "arn", ["CodeSha256"] = Digest(code) },
        ["Code"] = new JsonObject { ["Location"] = address },
    }.ToJsonString();

    private static string LayerAnswer(string address, byte[] code) => new JsonObject
    {
        ["Content"] = new JsonObject { ["Location"] = address, ["CodeSha256"] = Digest(code) },
        ["LayerVersionArn"] = Layer,
    }.ToJsonString();

    private static byte[] Zip(string path)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var writer = new StreamWriter(zip.CreateEntry(path).Open());
            writer.Write($"content of {path}");
        }

        return bytes.ToArray();
    }

    private static byte[] Tar(string path)
    {
        using var bytes = new MemoryStream();
        using (var tar = new System.Formats.Tar.TarWriter(bytes, leaveOpen: true))
            tar.WriteEntry(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, path) { DataStream = new MemoryStream([1, 2, 3]) });
        return bytes.ToArray();
    }

    private static string Sha(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    private static string Digest(byte[] code) => Convert.ToBase64String(SHA256.HashData(code));

    private static Func<HttpResponseMessage> Found(byte[] content) => () => new(HttpStatusCode.OK) { Content = new ByteArrayContent(content) };

    private static Func<HttpResponseMessage> Json(string json) => () => new(HttpStatusCode.OK) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    private Task<PackageTree> OpenAsync(FunctionSnapshot function, ScanLimits? limits = null) => Source(limits ?? ScanLimits.Default).OpenAsync(function, Stop);

    private LivePackageSource Source(ScanLimits limits) => new(
        new LambdaClient(new BasicAWSCredentials("testing", "testing"), config => Configure(config, "http://lambda.test")),
        new EcrClient(new BasicAWSCredentials("testing", "testing"), config => Configure(config, "http://ecr.test")),
        new(new AmazonS3Client(new BasicAWSCredentials("testing", "testing"), new AmazonS3Config { ServiceURL = "http://s3.test", AuthenticationRegion = "eu-central-1", ForcePathStyle = true }), TimeProvider.System),
        new HttpClient(web, disposeHandler: false), folder, limits);

    private void Configure(ClientConfig config, string address)
    {
        config.ServiceURL = address;
        config.AuthenticationRegion = "eu-central-1";
        config.HttpClientFactory = new Factory(web);
    }

    private sealed class Factory(Web web) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(web, disposeHandler: false);

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
    }

    /// <summary>Answers by address, or by path.</summary>
    private sealed class Web : HttpMessageHandler
    {
        public Dictionary<string, Func<HttpResponseMessage>> Answers { get; } = [];

        /// <summary>Answers to the registry's API by what it is asked.</summary>
        public Func<string, string>? Ecr { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var uri = request.RequestUri!;
            Assert.Equal(uri.Host == "ecr.test" ? HttpMethod.Post : HttpMethod.Get, request.Method);
            if (uri.Host == "ecr.test" && Ecr is { } ecr) return Json(ecr(await request.Content!.ReadAsStringAsync(cancellationToken)))();
            var answer = (Answers.GetValueOrDefault(uri.ToString()) ?? Answers.GetValueOrDefault(uri.AbsolutePath) ?? Answers.GetValueOrDefault(Versioned(uri)) ?? (static () => new(HttpStatusCode.NotFound)))();
            answer.RequestMessage = request;
            return answer;
        }

        private static string Versioned(Uri uri) => $"{Uri.UnescapeDataString(uri.AbsolutePath)}?versionId={System.Web.HttpUtility.ParseQueryString(uri.Query)["versionId"]}";
    }
}
