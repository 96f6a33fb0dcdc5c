using System.Net;
using System.Net.Http.Headers;
using static ServerlessSec.Sources.Advisories.Scratch;

namespace ServerlessSec.Sources.Advisories;

public sealed class AdvisoryDownloadTests : IDisposable
{
    private const string Base = "https://advisories.example.org";

    private readonly Scratch scratch = new();

    private CancellationToken Stop { get; } = TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task What_has_not_changed_is_not_fetched_again()
    {
        var server = new FakeServer(request => request.Headers.IfNoneMatch.ToString() == "\"one\"" ? new(HttpStatusCode.NotModified) : Export("\"one\"", Record("GHSA-1")));
        var options = new AdvisoryBuildOptions { Ecosystems = ["npm"] };
        var first = await Builder(server).BuildAsync([Base], scratch.Store, options, stop: Stop);
        var second = await Builder(server).BuildAsync([Base], scratch.Store, options, stop: Stop);
        Assert.Equal(AdvisoryBuildOutcome.Built, Assert.Single(first.Ecosystems).Outcome);
        Assert.Equal(AdvisoryBuildOutcome.Unchanged, Assert.Single(second.Ecosystems).Outcome);
        Assert.Equal([$"GET {Base}/npm/all.zip", $"GET {Base}/npm/modified_id.csv", $"GET {Base}/npm/all.zip \"one\""], server.Requests);
        Assert.Equal("GHSA-1", await scratch.IdsAsync("npm", "left"));
    }

    [Fact]
    public async Task A_damaged_file_is_fetched_again_whatever_its_tag()
    {
        var server = new FakeServer(request => request.Headers.IfNoneMatch.Count > 0 ? new(HttpStatusCode.NotModified) : Export("\"one\"", Record("GHSA-1")));
        var options = new AdvisoryBuildOptions { Ecosystems = ["npm"] };
        await Builder(server).BuildAsync([Base], scratch.Store, options, stop: Stop);
        File.WriteAllText(Directory.GetFiles(scratch.Store, "*.db").Single(), "half");
        await Builder(server).BuildAsync([Base], scratch.Store, options, stop: Stop);
        Assert.Equal("GHSA-1", await scratch.IdsAsync("npm", "left"));
    }

    [Fact]
    public async Task One_ecosystem_that_cannot_be_had_does_not_fail_another()
    {
        var server = new FakeServer(request => request.RequestUri!.AbsolutePath == "/npm/all.zip" ? Export(null, Record("GHSA-1")) : new(HttpStatusCode.NotFound));
        var build = await Builder(server).BuildAsync([Base], scratch.Store, new() { Ecosystems = ["npm", "PyPI"] }, stop: Stop);
        Assert.Equal([("PyPI", AdvisoryBuildOutcome.Failed), ("npm", AdvisoryBuildOutcome.Built)], build.Ecosystems.Select(ecosystem => (ecosystem.Ecosystem, ecosystem.Outcome)));
        Assert.Contains("404", build.Ecosystems[0].Problem);
    }

