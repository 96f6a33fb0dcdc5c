using System.Text.Json;
using System.Text.RegularExpressions;
using ServerlessSec.Advisories;
using ServerlessSec.Shared;

namespace ServerlessSec.Sources.Advisories;

public partial class BuiltinAdvisoriesTests
{
    private static readonly string[] Ecosystems = ["Go", "Maven", "NuGet", "PyPI", "npm"];

    [Fact]
    public void Every_record_is_whole_and_names_its_source()
    {
        var lines = File.ReadAllLines(Repository.Path("src/ServerlessSec.Sources/Advisories/builtin.jsonl"));
        var records = new BuiltinAdvisories().All().ToList();
        Assert.Equal(lines.Length, records.Count);
        Assert.Equal(records.Select(record => record.Id).Distinct().Order(StringComparer.Ordinal), records.Select(record => record.Id));
        var faults = records.SelectMany(record => Faults(record).Select(fault => $"{record.Id}: {fault}")).ToList();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public void One_vulnerability_of_one_package_is_one_record()
    {
        var twice = new BuiltinAdvisories().All()
            .SelectMany(record => record.Affected.Select(package => (package.Ecosystem, Name: ServerlessSec.Advisories.Ecosystems.NormaliseName(package.Ecosystem, package.Name))).Distinct()
                .SelectMany(package => record.Aliases.Prepend(record.Id).Select(id => (package, id))))
            .GroupBy(pair => pair).Where(group => group.Count() > 1).Select(group => group.Key);
        Assert.Empty(twice);
    }

    [Fact]
    public void What_is_exploited_is_well_covered()
    {
        var exploited = new BuiltinAdvisories().All().Where(record => record.KnownExploited).ToList();
        Assert.True(exploited.Count >= 60, $"{exploited.Count} exploited");
        Assert.Equal(Ecosystems, exploited.SelectMany(record => record.Affected).Select(package => package.Ecosystem).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_marked_as_exploited_stands_in_the_catalogue_and_nothing_else_does()
    {
        using var catalogue = JsonDocument.Parse(File.ReadAllBytes(Requires.Corpus("advisories_extra/known_exploited_vulnerabilities.json")));
        var listed = catalogue.RootElement.GetProperty("vulnerabilities").EnumerateArray().Select(row => row.GetProperty("cveID").GetString()!).ToHashSet();
        var wrong = new BuiltinAdvisories().All().Where(record => record.KnownExploited != record.Aliases.Prepend(record.Id).Any(listed.Contains)).Select(record => record.Id);
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("npm", "lodash", "4.17.15", "CVE-2020-28500 CVE-2020-8203 CVE-2021-23337 CVE-2025-13465 CVE-2026-2950 CVE-2026-4800")]
    [InlineData("npm", "lodash", "4.17.23", "CVE-2026-2950 CVE-2026-4800")]
    [InlineData("npm", "lodash", "4.18.1", "")]
    [InlineData("npm", "minimist", "1.2.5", "CVE-2021-44906")]
    [InlineData("npm", "axios", "0.21.1", "CVE-2021-3749 CVE-2023-45857")]
    [InlineData("npm", "jsonwebtoken", "8.5.1", "CVE-2022-23539 CVE-2022-23540 CVE-2022-23541")]
    [InlineData("npm", "jquery", "3.4.1", "CVE-2020-11023")]
    [InlineData("npm", "systeminformation", "5.2.0", "CVE-2021-21315")]
    [InlineData("npm", "left-pad", "1.0.0", "")]
    [InlineData("PyPI", "Jinja2", "3.1.5", "CVE-2025-27516")]
    [InlineData("PyPI", "PyYAML", "5.3", "CVE-2020-14343 CVE-2020-1747")]
    [InlineData("PyPI", "urllib3", "2.6.3", "CVE-2026-44431 CVE-2026-44432 CVE-2026-97687 CVE-2026-97688 CVE-2026-97689")]
    [InlineData("PyPI", "urllib3", "2.8.0", "")]
    [InlineData("PyPI", "salt", "3000.3", "CVE-2020-16846")]
    [InlineData("PyPI", "requests", "2.30.0", "CVE-2023-32681 CVE-2024-35195 CVE-2024-47081")]
    [InlineData("PyPI", "apache-superset", "2.0.1", "CVE-2023-27524")]
    [InlineData("Go", "golang.org/x/net", "v0.16.0", "CVE-2023-39325 CVE-2023-44487")]
    public async Task Matches_well_known_versions(string ecosystem, string name, string version, string expected)
    {
        var source = new BuiltinAdvisories();
        await source.PrepareAsync([ecosystem], TestContext.Current.CancellationToken);
        MatchSubject[] subjects = [new($"pkg:x/{name}@{version}", ecosystem, name, version)];
        Assert.Equal(expected, string.Join(' ', AdvisoryMatcher.Match(subjects, source.Find).Matches.Select(match => match.Id)));
        Assert.True(source.Set.IsBuiltin);
        Assert.Equal(("built-in advisories", ecosystem), (Assert.Single(source.Set.Gaps).Reason, source.Set.Gaps[0].Scope.Ecosystem));
    }

    [Theory]
    [InlineData("CVE-2020-14343", 9.8)]
    [InlineData("CVE-2021-33503", 8.7)]
    [InlineData("CVE-2021-44906", 9.8)]
    [InlineData("CVE-2025-27516", 5.4)]
    [InlineData("CVE-2015-1427", 7.5)]
    public void Scores_as_published(string id, double score)
    {
        var record = new BuiltinAdvisories().All().Single(record => record.Aliases.Prepend(record.Id).Contains(id));
        Assert.Equal(score, Cvss.Score(record.Severities.MaxBy(severity => severity.Type)!.Vector));
    }

    private static IEnumerable<string> Faults(Advisory record)
    {
        if (!Id().IsMatch(record.Id)) yield return "no known kind of id";
        if (record.Aliases.Any(alias => !Id().IsMatch(alias))) yield return "an alias is no known kind of id";
        if (record.Summary is not { Length: > 10 and < 120 }) yield return "no summary of a line";
        if (record.References.IsEmpty) yield return "no source";
        if (record.Withdrawn is not null) yield return "withdrawn";
        if (record.Affected.IsEmpty) yield return "affects nothing";
        if (record.Severities.IsEmpty && record.SeverityWord is null) yield return "neither a vector nor a word for its severity";
        if (record.SeverityWord is not (null or "LOW" or "MODERATE" or "HIGH" or "CRITICAL")) yield return $"'{record.SeverityWord}' is no severity";
        foreach (var severity in record.Severities)
        {
            if (double.IsNaN(Cvss.Score(severity.Vector))) yield return severity.Vector;
        }

        foreach (var package in record.Affected)
        {
            if (!Ecosystems.Contains(package.Ecosystem)) yield return $"'{package.Ecosystem}' is not among those that the set covers";
            if (package.Ranges.IsEmpty) yield return $"'{package.Name}' has no range";
            var ordering = VersionOrderings.For(package.Ecosystem);
            foreach (var range in package.Ranges)
            {
                if (range.Events.Where(e => e.Kind == RangeEventKind.Fixed).Any(fix => range.Events.Contains(new(RangeEventKind.Introduced, fix.Version)))) yield return $"'{package.Name}' has a fix that is affected";
                if (range.Events.IsEmpty || range.Events.All(e => e.Kind != RangeEventKind.Introduced)) yield return $"'{package.Name}' has a range without a start";
                if (ordering is not null && range.Events.Any(e => !ordering.Understands(e.Version))) yield return $"'{package.Name}' has a version that is none";
            }
        }
    }

    [GeneratedRegex(@"\A(CVE-\d{4}-\d{4,}|GHSA(-[23456789cfghjmpqrvwx]{4}){3}|PYSEC-\d{4}-\d+|GO-\d{4}-\d{4,}|BIT-[\w.-]+|SNYK-[\w-]+)\z", RegexOptions.None, 1_000)]
    private static partial Regex Id();
}
