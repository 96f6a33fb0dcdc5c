using System.Diagnostics;
using System.Globalization;
using ServerlessSec.Advisories;
using ServerlessSec.Sources.Advisories;

namespace ServerlessSec.Benchmarks;

/// <summary>A made export of the public one's size: built into a store, opened, and asked.</summary>
internal static class AdvisoryStoreFigures
{
    private const int LookUps = 1_500;

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("serverlesssec-").FullName;
        try
        {
            var archive = Path.Combine(folder, "npm.zip");
            MadeExport.Write(archive);
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
}
