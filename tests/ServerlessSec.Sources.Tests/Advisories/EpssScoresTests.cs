using System.IO.Compression;
using System.Text;
using static ServerlessSec.Sources.Advisories.Scratch;

namespace ServerlessSec.Sources.Advisories;

public sealed class EpssScoresTests : IDisposable
{
    private const string Csv = """
        #model_version:v2025.03.14,score_date:2026-05-18T12:55:00Z
        cve,epss,percentile
        CVE-1999-0001,0.0046,0.7385
        CVE-2021-44228,0.94358,0.99957
        CVE-2024-1001,0.00043,0.12345
        CVE-2024-1234567,1,1

        """;

    private readonly Scratch scratch = new();

    private CancellationToken Stop { get; } = TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Theory, InlineData(true), InlineData(false)]
    public async Task Scores_join_by_the_id_or_an_alias_and_of_several_the_highest_counts(bool isPacked)
    {
        var file = isPacked ? scratch.File("epss.csv.gz", Packed(Csv)) : scratch.File("epss.csv", Csv);
        await BuildAsync(file);
        using var store = await scratch.OpenAsync("npm");
        Assert.Equal(
            [("CVE-1999-0001", 0.0046, 0.7385), ("GHSA-1", 0.94358, 0.99957), ("GHSA-2", null, null)],
            store.Find("npm", "left").Select(static a => (a.Id, a.Epss, a.EpssPercentile)));
        Assert.DoesNotContain(store.Set.Notes, static note => note.StartsWith("No EPSS", StringComparison.Ordinal));
        var scores = AdvisoryManifest.Read(scratch.Store).Scores!;
        Assert.Equal((4, new DateTimeOffset(2026, 5, 18, 12, 55, 0, TimeSpan.Zero)), (scores.Count, scores.Date));
    }

    [Fact]
    public async Task Without_scores_and_catalogue_the_set_says_so()
    {
        await scratch.BuildAsync(scratch.File("npm.zip", Zip(Record("GHSA-1"))));
        using var store = await scratch.OpenAsync("npm");
        Assert.Equal([AdvisoryStore.NoExploited, AdvisoryStore.NoScores], store.Set.Notes);
        Assert.Null(Assert.Single(store.Find("npm", "left")).Epss);
    }

    [Fact]
    public async Task Damaged_scores_are_a_note_and_the_advisories_are_read_all_the_same()
    {
        await BuildAsync(scratch.File("epss.csv", Csv));
        var file = Directory.GetFiles(scratch.Store, "scores-*").Single();
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        using var store = await scratch.OpenAsync("npm");
        Assert.Contains(store.Set.Notes, static note => note.Contains("is damaged", StringComparison.Ordinal));
        Assert.Equal(3, store.Find("npm", "left").Count);
    }

    public static TheoryData<string, string> Broken => new()
    {
        { "empty", "" },
        { "no columns", "CVE-2024-1001,0.5,0.5\n" },
        { "no rows", "#model_version:v1,score_date:2026-05-19T00:00:00Z\ncve,epss,percentile\n" },
        { "cut line", Csv + "CVE-2024-1002,0.1" },
        { "no number", Csv + "CVE-2024-1002,much,0.1\n" },
        { "too much", Csv + "CVE-2024-1002,1.1,0.1\n" },
        { "negative", Csv + "CVE-2024-1002,-0.1,0.1\n" },
        { "no CVE", Csv + "GHSA-1,0.1,0.1\n" },
        { "twice", Csv + "CVE-2024-1001,0.1,0.1\n" },
        { "older", Csv.Replace("2026-05-18", "2026-05-17", StringComparison.Ordinal) },
        { "a page", "<html>Sorry</html>" },
        { "long", Csv + new string('1', 10_000) },
    };

    [Theory, MemberData(nameof(Broken))]
    public async Task Broken_or_older_scores_from_a_server_leave_those_at_hand(string _, string text)
    {
        await BuildAsync(scratch.File("epss.csv", Csv));
        var before = AdvisoryManifest.Read(scratch.Store).Scores;
        var server = new ExportServer { Files = { ["/epss"] = Packed(text) } };
        var build = await Builder(server).BuildAsync([], scratch.Store, new() { Scores = $"{ExportServer.Base}/epss" }, stop: Stop);
        Assert.Contains("EPSS", Assert.Single(build.Problems, static p => p.Contains("EPSS", StringComparison.Ordinal)));
        Assert.Equal(before, AdvisoryManifest.Read(scratch.Store).Scores);
        using var store = await scratch.OpenAsync("npm");
        Assert.Equal(0.94358, store.Find("npm", "left")[1].Epss);
    }

    [Fact]
    public void A_packed_file_that_is_cut_anywhere_is_refused()
    {
        var whole = Packed(Csv);
        for (var length = 0; length < whole.Length; length++)
            Assert.Throws<FormatException>(() => EpssFeed.Read(scratch.File("cut.csv.gz", whole[..length])));
        Assert.Equal(4, EpssFeed.Read(scratch.File("whole.csv.gz", whole)).Scores.Count);
    }

    [Fact]
    public async Task A_file_that_a_person_names_and_that_is_broken_stops_the_build()
    {
        var source = scratch.File("npm.zip", Zip(Record("GHSA-1")));
        await Assert.ThrowsAsync<FormatException>(() => Builder().BuildAsync([source], scratch.Store, new() { Scores = scratch.File("no.csv", "no") }, stop: Stop));
    }

    public static TheoryData<string> BrokenCatalogues => ["", "{}", "[]", "{\"vulnerabilities\":[]}", "{\"count\":2,\"vulnerabilities\":[{\"cveID\":\"CVE-2024-1001\"}]}", "{\"dateReleased\":\"2024-01-01T00:00:00Z\",\"vulnerabilities\":[{\"cveID\":\"CVE-2024-1001\"}]}", "{\"vulnerabilities\":[{\"cveID\":\"CVE-2024"];

    [Theory, MemberData(nameof(BrokenCatalogues))]
    public async Task A_broken_or_older_catalogue_leaves_the_one_at_hand(string text)
    {
        var server = new ExportServer();
        server.Records["GHSA-1"] = Record("GHSA-1", more: "\"aliases\":[\"CVE-2024-1002\"],").Json;
        var options = new AdvisoryBuildOptions { Ecosystems = ["npm"], KnownExploited = $"{ExportServer.Base}/kev" };
        server.Files["/kev"] = Encoding.UTF8.GetBytes("""{"count":1,"dateReleased":"2026-01-01T00:00:00Z","vulnerabilities":[{"cveID":"CVE-2024-1002"}]}""");
        await Builder(server).BuildAsync([ExportServer.Base], scratch.Store, options, stop: Stop);
        server.Files["/kev"] = Encoding.UTF8.GetBytes(text);
        var build = await Builder(server).BuildAsync([ExportServer.Base], scratch.Store, options, stop: Stop);
        Assert.Contains(build.Problems, static problem => problem.StartsWith("The catalogue", StringComparison.Ordinal));
        Assert.Equal(AdvisoryBuildOutcome.Unchanged, Assert.Single(build.Ecosystems).Outcome);
        using var store = await scratch.OpenAsync("npm");
        Assert.True(Assert.Single(store.Find("npm", "left")).KnownExploited);
    }

    private static byte[] Packed(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }

    private Task<AdvisoryBuild> BuildAsync(string scores) => Builder().BuildAsync(
        [scratch.File("npm.zip", Zip(Record("CVE-1999-0001"), Record("GHSA-1", more: "\"aliases\":[\"CVE-2024-1001\",\"CVE-2021-44228\"],"), Record("GHSA-2", more: "\"aliases\":[\"CVE-2024-9\"],")))],
        scratch.Store,
        new() { Scores = scores },
        stop: Stop);
}
