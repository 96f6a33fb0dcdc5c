using System.Net;
using ServerlessSec.Sources.Advisories;
using static ServerlessSec.Sources.Advisories.Scratch;

namespace ServerlessSec.Sources.Caching;

public sealed class CachedAdvisoriesTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly Clock clock = new();

    private CancellationToken Stop { get; } = TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Fetches_only_what_the_scan_has_and_says_the_size_first()
    {
        var server = new FakeServer(_ => AdvisoryDownloadTests.Export("\"one\"", Record("GHSA-1", modified: "2026-01-01T00:00:00Z")));
        var listener = new Listener();
        using var source = Source(server, listener: listener);
        await source.PrepareAsync(["npm"], Stop);
        Assert.Equal("GHSA-1", Assert.Single(source.Find("npm", "left")).Id);
        Assert.Empty(source.Set.Gaps);
        Assert.False(source.Set.IsBuiltin);
        Assert.Equal(["HEAD", "GET"], server.Requests.Where(request => request.EndsWith("/npm/all.zip", StringComparison.Ordinal)).Select(request => request.Split(' ')[0]));
        Assert.Contains("GET https://advisories.example.org/known_exploited_vulnerabilities.json", server.Requests);
        Assert.Contains("GET https://advisories.example.org/epss_scores-current.csv.gz", server.Requests);
        Assert.StartsWith("announce npm ", listener.Heard[0], StringComparison.Ordinal);
        Assert.StartsWith("received npm ", listener.Heard[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asks_again_after_a_day_and_not_before()
    {
        var server = new FakeServer(request => request.Headers.IfNoneMatch.Count > 0 ? new(HttpStatusCode.NotModified) : AdvisoryDownloadTests.Export("\"one\"", Record("GHSA-1", modified: "2026-01-01T00:00:00Z")));
        foreach (var (hours, requests) in ((int, int)[])[(0, 1), (23, 1), (2, 2), (1, 2)])
        {
            clock.Now += TimeSpan.FromHours(hours);
            using var source = Source(server);
            await source.PrepareAsync(["npm"], Stop);
            Assert.Single(source.Find("npm", "left"));
            Assert.Equal(requests, server.Requests.Count(request => request.Contains("/npm/all.zip", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Who_bears_less_age_has_the_source_asked_sooner()
    {
        var server = new FakeServer(request => request.Headers.IfNoneMatch.Count > 0 ? new(HttpStatusCode.NotModified) : AdvisoryDownloadTests.Export("\"one\"", Record("GHSA-1", modified: "2026-01-01T00:00:00Z")));
        foreach (var (hours, borne, requests) in ((int, int, int)[])[(0, 6, 1), (5, 6, 1), (2, 6, 2), (30, 48, 3)])
        {
            clock.Now += TimeSpan.FromHours(hours);
            using var source = new CachedAdvisories(Download(server), new() { BaseAddress = new("https://advisories.example.org"), Directory = scratch.Store, MaxAge = TimeSpan.FromHours(borne) }, null, clock);
            await source.PrepareAsync(["npm"], Stop);
            Assert.Equal(requests, server.Requests.Count(request => request.Contains("/npm/all.zip", StringComparison.Ordinal)));
            Assert.Empty(source.Set.Gaps);
            Assert.Equal(clock.Now - source.Set.Ages[0].Checked, source.Set.Ages[0].Age);
        }
    }

    [Fact]
    public async Task Falls_back_to_the_built_in_advisories_and_says_so()
    {
        using var source = Source(new FakeServer(_ => throw new HttpRequestException("no route to host")));
        await source.PrepareAsync(["npm"], Stop);
        Assert.Contains(source.Find("npm", "lodash"), advisory => advisory.Aliases.Contains("CVE-2021-23337"));
        Assert.True(source.Set.IsBuiltin);
        Assert.Equal(["built-in advisories", "advisories not refreshed"], source.Set.Gaps.Select(gap => gap.Reason));
        Assert.Contains("no route to host", source.Set.Gaps[1].Message);
    }

    [Fact]
    public async Task What_is_in_the_cache_is_used_when_the_server_is_gone()
    {
        using (var first = Source(new FakeServer(_ => AdvisoryDownloadTests.Export(null, Record("GHSA-1", modified: "2026-01-01T00:00:00Z"))))) await first.PrepareAsync(["npm"], Stop);
        clock.Now += TimeSpan.FromDays(2);
        using var source = Source(new FakeServer(_ => new(HttpStatusCode.ServiceUnavailable)));
        await source.PrepareAsync(["npm", "PyPI"], Stop);
        Assert.Equal("GHSA-1", Assert.Single(source.Find("npm", "left")).Id);
        Assert.NotEmpty(source.Find("PyPI", "jinja2"));
        Assert.False(source.Set.IsBuiltin);
        Assert.Equal([("built-in advisories", "PyPI"), ("advisories not refreshed", "PyPI"), ("advisories not refreshed", "npm")], source.Set.Gaps.Select(gap => (gap.Reason, gap.Scope.Ecosystem!)));
    }

    [Fact]
    public async Task Offline_asks_nobody()
    {
        var server = new FakeServer(_ => new(HttpStatusCode.OK));
        using var source = Source(server, offline: true);
        await source.PrepareAsync(["npm"], Stop);
        Assert.Empty(server.Requests);
        Assert.True(source.Set.IsBuiltin);
        Assert.Equal(["built-in advisories"], source.Set.Gaps.Select(gap => gap.Reason));
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_to_is_no_reason_to_fail()
    {
        using var source = Source(new FakeServer(_ => AdvisoryDownloadTests.Export(null, Record("GHSA-1"))), directory: scratch.File("a-file", "not a directory"));
        await source.PrepareAsync(["npm"], Stop);
        Assert.True(source.Set.IsBuiltin);
        Assert.Contains(source.Set.Gaps, gap => gap.Reason == "advisories not refreshed");
    }

    [Theory, InlineData("/var/cache", "/var/cache"), InlineData("relative", null), InlineData("", null), InlineData(null, null)]
    public void The_cache_lies_where_the_system_keeps_such_things(string? xdg, string? expected)
    {
        if (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()) expected ??= CacheDirectory.Root(_ => null, "/home/me");
        Assert.Equal(expected ?? "/home/me/.cache", CacheDirectory.Root(name => name == "XDG_CACHE_HOME" ? xdg : null, "/home/me"));
    }

    private CachedAdvisories Source(HttpMessageHandler server, bool offline = false, IDownloadListener? listener = null, string? directory = null) =>
        new(Download(server), new() { BaseAddress = new("https://advisories.example.org"), Directory = directory ?? scratch.Store, Offline = offline }, listener, clock);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 10, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class Listener : IDownloadListener
    {
        public List<string> Heard { get; } = [];

        public void Announce(IReadOnlyList<AnnouncedDownload> downloads) => Heard.AddRange(downloads.Select(download => $"announce {download.Ecosystem} {download.Bytes}"));

        public void Received(string ecosystem, long bytes, long? total) => Heard.Add($"received {ecosystem} {bytes} {total}");
    }
}
