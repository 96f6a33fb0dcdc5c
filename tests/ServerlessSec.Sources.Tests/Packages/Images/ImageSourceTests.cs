using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ServerlessSec.Inventory;
using ServerlessSec.Packages;
using ServerlessSec.Snapshots;
using ServerlessSec.Sources.Targets;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>One image by every way that images come.</summary>
public sealed class ImageSourceTests : IDisposable
{
    private const string Status = "Package: libssl3\nStatus: install ok installed\nSource: openssl\nVersion: 3.0.11-1~deb12u2\n";

    private readonly Folder folder = new();

    private readonly TestImage image = new(
        "amd64",
        [("etc/os-release", "ID=debian\nVERSION_ID=12\n"), ("var/lib/dpkg/status", Status), ("usr/share/huge", new string('x', 3_000_000)), ("app/package.json", "{}")],
        [("app/handler.py", "x = 1"), ("app/requests-2.31.0.dist-info/METADATA", "Name: requests\nVersion: 2.31.0\n"), ("app/.wh.package.json", "")]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("layout")]
    [InlineData("layout archive")]
    [InlineData("docker archive")]
    public async Task An_image_is_read_wherever_it_lies(string form)
    {
        var path = Write(form, image);
        Assert.Equal(path, Assert.Single(Target.OpenAll([path], TargetOptions.Default)).Path);
        using var tree = await OpenAsync(path);
        Assert.Empty(tree.Gaps);
        var inventory = InventoryReader.Read(tree, ScanLimits.Default, Stop);
        Assert.Equal(["pkg:deb/debian/libssl3@3.0.11-1~deb12u2", "pkg:pypi/requests@2.31.0"], inventory.Components.Select(static c => c.Purl.ToString()));
        Assert.Equal(1, inventory.CodeFiles);
        Assert.All(inventory.Components, static c => Assert.StartsWith("sha256:", Assert.Single(c.Occurrences).Layer));
        Assert.Distinct(inventory.Components.Select(static c => c.Occurrences[0].Layer));
        Assert.DoesNotContain(tree.Files, static f => f.Path is "usr/share/huge" or "app/package.json");
    }

    [Theory]
    [InlineData("x86_64", "amd")]
    [InlineData("arm64", "arm")]
    [InlineData(null, "amd")]
    public async Task The_image_for_the_functions_architecture_is_read(string? architecture, string expected)
    {
        var other = new TestImage("arm64", [("app/arm.py", "")], [("app/x.py", "")]);
        var same = new TestImage("amd64", [("app/amd.py", "")], [("app/x.py", "")]);
        foreach (var (name, bytes) in TestImage.Layout(("arm64", other), ("amd64", same))) Put($"image/{name}", bytes);
        using var tree = await OpenAsync("image", architecture);
        Assert.Contains(tree.Files, f => f.Path == $"app/{expected}.py");
    }

    [Theory]
    [InlineData("layout")]
    [InlineData("layout archive")]
    [InlineData("docker archive")]
    public async Task What_differs_from_its_digest_is_not_read(string form)
    {
        for (var part = 0; part < 3; part++)
        {
            var changed = form == "docker archive" ? image.Saved() : TestImage.Layout(("amd64", image));
            var name = changed.Keys.Where(static k => k is not ("manifest.json" or "index.json" or "oci-layout")).ElementAt(part % (changed.Count - 2));
            var bytes = changed[name].ToArray();
            bytes[^1] ^= 1;
            changed[name] = bytes;
            using var tree = await OpenAsync(Write(form, changed, $"{part}"));
            Assert.NotEmpty(tree.Gaps);
            Assert.Empty(tree.Files);
        }
    }

    [Theory]
    [InlineData("""{"manifests":[]}""")]
    [InlineData("""{"manifests":[{"digest":"sha256:../../../etc/passwd"}]}""")]
    [InlineData("""{"manifests":[{"digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000"}]}""")]
    [InlineData("""{"manifests":{}}""")]
    [InlineData("""[]""")]
    [InlineData("""nothing""")]
    public async Task A_layout_that_makes_no_sense_is_a_gap(string index)
    {
        foreach (var (name, bytes) in TestImage.Layout(("amd64", image))) Put($"image/{name}", bytes);
        folder.Write("image/index.json", index);
        using var tree = await OpenAsync("image");
        Assert.Single(tree.Gaps);
        Assert.Empty(tree.Files);
    }

    [Fact]
    public async Task A_registry_gives_an_image_to_who_shows_a_token()
    {
        using var web = new Registry(image);
        using var http = new HttpClient(web, disposeHandler: false);
        using var client = new RegistryClient(http, new("https://registry.test"), "team/shop", new("reader", "open " + "sesame"));
        using var container = await new ImageReader(folder.Path, ScanLimits.Default).ReadAsync(client, "1", "amd64", Stop);
        Assert.Contains(container.Files, static f => f.Path == "app/handler.py");
        Assert.Empty(container.Gaps);
        Assert.Equal("?scope=repository%3Ateam%2Fshop%3Apull&service=registry.test", web.TokenQuery);
    }