    [Fact]
    public async Task A_body_that_breaks_off_leaves_the_present_set()
    {
        var whole = Zip(Record("GHSA-1"));
        var cut = false;
        var server = new FakeServer(_ =>
        {
            var content = new ByteArrayContent(cut ? whole[..(whole.Length / 2)] : whole);
            content.Headers.ContentLength = whole.Length;
            return new(HttpStatusCode.OK) { Content = cut ? new ShortContent(content, whole.Length) : content };
        });
        var options = new AdvisoryBuildOptions { Ecosystems = ["npm"] };
        await Builder(server).BuildAsync([Base], scratch.Store, options, stop: Stop);
        cut = true;
        var build = await Builder(server).BuildAsync([Base], scratch.Store, options, stop: Stop);
        Assert.Equal(AdvisoryBuildOutcome.Failed, Assert.Single(build.Ecosystems).Outcome);
        Assert.Contains("broke off", build.Ecosystems[0].Problem);
        Assert.Equal("GHSA-1", await scratch.IdsAsync("npm", "left"));
        Assert.DoesNotContain(Directory.GetFiles(scratch.Store), file => file.Contains("download", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://mirror.example.org/npm.zip", true)]
    [InlineData("/elsewhere/npm.zip", true)]
    [InlineData("http://mirror.example.org/npm.zip", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("https://advisories.example.org/npm/all.zip", false)]
    public async Task A_redirect_is_followed_to_https_only(string location, bool followed)
    {
        var server = new FakeServer(request =>
        {
            if (request.RequestUri!.AbsoluteUri != $"{Base}/npm/all.zip") return Export(null, Record("GHSA-1"));
            var response = new HttpResponseMessage(HttpStatusCode.Found);
            response.Headers.Location = new(location, UriKind.RelativeOrAbsolute);
            return response;
        });
        var build = await Builder(server).BuildAsync([Base], scratch.Store, new() { Ecosystems = ["npm"] }, stop: Stop);
        Assert.Equal(followed, build.Succeeded);
        Assert.DoesNotContain(server.Requests, request => request.Contains("GET http:", StringComparison.Ordinal) || request.Contains("file:", StringComparison.Ordinal));
    }

    [Theory, InlineData("http://advisories.example.org", false), InlineData("http://127.0.0.1:9", true), InlineData("http://localhost:9", true)]
    public async Task Without_encryption_only_this_machine_is_asked(string address, bool asked)
    {
        var server = new FakeServer(_ => Export(null, Record("GHSA-1")));
        var build = await Builder(server).BuildAsync([address], scratch.Store, new() { Ecosystems = ["npm"] }, stop: Stop);
        Assert.Equal((asked, asked ? 1 : 0), (build.Succeeded, server.Requests.Count));
    }

    [Fact]
    public async Task The_size_is_bounded_whether_the_server_says_it_or_not()
    {
        foreach (var said in (bool[])[true, false])
        {
            var server = new FakeServer(_ =>
            {
                HttpContent content = said ? new ByteArrayContent(new byte[5_000]) : new StreamContent(new Unsized(new byte[5_000]));
                return new(HttpStatusCode.OK) { Content = content };
            });
            var download = new AdvisoryDownload(new HttpClient(server)) { MaximumBytes = 4_000 };
            var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => download.FetchAsync(new($"{Base}/npm/all.zip"), Path.Combine(scratch.Root, "file"), null, (_, _) => { }, Stop));
            Assert.Contains("more than 4000", thrown.Message);
        }
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up()
    {
        var server = new FakeServer(_ => new(HttpStatusCode.OK) { Content = new StreamContent(new Silent()) });
        var download = new AdvisoryDownload(new HttpClient(server)) { Patience = TimeSpan.FromMilliseconds(20) };
        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => download.FetchAsync(new($"{Base}/npm/all.zip"), Path.Combine(scratch.Root, "file"), null, (_, _) => { }, Stop));
        Assert.Contains("silent", thrown.Message);
    }

    [Fact]
    public async Task Ecosystems_come_from_the_export_where_none_is_named()
    {
        var server = new FakeServer(request => request.RequestUri!.AbsolutePath switch
        {
            "/ecosystems.txt" => new(HttpStatusCode.OK) { Content = new StringContent("npm\nDebian:12\n../evil\n") },
            "/npm/all.zip" => Export(null, Record("GHSA-1")),
            _ => Export(null, Record("DSA-1", ecosystem: "Debian:12")),
        });
        var build = await Builder(server).BuildAsync([Base], scratch.Store, stop: Stop);
        Assert.Equal(["Debian", "npm"], build.Ecosystems.Select(ecosystem => ecosystem.Ecosystem));
        Assert.Equal("DSA-1", await scratch.IdsAsync("Debian:12", "left"));

        var silent = await Builder().BuildAsync([Base], scratch.Store, stop: Stop);
        Assert.Empty(silent.Ecosystems);
        Assert.Contains("name those that you want", Assert.Single(silent.Problems));
    }

    internal static HttpResponseMessage Export(string? etag, params (string Id, string Json)[] records)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Zip(records)) };
        if (etag is not null) response.Headers.ETag = EntityTagHeaderValue.Parse(etag);
        return response;
    }

    /// <summary>Promises more bytes than it has.</summary>
    private sealed class ShortContent(HttpContent inner, long promised) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => inner.CopyToAsync(stream, context);

        protected override Task<Stream> CreateContentReadStreamAsync() => inner.ReadAsStreamAsync();

        protected override bool TryComputeLength(out long length)
        {
            length = promised;
            return true;
        }
    }

    private sealed class Unsized(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    private sealed class Silent : MemoryStream
    {
        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
