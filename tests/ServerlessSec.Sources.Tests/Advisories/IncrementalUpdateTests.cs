using System.Globalization;
using System.Text;
using CsCheck;
using static ServerlessSec.Sources.Advisories.Scratch;

namespace ServerlessSec.Sources.Advisories;

public sealed class IncrementalUpdateTests : IDisposable
{
    private static readonly Gen<(string Id, string Json)> SomeRecord = Gen.Select(
        Gen.Int[0, 30], Gen.Int[0, 6], Gen.Int[0, 40], Gen.Int[0, 9], Gen.Int[0, 4], static (id, kind, minute, name, alias) =>
        {
            var aliases = alias == 0 ? "" : $"\"aliases\":[\"CVE-2024-{1000 + alias}\"],";
            var modified = string.Create(CultureInfo.InvariantCulture, $"2024-05-01T10:{minute:00}:00{(minute % 3 == 0 ? ".123456" : "")}Z");
            return kind switch
            {
                // Two packages; a withdrawn one; a stranger to npm; no record at all; marked by its own source.
                0 => ($"GHSA-{id}", $$"""{"id":"GHSA-{{id}}","modified":"{{modified}}",{{aliases}}"affected":[{"package":{"ecosystem":"npm","name":"p{{name}}"},"versions":["1.0.0"]},{"package":{"ecosystem":"npm","name":"q{{name}}"},"versions":["1.0.{{minute}}"]}]}"""),
                1 => Record($"GHSA-{id}", $"p{name}", modified: modified, more: aliases + "\"withdrawn\":\"2024-06-01T00:00:00Z\","),
                2 => Record($"GHSA-{id}", $"p{name}", "PyPI", modified),
                3 => ($"GHSA-{id}", "{\"id\":"),
                4 => Record($"GHSA-{id}", $"p{name}", modified: modified, more: aliases + "\"database_specific\":{\"known_exploited\":true},"),
                _ => Record($"GHSA-{id}", $"p{name}", modified: modified, @fixed: $"1.{minute}.0", more: aliases),
            };
        });

    private static readonly Gen<(string Id, string Json)[]> Export = SomeRecord.Array[1, 25]
        .Select(static records => records.Append(Record("GHSA-newest", "always", modified: "2024-07-01T00:00:00Z")).GroupBy(static r => r.Id).Select(static g => g.Last()).ToArray());

    private static readonly Gen<int[]> Exploited = Gen.Int[1, 4].Array[1, 3];

    private readonly Scratch scratch = new();

