using System.Diagnostics;
using System.Globalization;
using ServerlessSec.Advisories;

namespace ServerlessSec.Benchmarks;

/// <summary>1,500 components of each ecosystem against five advisories each, in memory: medians of a few runs.</summary>
internal static class MatchingFigures
{
    private const int Components = 1_500;
    private const int Runs = 15;

    private static readonly (string Ecosystem, string Version, string Introduced, string Fixed)[] Kinds =
    [
        ("npm", "4.17.{0}", "4.0.0-beta.1", "4.17.21"),
        ("PyPI", "3.2.{0}", "3.2a1", "3.2.13"),
        ("Maven", "2.9.10.{0}", "2.0.0-rc1", "2.9.10.8"),
        ("NuGet", "12.0.{0}", "9.0.0-beta1", "12.0.13"),
        ("Go", "v1.5.{0}", "1.5.0-rc.1", "1.5.10"),
        ("RubyGems", "1.13.{0}-x86_64-linux", "1.0.0.rc1", "1.13.6"),
        ("Packagist", "v5.4.{0}", "5.4.0-BETA1", "5.4.20"),
        ("crates.io", "0.2.{0}", "0.1.0", "0.2.23"),
        ("Debian:12", "7.88.1-10+deb12u{0}", "0", "7.88.1-10+deb12u6"),
        ("Alpine:v3.18", "3.1.2-r{0}", "0", "3.1.2-r5"),
        ("Red Hat", "1:3.0.{0}-6.el9_2", "0", "1:3.0.7-18.el9_2"),
    ];

    public static int Run()
    {
        foreach (var kind in Kinds) Say(kind.Ecosystem, kind.Version, kind.Introduced, kind.Fixed);
        return 0;
    }

    private static void Say(string ecosystem, string version, string introduced, string end)
    {
        Advisory[] advisories =
        [
            .. Enumerable.Range(0, 5).Select(n => new Advisory
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"GHSA-{n}"),
                Affected =
                [
                    new()
                    {
                        Ecosystem = ecosystem,
                        Name = "left",
                        Ranges = [new("ECOSYSTEM", [new(RangeEventKind.Introduced, introduced), new(RangeEventKind.Fixed, end)])],
                    },
                ],
            }),
        ];
        MatchSubject[] subjects =
        [
            .. Enumerable.Range(0, Components).Select(n =>
                new MatchSubject($"pkg:x/{n}", ecosystem, "left", string.Format(CultureInfo.InvariantCulture, version, n % 30))),
        ];
        var times = new List<double>();
        var matches = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var run = 0; run < Runs; run++)
        {
            var clock = Stopwatch.StartNew();
            matches = AdvisoryMatcher.Match(subjects, (_, _) => advisories).Matches.Length;
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / Runs >> 10;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{ecosystem}: {times.Order().ElementAt(Runs / 2):F1} ms, {allocated} KiB allocated, {matches} matches of {Components} components"));
    }
}
