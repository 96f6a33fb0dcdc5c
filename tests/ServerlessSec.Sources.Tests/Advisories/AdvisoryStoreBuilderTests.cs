using System.Security.Cryptography;
using System.Text;
using static ServerlessSec.Sources.Advisories.Scratch;

namespace ServerlessSec.Sources.Advisories;

public sealed class AdvisoryStoreBuilderTests : IDisposable
{
    private readonly Scratch scratch = new();

    private CancellationToken Stop { get; } = TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task The_same_records_give_the_same_bytes_in_whatever_order_and_form()
    {
        var records = Enumerable.Range(0, 500).Select(i => Record($"GHSA-{i:0000}", $"package-{i % 70}", modified: $"2024-01-{i % 28 + 1:00}T00:00:00Z")).ToList();
        foreach (var (id, json) in records) scratch.File($"folder/deep/{id}.json", json);
        string[] sources = [scratch.File("a/npm.zip", Zip([.. records])), scratch.File("b/npm.zip", Zip([.. records.AsEnumerable().Reverse()])), Path.Combine(scratch.Root, "folder")];
        var digests = new HashSet<string>();
        foreach (var (source, i) in sources.Select((source, i) => (source, i)))
        {
            var output = Path.Combine(scratch.Root, $"out{i}");
            var build = await Builder().BuildAsync([source], output, stop: Stop);
            Assert.True(build.Succeeded);
            var file = Assert.Single(AdvisoryManifest.Read(output).Ecosystems);
            Assert.Equal((500, 70), (file.Records, file.Packages));
            digests.Add(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(output, file.File)))));
            digests.Add(file.Sha256);
        }

        Assert.Single(digests);
    }

    [Fact]
    public async Task A_record_is_found_under_the_normalised_name_of_each_of_its_packages()
    {
        var record = """{"id":"PYSEC-1","modified":"2024-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"PyPI","name":"Zope.Interface"},"versions":["1"]},{"package":{"ecosystem":"PyPI","name":"other"},"versions":["2"]}]}""";
        scratch.File("records/one.json", record);
        await scratch.BuildAsync(Path.Combine(scratch.Root, "records"));
        using var store = await scratch.OpenAsync("PyPI");
        var advisory = Assert.Single(store.Find("PyPI", "zope-interface"));
        Assert.Equal("Zope.Interface", Assert.Single(advisory.Affected).Name);
        Assert.Equal("PYSEC-1", Assert.Single(store.Find("pypi", "other")).Id);
        Assert.Empty(store.Find("PyPI", "absent"));
        Assert.Empty(store.Find("npm", "other"));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Of_records_with_one_id_the_newest_stays_whole(bool newestFirst)
    {
        var old = Record("GHSA-1", "renamed", modified: "2020-01-01T00:00:00Z");
        var present = Record("GHSA-1", "left", modified: "2024-01-01T00:00:00Z");
        await scratch.BuildAsync(scratch.File("1/npm.zip", Zip(newestFirst ? present : old)), scratch.File("2/npm.zip", Zip(newestFirst ? old : present)));
        Assert.Equal("GHSA-1", await scratch.IdsAsync("npm", "left"));
        Assert.Equal("", await scratch.IdsAsync("npm", "renamed"));
    }

    [Fact]
    public async Task An_export_of_one_ecosystem_makes_no_set_of_another()
    {
        var both = """{"id":"GHSA-1","modified":"2024-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"left"},"versions":["1"]},{"package":{"ecosystem":"PyPI","name":"left"},"versions":["1"]}]}""";
        var npm = scratch.File("exports/npm.zip", Zip(("GHSA-1", both)));
        Assert.Equal(["npm"], (await scratch.BuildAsync(npm)).Ecosystems.Select(ecosystem => ecosystem.Ecosystem));

        // With PyPI's own export beside it, what npm's says of PyPI counts.
        scratch.File("exports/PyPI/all.zip", Zip(Record("PYSEC-1", "right", "PyPI")));
        Assert.Equal(["PyPI", "npm"], (await scratch.BuildAsync(Path.Combine(scratch.Root, "exports"))).Ecosystems.Select(ecosystem => ecosystem.Ecosystem));
        Assert.Equal("GHSA-1", await scratch.IdsAsync("PyPI", "left"));
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_is_counted_and_named()
    {
        var build = await scratch.BuildAsync(scratch.File("npm.zip", Archive([("good.json", Record("GHSA-1").Json), ("bad.json", "{"), ("worse.json", "[]"), ("notes.txt", "no record")])));
        var npm = Assert.Single(build.Ecosystems);
        Assert.Equal(2, build.Problems.Length);
        Assert.All(build.Problems, problem => Assert.Contains("npm.zip", problem));
        Assert.Equal((AdvisoryBuildOutcome.Built, 1, 2), (npm.Outcome, npm.Records, npm.Rejected));
        Assert.Contains(build.Problems, problem => problem.Contains("'bad.json'", StringComparison.Ordinal));
    }

    public static TheoryData<string> Damages => ["cut", "empty", "text", "flipped", "encrypted", "bomb", "points outside"];

    [Theory, MemberData(nameof(Damages))]
    public async Task A_damaged_archive_leaves_the_present_set(string damage)
    {
        var good = Zip([.. Enumerable.Range(0, 200).Select(i => Record($"GHSA-{i:0000}"))]);
        await scratch.BuildAsync(scratch.File("npm.zip", good));
        var before = File.ReadAllText(Path.Combine(scratch.Store, AdvisoryManifest.FileName));
        var other = scratch.File("PyPI.zip", Zip(Record("PYSEC-1", ecosystem: "PyPI")));

        var build = await scratch.BuildAsync(scratch.File("npm.zip", Damage(good, damage)), other);
        Assert.Equal([("PyPI", AdvisoryBuildOutcome.Built), ("npm", AdvisoryBuildOutcome.Failed)], build.Ecosystems.Select(ecosystem => (ecosystem.Ecosystem, ecosystem.Outcome)));
        Assert.Contains("npm.zip", build.Ecosystems[1].Problem);
        Assert.False(build.Succeeded);
        Assert.Contains(AdvisoryManifest.Read(scratch.Store).Find("npm")!.Sha256, before);
        Assert.Equal(200, (await scratch.IdsAsync("npm", "left")).Split(' ').Length);
        Assert.DoesNotContain(Directory.EnumerateFiles(scratch.Store), file => Path.GetFileName(file).StartsWith(".staging", StringComparison.Ordinal) || Path.GetFileName(file).StartsWith(".database", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_older_set_replaces_a_newer_one_only_when_asked()
    {
        await scratch.BuildAsync(scratch.File("new/npm.zip", Zip(Record("GHSA-1", modified: "2024-06-01T00:00:00Z"))));
        var old = scratch.File("old/npm.zip", Zip(Record("GHSA-0", modified: "2023-06-01T00:00:00Z")));
        var refused = Assert.Single((await scratch.BuildAsync(old)).Ecosystems);
        Assert.Equal(AdvisoryBuildOutcome.Older, refused.Outcome);
        Assert.Equal("GHSA-1", await scratch.IdsAsync("npm", "left"));

        await Builder().BuildAsync([old], scratch.Store, new() { AllowOlder = true }, stop: Stop);
        Assert.Equal("GHSA-0", await scratch.IdsAsync("npm", "left"));
        Assert.Single(Directory.EnumerateFiles(scratch.Store, "*.db"));
    }

    [Fact]
    public async Task Building_again_from_the_same_changes_nothing()
    {
        var source = scratch.File("npm.zip", Zip(Record("GHSA-1")));
        await scratch.BuildAsync(source);
        var before = File.ReadAllText(Path.Combine(scratch.Store, AdvisoryManifest.FileName));
        Assert.Equal(AdvisoryBuildOutcome.Unchanged, Assert.Single((await scratch.BuildAsync(source)).Ecosystems).Outcome);
        Assert.Equal(before, File.ReadAllText(Path.Combine(scratch.Store, AdvisoryManifest.FileName)));
    }

    [Fact]
    public async Task Other_ecosystems_of_the_directory_stay()
    {
        await scratch.BuildAsync(scratch.File("npm.zip", Zip(Record("GHSA-1"))));
        await scratch.BuildAsync(scratch.File("PyPI.zip", Zip(Record("PYSEC-1", ecosystem: "PyPI"))));
        Assert.Equal(["PyPI", "npm"], AdvisoryManifest.Read(scratch.Store).Ecosystems.Select(file => file.Ecosystem));
        Assert.Equal("GHSA-1", await scratch.IdsAsync("npm", "left"));
    }

    [Fact]
    public async Task What_is_known_to_be_exploited_is_marked()
    {
        var catalogue = scratch.File("kev.json", """{"vulnerabilities":[{"cveID":"CVE-2024-1"},{"cveID":7},null]}""");
        var source = scratch.File("npm.zip", Zip(Record("GHSA-1", more: "\"aliases\":[\"CVE-2024-1\"],"), Record("GHSA-2"), Record("GHSA-3", more: "\"aliases\":[\"CVE-2020-11023\"],")));
        await Builder().BuildAsync([source], scratch.Store, new() { KnownExploited = catalogue }, stop: Stop);
        using var store = await scratch.OpenAsync("npm");
        Assert.Equal([true, false, true], store.Find("npm", "left").Select(advisory => advisory.KnownExploited));
        await Assert.ThrowsAsync<FormatException>(() => Builder().BuildAsync([source], scratch.Store, new() { KnownExploited = scratch.File("no.json", "[]") }, stop: Stop));
    }

    [Fact]
    public async Task A_source_that_is_not_there_is_named()
    {
        var absent = Path.Combine(scratch.Root, "absent");
        var thrown = await Assert.ThrowsAsync<FileNotFoundException>(() => scratch.BuildAsync(absent));
        Assert.Contains(absent, thrown.Message);
        Assert.False(Directory.Exists(scratch.Store));
    }

    [Fact]
    public async Task A_directory_without_records_is_said_to_have_none()
    {
        Directory.CreateDirectory(Path.Combine(scratch.Root, "empty"));
        var build = await scratch.BuildAsync(Path.Combine(scratch.Root, "empty"));
        Assert.False(build.Succeeded);
        Assert.Equal(["The sources hold no advisory."], build.Problems);
    }

    [Fact]
    public async Task A_stopped_build_leaves_nothing_behind()
    {
        var source = scratch.File("npm.zip", Zip([.. Enumerable.Range(0, 100).Select(i => Record($"GHSA-{i}"))]));
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Builder().BuildAsync([source], scratch.Store, stop: stop.Token));
        Assert.Empty(Directory.EnumerateFiles(scratch.Store));
    }

    private static byte[] Damage(byte[] archive, string damage)
    {
        var bytes = (byte[])archive.Clone();
        var directory = bytes.AsSpan().IndexOf("PK\u0001\u0002"u8);
        switch (damage)
        {
            case "cut": return bytes[..(bytes.Length / 2)];
            case "empty": return [];
            case "text": return Encoding.UTF8.GetBytes(new string('x', 500));
            case "flipped": bytes[70] ^= 0x55; return bytes;
            case "encrypted": bytes[directory + 8] |= 1; return bytes;
            case "bomb": BitConverter.TryWriteBytes(bytes.AsSpan(directory + 24), 0x7FFFFFFF); return bytes;
            default: BitConverter.TryWriteBytes(bytes.AsSpan(directory + 42), 0x7FFFFFFF); return bytes;
        }
    }
}
