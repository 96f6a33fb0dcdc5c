using System.IO.Compression;
using System.Text.Json;
using ServerlessSec.Inventory;
using ServerlessSec.Shared;

namespace ServerlessSec.Advisories;

public class ExpectedMatchTests
{
    [Theory]
    [InlineData("npm-express-old", "npm")]
    [InlineData("npm-layer", "npm")]
    [InlineData("npm-yarn-v1-lockonly", "npm")]
    [InlineData("npm-ts-pnpm-src", "npm")]
    [InlineData("npm-bundle-sourcemap", "npm")]
    [InlineData("py-flask-flat", "PyPI")]
    [InlineData("py-pyenv-modern", "PyPI")]
    [InlineData("py-requirements-only", "PyPI")]
    [InlineData("go-fn-a", "Go")]
    [InlineData("dotnet-orders", "NuGet")]
    [InlineData("dotnet-orders-src", "NuGet")]
    [InlineData("java-zip-lib", "Maven")]
    [InlineData("java-uber-jar", "Maven")]
    [InlineData("java-pom-only", "Maven")]
    public void Finds_what_is_expected_of_a_package_and_nothing_else(string package, string ecosystem)
    {
        var (expected, found, wrong) = Compare(package, ecosystem);

        Assert.Equal([], wrong);
        Assert.Equal(expected, found.Matches.Length);
        Assert.Empty(found.Gaps);
    }

    /// <summary>How many matches the package should have, those it has, and which of either are not among the other.</summary>
    internal static (int Expected, AdvisoryMatches Found, string[] Wrong) Compare(string package, string ecosystem)
    {
        using var truth = JsonDocument.Parse(File.ReadAllBytes(Requires.Corpus($"packages/{package}.truth.json")));
        var purls = truth.RootElement.GetProperty("purls").EnumerateArray().Select(purl => purl.GetString()!);
        var found = AdvisoryMatcher.Match(purls.Where(purl => purl.Contains('@', StringComparison.Ordinal)).Select(purl => Subject(purl, ecosystem)), Load(ecosystem));
        var expected = truth.RootElement.GetProperty("expected_vulnerabilities").EnumerateArray()
            .Select(row => (Purl: row.GetProperty("purl").GetString()!, Ids: row.GetProperty("aliases").EnumerateArray().Select(alias => alias.GetString()!).ToHashSet()))
            .ToList();
        bool Same(AdvisoryMatch match, (string Purl, HashSet<string> Ids) row) => match.Purl == row.Purl && match.Aliases.Prepend(match.Id).Any(row.Ids.Contains);
        var missed = expected.Where(row => !found.Matches.Any(match => Same(match, row))).Select(row => $"missed {row.Purl} {string.Join(' ', row.Ids)}");
        var extra = found.Matches.Where(match => !expected.Exists(row => Same(match, row))).Select(match => $"extra {match.Purl} {match.Id} {string.Join(' ', match.Aliases)}");
        return (expected.Count, found, [.. missed, .. extra]);
    }

    [Fact]
    public void Agrees_with_the_labels_of_others()
    {
        var failures = new List<string>();
        var count = 0;
        var sources = new Dictionary<string, Func<string, string, IReadOnlyList<Advisory>>>();
        foreach (var row in File.ReadLines(Requires.Corpus("advisories_extra/sca_truth_anchore_labels.csv")).Skip(1).Select(line => line.Split(',')))
        {
            var (label, version, id, cve, ecosystem, names, verdict) = (row[0], row[2], row[3], row[4], row[5], row[6], row[8]);
            // The other rows ask for what only the image that was scanned can tell.
            if ((label, verdict) is not (("TP", "match") or ("FP", "no-match"))) continue;
            count++;
            if (!sources.TryGetValue(ecosystem, out var find)) sources[ecosystem] = find = Load(ecosystem);
            var hit = names.Split('|').Any(name => AdvisoryMatcher.Match([new MatchSubject($"pkg:x/{name}@{version}", ecosystem, name, version)], find).Matches
                .Any(match => match.Aliases.Prepend(match.Id).Any(alias => alias == id || alias == cve)));
            if (hit != (verdict == "match")) failures.Add($"{label} {ecosystem} {names} {version} {id} should be {verdict}");
        }

        Assert.True(count > 0);
        Assert.True(failures.Count == 0, $"{failures.Count} of {count}:\n{string.Join('\n', failures)}");
    }

