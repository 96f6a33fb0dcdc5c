using System.Net;

namespace ServerlessSec.Cli.Commands;

public sealed class AdvisoriesCommandTests
{
    private const string Record = """
        {"id": "GHSA-aaaa-bbbb-cccc", "modified": "2026-11-20T00:00:00Z", "aliases": ["CVE-2026-0001"], "summary": "Example",
         "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
         "affected": [{"package": {"ecosystem": "npm", "name": "left-shop"}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "2.1.0"}]}]}]}
        """;

    [Fact]
    public async Task What_was_built_is_shown_and_used()
    {
        using var line = new CommandLine();
        line.File("osv/a.json", Record);
        line.File("pkg/node_modules/left-shop/package.json", """{"name": "left-shop", "version": "2.0.0"}""");
        line.File("pkg/index.js", "exports.handler = 1");
        var store = Path.Combine(line.Folder, "store");

        var built = await line.RunAsync("advisories", "build", "--from", Path.Combine(line.Folder, "osv"), "--output", store);
        Assert.True(built.Exit == 0, built.Error);
        Assert.Contains("npm  1 advisory, newest of 2026-11-20", built.Output, StringComparison.Ordinal);

        var status = await line.RunAsync("advisories", "status", "--advisories", store);
        Assert.Equal(0, status.Exit);
        Assert.Contains("1 advisory on 1 package, newest of 2026-11-20 (5 days old)", status.Output, StringComparison.Ordinal);

        var scanned = await line.RunAsync("scan", Path.Combine(line.Folder, "pkg"), "--advisories", store);
        Assert.Equal(1, scanned.Exit);
        Assert.Contains("left-shop@2.0.0: 1 advisory", scanned.Output, StringComparison.Ordinal);
        Assert.Contains("CVE-2026-0001 (critical 9.8): Example.", scanned.Output, StringComparison.Ordinal);
        Assert.Contains("Upgrade left-shop to 2.1.0 or later.", scanned.Output, StringComparison.Ordinal);
        Assert.Contains("newest of 2026-11-20 (5 days old)", scanned.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(true, "--max-advisory-age", "2d")]
    [InlineData(true, "--max-advisory-age", "132")]
    [InlineData(false, "--max-advisory-age", "133h")]
    [InlineData(false, "--max-advisory-age", "6d")]
    public async Task Advisories_that_are_older_than_is_borne_are_a_gap(bool old, params string[] args)
    {
        // 132 and a half hours before the day of the tests.
        using var line = new CommandLine();
        line.File("osv/a.json", Record.Replace("2026-11-20T00:00:00Z", "2026-11-19T23:30:00Z", StringComparison.Ordinal));
        line.File("pkg/node_modules/left-shop/package.json", """{"name": "left-shop", "version": "2.1.0"}""");
        line.File("pkg/index.js", "exports.handler = 1");
        var store = Path.Combine(line.Folder, "store");
        await line.RunAsync("advisories", "build", "--from", Path.Combine(line.Folder, "osv"), "--output", store);

        var scanned = await line.RunAsync(["scan", Path.Combine(line.Folder, "pkg"), "--advisories", store, "--format", "json", .. args]);
        Assert.Equal(old, scanned.Output.Contains("what was published later was not seen", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sources_that_are_not_there_are_named()
    {
        using var line = new CommandLine();
        var outcome = await line.RunAsync("advisories", "build", "--from", "no-osv", "--output", Path.Combine(line.Folder, "store"));
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("no-osv", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_without_network_says_so_and_leaves_nothing()
    {
        using var line = new CommandLine();
        var outcome = await line.RunAsync("advisories", "update", "npm");
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("npm", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("failed", outcome.Output, StringComparison.Ordinal);
        var status = await line.RunAsync("advisories", "status");
        Assert.Equal(0, status.Exit);
        Assert.Contains("Nothing here yet", status.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ecosystem_nobody_knows_is_wrong_usage()
    {
        using var line = new CommandLine();
        var outcome = await line.RunAsync("advisories", "update", "npn");
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("'npn'", outcome.Error, StringComparison.Ordinal);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_scan_that_reaches_no_export_uses_the_built_in_advisories_and_says_so(bool offline)
    {
        using var line = new CommandLine();
        line.File("pkg/node_modules/left-shop/package.json", """{"name": "left-shop", "version": "2.0.0"}""");
        var outcome = await line.RunAsync(["scan", Path.Combine(line.Folder, "pkg"), .. offline ? ["--offline"] : Array.Empty<string>()]);
        Assert.Equal(0, outcome.Exit);
        Assert.Contains("Advisories: the built-in set", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Only the built-in advisories were used", string.Join(' ', outcome.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(!offline, outcome.Error.Contains("fetching the advisories of npm", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_download_says_its_size_first_and_shows_a_bar_only_on_a_terminal()
    {
        var archive = Archive();
        foreach (var terminal in new[] { true, false })
        {
            using var line = new CommandLine { IsTerminal = terminal, Http = () => new Export(archive) };
            var outcome = await line.RunAsync("advisories", "update", "npm");
            Assert.True(outcome.Exit == 0, outcome.Output + outcome.Error);
            Assert.StartsWith("serverlesssec: fetching the advisories of npm from", outcome.Error, StringComparison.Ordinal);
            Assert.Contains($"{archive.Length} bytes", outcome.Error, StringComparison.Ordinal);
            Assert.Equal(terminal, outcome.Error.Contains("100%", StringComparison.Ordinal));
        }
    }

    private static byte[] Archive()
    {
        using var memory = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(memory, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("GHSA-aaaa-bbbb-cccc.json").Open();
            entry.Write(System.Text.Encoding.UTF8.GetBytes(Record));
        }

        return memory.ToArray();
    }

    private sealed class Export(byte[] archive) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = new ByteArrayContent(request.Method == HttpMethod.Head ? [] : archive);
            content.Headers.ContentLength = archive.Length;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content, RequestMessage = request });
        }
    }
}
