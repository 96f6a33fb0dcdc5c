using System.IO.Compression;
using Microsoft.Data.Sqlite;
using ServerlessSec.Advisories;
using ServerlessSec.Shared;
using static ServerlessSec.Sources.Advisories.Scratch;

namespace ServerlessSec.Sources.Advisories;

public sealed class AdvisoryStoreTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task The_set_is_known_by_its_content()
    {
        await scratch.BuildAsync(scratch.File("npm.zip", Zip(Record("GHSA-1"))), scratch.File("PyPI.zip", Zip(Record("PYSEC-1", ecosystem: "PyPI", modified: "2024-03-01T00:00:00Z"))));
        using var both = await scratch.OpenAsync("npm", "PyPI");
        using var one = await scratch.OpenAsync("npm");
        using var again = await scratch.OpenAsync("PyPI", "npm");
        Assert.Equal(both.Set.Id, again.Set.Id);
        Assert.NotEqual(both.Set.Id, one.Set.Id);
        Assert.Equal(64, one.Set.Id.Length);
        Assert.Equal(new DateTimeOffset(2024, 3, 1, 0, 0, 0, TimeSpan.Zero), both.Set.Newest);
        Assert.False(both.Set.IsBuiltin);
    }

    [Fact]
    public async Task An_old_set_is_said_to_be_old()
    {
        await scratch.BuildAsync(scratch.File("npm.zip", Zip(Record("GHSA-1", modified: "2024-01-01T00:00:00Z"))));
        foreach (var (hours, borne, old) in ((int, int?, bool)[])[(48, null, false), (49, null, true), (24 * 20, 24 * 21, false), (24 * 40, 24 * 41, false), (2, 1, true), (-100, null, false)])
        {
            using var store = new AdvisoryStore(scratch.Store, new At(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddHours(hours)), borne is { } most ? TimeSpan.FromHours(most) : null);
            await store.PrepareAsync(["npm"], TestContext.Current.CancellationToken);
            Assert.Equal(old ? ["old advisories"] : [], store.Set.Gaps.Select(gap => gap.Reason));
            var age = Assert.Single(store.Set.Ages);
            Assert.Equal(("npm", null, TimeSpan.FromHours(Math.Max(hours, 0))), (age.Ecosystem, age.Checked, age.Age!.Value));
        }
    }

    [Theory, InlineData(47, 0, false), InlineData(49, 0, true), InlineData(1, 29 * 24, false), InlineData(1, 31 * 24, true)]
    public async Task Advisories_that_came_from_a_source_are_as_old_as_its_last_answer(int hours, int quiet, bool old)
    {
        var clock = new Clock { Now = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero) };
        var server = new FakeServer(request => request.Headers.IfNoneMatch.Count > 0 ? new(System.Net.HttpStatusCode.NotModified) : AdvisoryDownloadTests.Export("\"one\"", Record("GHSA-1", modified: "2024-01-01T00:00:00Z")));
        foreach (var wait in (int[])[0, quiet])
        {
            clock.Now += TimeSpan.FromHours(wait);
            await new AdvisoryStoreBuilder(Download(server), null, clock).BuildAsync(["https://advisories.example.org"], scratch.Store, new() { Ecosystems = ["npm"] }, stop: TestContext.Current.CancellationToken);
        }

        var asked = clock.Now;
        clock.Now += TimeSpan.FromHours(hours);
        using var store = new AdvisoryStore(scratch.Store, clock);
        await store.PrepareAsync(["npm"], TestContext.Current.CancellationToken);
        Assert.Equal(old ? ["old advisories"] : [], store.Set.Gaps.Select(gap => gap.Reason));
        Assert.Equal((asked, TimeSpan.FromHours(hours)), (store.Set.Ages[0].Checked!.Value, store.Set.Ages[0].Age!.Value));
        if (hours == 49) Assert.Equal("The advisories for npm were last checked against their source on 2024-01-01 00:00 UTC, longer ago than 48 hours; what was published later was not seen.", store.Set.Gaps[0].Message);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }

    [Theory]
    [InlineData("cut", "unreadable advisories")]
    [InlineData("grown", "unreadable advisories")]
    [InlineData("gone", "unreadable advisories")]
    [InlineData("foreign", "unreadable advisories")]
    [InlineData("zeroed", "unreadable advisories")]
    [InlineData("other", "unreadable advisories")]
    [InlineData("manifest cut", "unreadable advisories")]
    [InlineData("manifest of another schema", "unreadable advisories")]
    [InlineData("manifest points outside", "unreadable advisories")]
    [InlineData("manifest gone", "no advisories")]
    public async Task A_set_that_cannot_be_used_is_a_gap(string damage, string reason)
    {
        await scratch.BuildAsync(scratch.File("npm.zip", Zip([.. Enumerable.Range(0, 300).Select(i => Record($"GHSA-{i:0000}"))])));
        await DamageAsync(damage);
        using var store = await scratch.OpenAsync("npm");
        Assert.Empty(store.Find("npm", "left"));
        var gap = Assert.Single(store.Set.Gaps);
        Assert.Equal((GapKind.Advisories, reason, "npm"), (gap.Kind, gap.Reason, gap.Scope.Ecosystem));
        var status = await AdvisoryStatus.ReadAsync(scratch.Store, stop: TestContext.Current.CancellationToken);
        Assert.True(status.Problem is not null || status.Ecosystems.All(ecosystem => !ecosystem.IsIntact));
    }

    [Fact]
    public async Task Damage_within_the_file_is_found_by_whoever_reads_there()
    {
        await scratch.BuildAsync(scratch.File("npm.zip", Zip([.. Enumerable.Range(0, 300).Select(i => Record($"GHSA-{i:0000}"))])));
        var path = DatabasePath();
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf("GHSA-0150 of left"u8)] ^= 1;
        File.WriteAllBytes(path, bytes);
        using var store = await scratch.OpenAsync("npm");
        Assert.Empty(store.Set.Gaps.Where(gap => gap.Reason == "unreadable advisories"));
        Assert.Empty(store.Find("npm", "left"));
        Assert.Contains(store.Set.Gaps, gap => gap.Reason == "unreadable advisories");
        var status = await AdvisoryStatus.ReadAsync(scratch.Store, stop: TestContext.Current.CancellationToken);
        Assert.Contains("checksum", Assert.Single(status.Ecosystems).Problem);
    }

    [Fact]
    public async Task An_ecosystem_that_the_set_lacks_is_a_gap()
    {
        await scratch.BuildAsync(scratch.File("npm.zip", Zip(Record("GHSA-1"))));
        using var store = await scratch.OpenAsync("npm", "Maven", "Debian:12");
        Assert.Equal(["Debian", "Maven"], store.Set.Gaps.Where(gap => gap.Reason == "no advisories").Select(gap => gap.Scope.Ecosystem));
    }

    [Fact]
    public async Task A_directory_that_may_not_be_written_to_is_read()
    {
        await scratch.BuildAsync(scratch.File("npm.zip", Zip(Record("GHSA-1"))));
        foreach (var file in Directory.GetFiles(scratch.Store)) File.SetAttributes(file, FileAttributes.ReadOnly);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(scratch.Store, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Assert.Equal("GHSA-1", await scratch.IdsAsync("npm", "left"));
            Assert.Equal(2, Directory.GetFiles(scratch.Store).Length);
        }
        finally
        {
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(scratch.Store, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            foreach (var file in Directory.GetFiles(scratch.Store)) File.SetAttributes(file, FileAttributes.Normal);
        }
    }

    [Fact]
    public async Task A_path_may_hold_any_character()
    {
        var folder = Path.Combine(scratch.Root, "a b#c%41?d;é");
        await Builder().BuildAsync([scratch.File("npm.zip", Zip(Record("GHSA-1")))], folder, stop: TestContext.Current.CancellationToken);
        using var store = new AdvisoryStore(folder);
        await store.PrepareAsync(["npm"], TestContext.Current.CancellationToken);
        Assert.Single(store.Find("npm", "left"));
    }

    [Fact]
    public async Task Status_tells_what_is_there()
    {
        var source = scratch.File("npm.zip", Archive([("a.json", Record("GHSA-1").Json), ("b.json", "{")]));
        await scratch.BuildAsync(source);
        var status = await AdvisoryStatus.ReadAsync(scratch.Store, new At(new DateTimeOffset(2024, 1, 11, 0, 0, 0, TimeSpan.Zero)), TestContext.Current.CancellationToken);
        var npm = Assert.Single(status.Ecosystems);
        Assert.Equal((1, 1, 1, true), (npm.Records, npm.Packages, npm.Rejected, npm.IsIntact));
        Assert.Equal(TimeSpan.FromDays(10), npm.Age);
        Assert.Equal(source, Assert.Single(npm.Origins).Address);
        Assert.Equal(new FileInfo(npm.Path).Length, npm.Bytes);
        using var store = await scratch.OpenAsync("npm");
        Assert.Equal(store.Set.Id, status.Id);
    }

    [Fact]
    public async Task The_store_answers_as_the_records_of_the_corpus_say()
    {
        var source = Requires.Corpus("advisories");
        await scratch.BuildAsync(source);
        using var store = await scratch.OpenAsync("npm", "PyPI");
        foreach (var ecosystem in (string[])["npm", "PyPI"])
        {
            using var archive = ZipFile.OpenRead(Path.Combine(source, $"{ecosystem}.zip"));
            var count = 0;
            foreach (var entry in archive.Entries)
            {
                using var stream = entry.Open();
                var advisory = OsvRecord.Read(stream);
                foreach (var package in advisory.Affected.Where(package => package.Ecosystem == ecosystem))
                {
                    count++;
                    var found = Assert.Single(store.Find(ecosystem, Ecosystems.NormaliseName(ecosystem, package.Name)), found => found.Id == advisory.Id);
                    Assert.Equal((advisory.Modified, advisory.Withdrawn, advisory.Summary), (found.Modified, found.Withdrawn, found.Summary));
                    Assert.Contains(found.Affected, kept => kept.Name == package.Name && kept.Versions.SequenceEqual(package.Versions) && kept.Ranges.Length == package.Ranges.Length);
                }
            }

            Assert.True(count > 1_000);
        }

        Assert.Equal(8, AdvisoryManifest.Read(scratch.Store).Ecosystems.Count(file => Directory.EnumerateFiles(source, $"{file.Ecosystem}.zip").Any()));
    }

    [Theory]
    [InlineData("advisory-withdrawn", "npm", "minimist", "1.2.5", "CVE-2021-44906 fixed 1.2.6")]
    [InlineData("advisory-withdrawn", "npm", "lodash", "4.17.21", "")]
    [InlineData("fix-of-the-matching-range", "npm", "next", "16.1.4", "GHSA-5f7q-jpqc-wp7h fixed 16.1.5")]
    [InlineData("fix-of-the-matching-range", "npm", "next", "15.6.0-canary.9", "GHSA-5f7q-jpqc-wp7h fixed 15.6.0-canary.61")]
    [InlineData("fix-of-the-matching-range", "npm", "next", "16.2.2", "")]
    [InlineData("range-with-many-intervals", "Go", "github.com/containerd/containerd", "v1.5.9", "GO-2022-0344 fixed 1.5.10")]
    [InlineData("range-with-many-intervals", "Go", "github.com/containerd/containerd", "v1.4.13", "")]
    public async Task Records_in_a_directory_match_as_the_case_says(string name, string ecosystem, string package, string version, string expected)
    {
        await scratch.BuildAsync(Requires.Corpus($"cases/sca/{name}/osv"));
        using var store = await scratch.OpenAsync(ecosystem);
        MatchSubject[] subjects = [new($"pkg:x/{package}@{version}", ecosystem, package, version)];
        var matches = AdvisoryMatcher.Match(subjects, store.Find).Matches;
        var own = matches.Select(match => match.Aliases.Prepend(match.Id).FirstOrDefault(id => expected.Length > 0 && expected.StartsWith(id, StringComparison.Ordinal), match.Id) + $" fixed {match.Fixed}");
        Assert.Equal(expected, string.Join(", ", own));
    }

    private string DatabasePath() => Directory.GetFiles(scratch.Store, "*.db").Single();

    private async Task DamageAsync(string damage)
    {
        var path = DatabasePath();
        var manifest = Path.Combine(scratch.Store, AdvisoryManifest.FileName);
        var bytes = File.ReadAllBytes(path);
        switch (damage)
        {
            case "cut": File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]); break;
            case "grown": File.WriteAllBytes(path, [.. bytes, 0]); break;
            case "gone": File.Delete(path); break;
            case "foreign": await ReplaceByForeignAsync(path, bytes.Length); break;
            case "zeroed": File.WriteAllBytes(path, new byte[bytes.Length]); break;
            case "other": await ReplaceByOtherAsync(path, bytes.Length); break;
            case "manifest cut": File.WriteAllText(manifest, File.ReadAllText(manifest)[..40]); break;
            case "manifest of another schema": File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"schemaVersion\": 2", "\"schemaVersion\": 9", StringComparison.Ordinal)); break;
            case "manifest points outside": File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"npm-", "\"../store/npm-", StringComparison.Ordinal)); break;
            default: File.Delete(manifest); break;
        }
    }

    private static async Task ReplaceByForeignAsync(string path, int length)
    {
        File.Delete(path);
        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            await using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE stranger(a)";
            command.ExecuteNonQuery();
        }

        using var file = File.OpenWrite(path);
        file.SetLength(length);
    }

    // A whole file of ours, but not the one that the manifest means: a swap that only half happened.
    private async Task ReplaceByOtherAsync(string path, int length)
    {
        var folder = Path.Combine(scratch.Root, "other");
        await Builder().BuildAsync([scratch.File("2/npm.zip", Zip([.. Enumerable.Range(0, 300).Select(i => Record($"GHSA-{i:0000}", "lefs"))]))], folder, stop: TestContext.Current.CancellationToken);
        File.Copy(Directory.GetFiles(folder, "*.db").Single(), path, overwrite: true);
        Assert.Equal(length, new FileInfo(path).Length);
    }

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    [Theory]
    [InlineData("a\\u0000b.db")]
    [InlineData("../npm.db")]
    [InlineData("..")]
    [InlineData("manifest.json")]
    [InlineData("a\\nb.db")]
    public async Task A_manifest_names_nothing_but_files_of_its_own(string name)
    {
        await scratch.BuildAsync(scratch.File("npm.zip", Zip(Record("GHSA-1"))));
        var manifest = Path.Combine(scratch.Store, AdvisoryManifest.FileName);
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(Path.GetFileName(DatabasePath()), name, StringComparison.Ordinal));
        using var store = await scratch.OpenAsync("npm");
        Assert.Equal("unreadable advisories", Assert.Single(store.Set.Gaps).Reason);
    }

    [Theory]
    [InlineData("[null]")]
    [InlineData("null")]
    [InlineData("[{}]")]
    public async Task A_manifest_without_its_entries_is_a_gap(string entries)
    {
        Directory.CreateDirectory(scratch.Store);
        File.WriteAllText(Path.Combine(scratch.Store, AdvisoryManifest.FileName), $$"""{"schemaVersion":{{AdvisoryManifest.CurrentSchema}},"ecosystems":{{entries}}}""");
        using var store = await scratch.OpenAsync("npm");
        Assert.Equal("unreadable advisories", Assert.Single(store.Set.Gaps).Reason);
    }

    [Theory]
    [InlineData("CREATE VIEW advisory AS WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT 'left' AS name, n AS id, x'7b7d' AS body, 0 AS sum FROM t")]
    [InlineData("CREATE TABLE advisory(name TEXT, id TEXT, body BLOB AS (zeroblob(900000000)), sum INTEGER)")]
    public async Task A_small_file_that_would_give_rows_without_end_is_refused(string schema)
    {
        await scratch.BuildAsync(scratch.File("npm.zip", Zip(Record("GHSA-1"))));
        var path = DatabasePath();
        var before = new FileInfo(path).Length;
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"DROP TABLE advisory; {schema}";
            command.ExecuteNonQuery();
        }

        var manifest = Path.Combine(scratch.Store, AdvisoryManifest.FileName);
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace($"\"bytes\": {before}", $"\"bytes\": {new FileInfo(path).Length}", StringComparison.Ordinal));
        using var store = await scratch.OpenAsync("npm");
        Assert.Empty(store.Find("npm", "left"));
        Assert.Contains("more than the tables", Assert.Single(store.Set.Gaps).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipes_in_place_of_files_are_not_waited_for()
    {
        await scratch.BuildAsync(scratch.File("npm.zip", Zip(Record("GHSA-1"))));
        var database = DatabasePath();
        File.Delete(database);
        Pipe.At(database);
        using (var store = await scratch.OpenAsync("npm")) Assert.Equal("unreadable advisories", Assert.Single(store.Set.Gaps).Reason);

        File.Delete(Path.Combine(scratch.Store, AdvisoryManifest.FileName));
        Pipe.At(Path.Combine(scratch.Store, AdvisoryManifest.FileName));
        using (var store = await scratch.OpenAsync("npm")) Assert.Equal("unreadable advisories", Assert.Single(store.Set.Gaps).Reason);

        var records = Path.Combine(scratch.Root, "records");
        Directory.CreateDirectory(records);
        Pipe.At(Path.Combine(records, "a.json"));
        Assert.False((await scratch.BuildAsync(records)).Succeeded);
    }
}