    [Fact]
    public void Judges_every_vulnerable_version_of_a_java_library()
    {
        using var list = JsonDocument.Parse(File.ReadAllBytes(Requires.Corpus("advisories_extra/xshady_maven_versions.json")));
        var find = Load("Maven");
        var failures = new List<string>();
        var count = 0;
        foreach (var row in list.RootElement.EnumerateArray())
        {
            var (id, artifact) = (row.GetProperty("id").GetString()!, row.GetProperty("artifact").GetString()!);
            var said = find("Maven", artifact).Where(advisory => advisory.Id == id || advisory.Aliases.Contains(id)).SelectMany(advisory => advisory.Affected).Where(package => package.Name == artifact).ToList();
            var versions = row.GetProperty("vulnerableVersions").EnumerateArray().Select(version => version.GetString()!).ToList();
            if (said.Count == 0) continue;
            // Some records list fewer versions, or begin later, than were found vulnerable: these are judged by what the record says.
            var whole = said.Exists(package => package.Ranges.Any(range => range.Events.Contains(new(RangeEventKind.Introduced, "0"))) || versions.TrueForAll(version => package.Versions.Contains(version)));
            foreach (var version in versions)
            {
                count++;
                if (!IsHit(version) && (whole || said.Exists(package => package.Versions.Contains(version)))) failures.Add($"{id} {artifact} {version} should match");
            }

            if (row.TryGetProperty("fixVersion", out var fix) && fix.GetString() is { Length: > 0 } mended && IsHit(mended)) failures.Add($"{id} {artifact} {mended} should not match");

            bool IsHit(string version)
            {
                var found = AdvisoryMatcher.Match([new MatchSubject($"pkg:x/{artifact}@{version}", "Maven", artifact, version)], find);
                Assert.Empty(found.Gaps);
                return found.Matches.Any(match => match.Aliases.Prepend(match.Id).Contains(id));
            }
        }

        Assert.True(count > 0);
        Assert.True(failures.Count == 0, $"{failures.Count} of {count}:\n{string.Join('\n', failures)}");
    }

    [Theory]
    [InlineData("range-with-many-intervals", "Go", "github.com/containerd/containerd", "v1.5.9", "1.5.10")]
    [InlineData("range-with-many-intervals", "Go", "github.com/containerd/containerd", "v1.4.13", null)]
    [InlineData("fix-of-the-matching-range", "npm", "next", "15.6.0-canary.9", "15.6.0-canary.61")]
    [InlineData("fix-of-the-matching-range", "npm", "next", "16.2.2", null)]
    [InlineData("gem-platform-suffix", "RubyGems", "nokogiri", "1.19.3-x86_64-linux-gnu", null)]
    [InlineData("gem-platform-suffix", "RubyGems", "nokogiri", "1.19.2-x86_64-linux-gnu", "1.19.3")]
    [InlineData("gem-platform-suffix", "RubyGems", "rack", "2.2.3", "2.2.3.1")]
    [InlineData("go-toolchain-experiment", "Go", "stdlib", "go1.22.2 X:boringcrypto", "1.22.3")]
    [InlineData("advisory-withdrawn", "npm", "lodash", "4.17.21", null)]
    public void A_case_that_others_got_wrong_is_right(string slug, string ecosystem, string name, string version, string? fix)
    {
        var advisories = Directory.EnumerateFiles(Requires.Corpus($"cases/sca/{slug}/osv"), "*.json").Select(path => OsvRecord.Read(File.ReadAllBytes(path)))
            .Where(advisory => advisory.Affected.Any(package => package.Name == name)).ToList();
        Assert.NotEmpty(advisories);
        var matches = AdvisoryMatcher.Match([new MatchSubject("pkg:x/y", ecosystem, name, version)], (_, _) => advisories).Matches;
        Assert.Equal(fix is null ? [] : [fix], matches.Select(match => match.Fixed));
    }

    [Fact]
    public void Every_record_of_the_corpus_is_read()
    {
        var count = 0;
        foreach (var archive in Directory.EnumerateFiles(Requires.Corpus("advisories"), "*.zip")) count += Records(archive).Count();
        Assert.True(count > 5_000, $"{count} records");
    }

    private static Func<string, string, IReadOnlyList<Advisory>> Load(string ecosystem)
    {
        var byName = Records(Requires.Corpus($"advisories/{ecosystem}.zip"))
            .SelectMany(advisory => advisory.Affected.Where(package => Ecosystems.Covers(package.Ecosystem, ecosystem)).Select(package => (Name: Ecosystems.NormaliseName(ecosystem, package.Name), Advisory: advisory)).Distinct())
            .ToLookup(pair => pair.Name, pair => pair.Advisory);
        return (_, name) => [.. byName[name]];
    }

    private static IEnumerable<Advisory> Records(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        foreach (var entry in archive.Entries)
        {
            using var stream = entry.Open();
            yield return OsvRecord.Read(stream);
        }
    }

    private static MatchSubject Subject(string text, string ecosystem)
    {
        var purl = Purl.Parse(text);
        var (found, name) = PurlEcosystems.Of(purl)!.Value;
        Assert.Equal(ecosystem, found);
        return new(text, ecosystem, name, purl.Version!);
    }
}