    [Fact]
    public async Task A_registry_that_refuses_lies_or_sends_a_password_elsewhere_gives_nothing()
    {
        await Assert.ThrowsAsync<ImageMissingException>(() => ReadAsync(static w => w.Realm = "http://elsewhere.test/token"));
        await Assert.ThrowsAsync<ImageMissingException>(() => ReadAsync(static w => w.Token = "other"));
        await Assert.ThrowsAsync<ImageMissingException>(() => ReadAsync(static _ => { }, "2"));
        await Assert.ThrowsAnyAsync<FormatException>(() => ReadAsync(w => w.Blobs[image.Layers[0]][^1] ^= 1));

        async Task ReadAsync(Action<Registry> change, string tag = "1")
        {
            using var web = new Registry(image);
            change(web);
            using var http = new HttpClient(web, disposeHandler: false);
            using var client = new RegistryClient(http, new("https://registry.test"), "team/shop", new("reader", "open " + "sesame"));
            using var container = await new ImageReader(folder.Path, ScanLimits.Default).ReadAsync(client, tag, "amd64", Stop);
        }
    }

    [Theory]
    [InlineData("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/shop:1", "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "team/shop", "1")]
    [InlineData("localhost:5000/shop", "localhost:5000", "shop", "latest")]
    [InlineData("r.test/a/b:1@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "r.test", "a/b", "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void An_images_name_has_three_parts(string text, string host, string repository, string reference) =>
        Assert.Equal(new ImageReference(host, repository, reference), ImageReference.Parse(text));

    [Theory]
    [InlineData("shop")]
    [InlineData("shop/x")]
    [InlineData("r.test/../x")]
    [InlineData("r.test/x@sha256:1")]
    [InlineData("user@r.test/x")]
    [InlineData("r.test/x y")]
    public void Other_names_are_none(string text) => Assert.Throws<FormatException>(() => ImageReference.Parse(text));

    private async Task<PackageTree> OpenAsync(string path, string? architecture = null)
    {
        var function = new FunctionSnapshot
        {
            Id = "Shop",
            Arn = "arn:x",
            Configuration = new() { Architectures = architecture is null ? [] : [architecture] },
            Package = new() { Code = Setting.Known(path) },
        };
        return await new DiskPackageSource(folder.Path, ScanLimits.Default).OpenAsync(function, Stop);
    }

    private string Write(string form, TestImage image) => Write(form, form == "docker archive" ? image.Saved() : TestImage.Layout(("amd64", image)), "");

    private string Write(string form, Dictionary<string, byte[]> files, string mark)
    {
        var path = Path.Combine(folder.Path, $"image{mark}" + (form == "layout" ? "" : ".tar"));
        if (form == "layout")
        {
            foreach (var (name, bytes) in files) Put($"image{mark}/{name}", bytes);
        }
        else
        {
            TestImage.Archive(path, files);
        }

        return path;
    }

    private void Put(string relative, byte[] bytes)
    {
        var path = Path.Combine(folder.Path, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>A registry that asks for a token, and a place that gives one for a password.</summary>
    private sealed class Registry(TestImage image) : HttpMessageHandler
    {
        public Dictionary<string, byte[]> Blobs { get; } = image.Blobs.ToDictionary(static b => b.Key, static b => b.Value.ToArray());

        public string Realm { get; set; } = "https://tokens.test/token";

        public string Token { get; set; } = "good";

        public string? TokenQuery { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Answer(request));

        private HttpResponseMessage Answer(HttpRequestMessage request)
        {
            var (uri, shown) = (request.RequestUri!, request.Headers.Authorization);
            if (uri.Host == "tokens.test")
            {
                TokenQuery = uri.Query;
                Assert.Equal("Basic", shown?.Scheme);
                return Found(Encoding.UTF8.GetBytes($$"""{"token":"{{Token}}"}"""));
            }

            Assert.Equal("registry.test", uri.Host);
            if (shown is not { Scheme: "Bearer", Parameter: "good" })
            {
                var refused = new HttpResponseMessage(HttpStatusCode.Unauthorized);
                refused.Headers.WwwAuthenticate.Add(new AuthenticationHeaderValue("Bearer", $"realm=\"{Realm}\",service=\"registry.test\",scope=\"repository:all:push,pull\""));
                return refused;
            }

            var path = uri.AbsolutePath;
            if (path == "/v2/team/shop/manifests/1") return Found(image.Manifest);
            return path.StartsWith("/v2/team/shop/blobs/", StringComparison.Ordinal) && Blobs.TryGetValue(path[(path.LastIndexOf('/') + 1)..], out var blob)
                ? Found(blob)
                : new(HttpStatusCode.NotFound);
        }

        private static HttpResponseMessage Found(byte[] content) => new(HttpStatusCode.OK) { Content = new ByteArrayContent(content) };
    }
}
