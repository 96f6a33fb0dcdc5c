using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using ServerlessSec.Advisories;

namespace ServerlessSec.Sources.Advisories;

/// <summary>Figures of a set of the public export's size; run with <c>--explicit only</c>.</summary>
public sealed class AdvisoryStoreFigures : IDisposable
{
    private const int Records = 250_000, Packages = 120_000, LookUps = 1_500;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact(Explicit = true)]
    public async Task Build_and_look_up()
    {
        var archive = Path.Combine(scratch.Root, "npm.zip");
        Generate(archive);
        var clock = Stopwatch.StartNew();
        var build = await scratch.BuildAsync(archive);
        var built = clock.Elapsed;
        Assert.Equal(Records, Assert.Single(build.Ecosystems).Records);
        var file = AdvisoryManifest.Read(scratch.Store).Find("npm")!;

        clock.Restart();
        using var store = await scratch.OpenAsync("npm");
        var opened = clock.Elapsed;
        var subjects = Enumerable.Range(0, LookUps).Select(i => new MatchSubject($"pkg:npm/package-{i * 79}@1.{i % 50}.0", "npm", $"package-{i * 79}", $"1.{i % 50}.0")).ToList();
        clock.Restart();
        var found = subjects.Sum(subject => store.Find("npm", subject.Name).Count);
        var looked = clock.Elapsed;
        clock.Restart();
        var matches = AdvisoryMatcher.Match(subjects, store.Find).Matches.Length;
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"archive {new FileInfo(archive).Length >> 20} MiB, build {built.TotalSeconds:0.0} s, file {file.Bytes >> 20} MiB, open {opened.TotalMilliseconds:0.00} ms, {LookUps} look-ups {looked.TotalMilliseconds:0.0} ms ({found} records), matching them {clock.Elapsed.TotalMilliseconds:0.0} ms ({matches} matches), peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB"));
        Assert.True(found > 0 && matches > 0);
    }

    [Fact(Explicit = true)]
    public void Read_the_built_in_set()
    {
        for (var run = 0; run < 5; run++)
        {
            var clock = Stopwatch.StartNew();
            var source = new BuiltinAdvisories();
            var some = source.Find("npm", "lodash").Count;
            var first = clock.Elapsed;
            var all = source.All().Count();
            TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"index and {some} records {first.TotalMilliseconds:0.00} ms, all {all} records {clock.Elapsed.TotalMilliseconds:0.00} ms"));
        }
    }

    private static void Generate(string path)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        for (var i = 0; i < Records; i++)
        {
            using var entry = archive.CreateEntry($"GHSA-{i:x8}.json", CompressionLevel.Fastest).Open();
            entry.Write(Encoding.UTF8.GetBytes($$"""
                {"id":"GHSA-{{i:x8}}","modified":"2024-0{{i % 9 + 1}}-1{{i % 9}}T00:00:00Z","aliases":["CVE-2024-{{i}}"],"summary":"Something is wrong in package-{{i % Packages}}","details":"{{new string('d', 600)}}",
                "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
                "affected":[{"package":{"ecosystem":"npm","name":"package-{{i % Packages}}"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.{{i % 60}}.0"}]}]}],
                "references":[{"type":"WEB","url":"https://example.org/advisories/{{i}}"},{"type":"PACKAGE","url":"https://example.org/package-{{i % Packages}}"}],"database_specific":{"severity":"HIGH","cwe_ids":["CWE-79"]} }
                """));
        }
    }
}