    private CancellationToken Stop { get; } = TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Fact]
    public Task An_update_by_the_list_gives_the_file_that_the_whole_export_gives() => Gen.Select(Export, Export, Exploited, Exploited).SampleAsync(
        async (before, after, exploitedBefore, exploitedAfter) =>
        {
            var folder = Path.Combine(scratch.Root, Guid.NewGuid().ToString("N"));
            // What changes has another time, as in the public export.
            var former = before.ToDictionary(static r => r.Id, static r => r.Json, StringComparer.Ordinal);
            var latter = after.Where(r => !former.TryGetValue(r.Id, out var old) || old == r.Json || ExportServer.Line(r.Id, old) != ExportServer.Line(r.Id, r.Json)).ToArray();
            var server = Server(before, exploitedBefore);
            var incremental = Path.Combine(folder, "incremental");
            await BuildAsync(server, incremental);
            var next = Server(latter, exploitedAfter);
            await BuildAsync(next, incremental);
            Assert.DoesNotContain("/npm/all.zip", next.Asked);

            var whole = Path.Combine(folder, "whole");
            await BuildAsync(Server(latter, exploitedAfter), whole);
            var (left, right) = (AdvisoryManifest.Read(incremental).Find("npm")!, AdvisoryManifest.Read(whole).Find("npm")!);
            Assert.Equal((right.Sha256, right.Content, right.File, right.Records, right.Packages, right.Rejected, right.Newest), (left.Sha256, left.Content, left.File, left.Records, left.Packages, left.Rejected, left.Newest));
            Assert.Equal(File.ReadAllBytes(Path.Combine(whole, right.File)), File.ReadAllBytes(Path.Combine(incremental, left.File)));
            Directory.Delete(folder, recursive: true);
        },
        iter: 60);

    [Fact]
    public async Task Only_what_the_list_tells_is_fetched_and_nothing_where_it_tells_nothing()
    {
        var server = Server([.. Enumerable.Range(0, 50).Select(static n => Record($"GHSA-{n}"))], [1]);
        await BuildAsync(server, scratch.Store);
        server.Asked.Clear();
        Assert.Equal(AdvisoryBuildOutcome.Unchanged, (await BuildAsync(server, scratch.Store)).Outcome);
        server.Records["GHSA-7"] = Record("GHSA-7", modified: "2024-02-01T00:00:00Z", @fixed: "3.0.0").Json;
        server.Records.Remove("GHSA-8");
        server.Records["GHSA-50"] = Record("GHSA-50", modified: "2024-02-01T00:00:00Z").Json;
        Assert.Equal((AdvisoryBuildOutcome.Built, 50), (await BuildAsync(server, scratch.Store) is var built ? (built.Outcome, built.Records) : default));
        Assert.Equal(AdvisoryBuildOutcome.Unchanged, (await BuildAsync(server, scratch.Store)).Outcome);
        string[] records = ["/npm/GHSA-50.json", "/npm/GHSA-7.json", "/npm/GHSA-8.json"];
        Assert.Equal(records, server.Asked.Where(static path => path.StartsWith("/npm/GHSA", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("/npm/all.zip", server.Asked);
    }

    [Fact]
    public async Task A_long_list_of_changes_is_a_reason_to_fetch_the_whole()
    {
        var server = Server([Record("GHSA-0")], [1]);
        await BuildAsync(server, scratch.Store);
        for (var n = 1; n <= IncrementalUpdate.Most + 1; n++) server.Records[$"GHSA-{n}"] = Record($"GHSA-{n}", modified: "2024-02-01T00:00:00Z").Json;
        server.Asked.Clear();
        Assert.Equal(IncrementalUpdate.Most + 2, (await BuildAsync(server, scratch.Store)).Records);
        Assert.DoesNotContain(server.Asked, static path => path.StartsWith("/npm/GHSA", StringComparison.Ordinal));
    }

    public static TheoryData<string> Lists => ["", "no list", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z,../evil/", "yesterday,GHSA-1", "2024-01-01T00:00:00Z," + new string('x', 5_000), "2024-03-01T00:00:00Z,GHSA-1\n2024-01-01T00:00:00Z,GHSA-none\n", "2024-01-01T00:00:00Z,GHSA-1\n"];

    [Theory, MemberData(nameof(Lists))]
    public async Task A_list_that_is_broken_or_disagrees_with_the_records_is_not_believed(string list)
    {
        var server = Server([Record("GHSA-1"), Record("GHSA-2")], [1]);
        await BuildAsync(server, scratch.Store);
        var before = AdvisoryManifest.Read(scratch.Store).Find("npm")!;
        server.List = list;
        server.Asked.Clear();
        Assert.NotEqual(AdvisoryBuildOutcome.Failed, (await BuildAsync(server, scratch.Store)).Outcome);
        Assert.Contains("/npm/all.zip", server.Asked);
        Assert.Equal(before.Sha256, AdvisoryManifest.Read(scratch.Store).Find("npm")!.Sha256);
        Assert.Equal("GHSA-1 GHSA-2", await scratch.IdsAsync("npm", "left"));
    }

    [Fact]
    public async Task A_list_of_an_older_state_replaces_nothing()
    {
        await BuildAsync(Server([Record("GHSA-1", modified: "2024-06-01T00:00:00Z"), Record("GHSA-2")], [1]), scratch.Store);
        Assert.Equal(AdvisoryBuildOutcome.Older, (await BuildAsync(Server([Record("GHSA-1"), Record("GHSA-2")], [1]), scratch.Store)).Outcome);
        using var store = await scratch.OpenAsync("npm");
        Assert.Equal(6, store.Find("npm", "left")[0].Modified?.Month);
    }

    [Fact]
    public async Task What_was_exploited_since_is_marked_without_fetching_the_export()
    {
        var server = Server([Record("GHSA-1", more: "\"aliases\":[\"CVE-2024-1001\"],"), Record("GHSA-2", more: "\"aliases\":[\"CVE-2024-1002\"],")], [1]);
        await BuildAsync(server, scratch.Store);
        server.Files["/known_exploited_vulnerabilities.json"] = Catalogue([2], "2024-06-02");
        server.Asked.Clear();
        Assert.Equal(AdvisoryBuildOutcome.Built, (await BuildAsync(server, scratch.Store)).Outcome);
        Assert.DoesNotContain("/npm/all.zip", server.Asked);
        using var store = await scratch.OpenAsync("npm");
        Assert.Equal([false, true], store.Find("npm", "left").Select(static advisory => advisory.KnownExploited));
    }

    private static ExportServer Server((string Id, string Json)[] records, int[] exploited)
    {
        var server = new ExportServer();
        foreach (var (id, json) in records) server.Records[id] = json;
        server.Files["/known_exploited_vulnerabilities.json"] = Catalogue(exploited, "2024-06-01");
        return server;
    }

    private static byte[] Catalogue(int[] exploited, string released)
    {
        var rows = exploited.Distinct().Select(static n => $$"""{"cveID":"CVE-2024-{{1000 + n}}"}""").ToArray();
        return Encoding.UTF8.GetBytes($$"""{"title":"CISA Catalog of Known Exploited Vulnerabilities","catalogVersion":"1","dateReleased":"{{released}}T12:00:00.1234Z","count":{{rows.Length}},"vulnerabilities":[{{string.Join(',', rows)}}]}""");
    }

    private async Task<EcosystemBuild> BuildAsync(ExportServer server, string folder)
    {
        var options = new AdvisoryBuildOptions { Ecosystems = ["npm"], KnownExploited = $"{ExportServer.Base}/known_exploited_vulnerabilities.json" };
        return Assert.Single((await Builder(server).BuildAsync([ExportServer.Base], folder, options, stop: Stop)).Ecosystems);
    }
}
