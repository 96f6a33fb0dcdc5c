using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using ServerlessSec.Advisories;
using ServerlessSec.Sources.Advisories;

namespace ServerlessSec.Benchmarks;

/// <summary>A made export of the public one's size: built into a store, opened, and asked.</summary>
internal static class AdvisoryStoreFigures
{
    private const int Records = 250_000;
    private const int Packages = 120_000;
    private const int LookUps = 1_500;

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("serverlesssec-").FullName;
        try
        {
            var archive = Path.Combine(folder, "npm.zip");
            Generate(archive);
            using var http = AdvisoryDownload.CreateClient();
            var clock = Stopwatch.StartNew();
            var build = await new AdvisoryStoreBuilder(new AdvisoryDownload(http)).BuildAsync([archive], Path.Combine(folder, "store"));
            Say("build", clock, $"{build.Ecosystems.Sum(static e => e.Records)} records");

            clock.Restart();
            using var store = new AdvisoryStore(Path.Combine(folder, "store"));
            await store.PrepareAsync(["npm"], CancellationToken.None);
            Say("open", clock, "");

            MatchSubject[] subjects =
            [
                .. Enumerable.Range(0, LookUps).Select(static n =>
                    new MatchSubject($"pkg:npm/package-{n * 79}@1.{n % 50}.0", "npm", $"package-{n * 79}", $"1.{n % 50}.0")),
            ];
            clock.Restart();
            var found = subjects.Sum(subject => store.Find("npm", subject.Name).Count);
            Say("look up", clock, $"{LookUps} packages, {found} records");
            clock.Restart();
            Say("match", clock, $"{AdvisoryMatcher.Match(subjects, store.Find).Matches.Length} matches");
            Console.WriteLine($"resident peak, making the export included: {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Say(string what, Stopwatch clock, string of) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {clock.Elapsed.TotalMilliseconds:F1} ms {of}"));

    private static void Generate(string path)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        for (var n = 0; n < Records; n++)
        {
            using var entry = archive.CreateEntry($"GHSA-{n:x8}.json", CompressionLevel.Fastest).Open();
            entry.Write(Encoding.UTF8.GetBytes($$"""
                {"id":"GHSA-{{n:x8}}","modified":"2024-0{{n % 9 + 1}}-1{{n % 9}}T00:00:00Z","aliases":["CVE-2024-{{n}}"],
                "summary":"Something is wrong in package-{{n % Packages}}","details":"{{new string('d', 600)}}",
                "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
                "affected":[{"package":{"ecosystem":"npm","name":"package-{{n % Packages}}"},
                "ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.{{n % 60}}.0"}]}]}],
                "references":[{"type":"WEB","url":"https://example.org/advisories/{{n}}"}],"database_specific":{"severity":"HIGH"} }
                """));
        }
    }
}
