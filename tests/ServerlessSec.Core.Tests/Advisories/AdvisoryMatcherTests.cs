using System.Text;
using System.Text.Json;

namespace ServerlessSec.Advisories;

public class AdvisoryMatcherTests
{
    [Theory]
    // One interval.
    [InlineData("0.0.0-alpha", """{"introduced":"0"},{"fixed":"1.2.0"}""", true, "1.2.0")]
    [InlineData("1.2.0-rc.1", """{"introduced":"0"},{"fixed":"1.2.0"}""", true, "1.2.0")]
    [InlineData("1.2.0", """{"introduced":"0"},{"fixed":"1.2.0"}""", false, null)]
    [InlineData("0.9.9", """{"introduced":"1.0.0"},{"fixed":"1.2.0"}""", false, null)]
    [InlineData("1.0.0", """{"introduced":"1.0.0"},{"fixed":"1.2.0"}""", true, "1.2.0")]
    [InlineData("9.9.9", """{"introduced":"0"}""", true, null)]
    // The last affected version belongs to the interval.
    [InlineData("1.2.0", """{"introduced":"0"},{"last_affected":"1.2.0"}""", true, null)]
    [InlineData("1.2.1", """{"introduced":"0"},{"last_affected":"1.2.0"}""", false, null)]
    [InlineData("1.2.0", """{"introduced":"1.2.0"},{"last_affected":"1.2.0"}""", true, null)]
    [InlineData("1.1.0", """{"introduced":"0"},{"last_affected":"1.2.0"},{"fixed":"1.3.0"}""", true, "1.3.0")]
    [InlineData("1.2.5", """{"introduced":"0"},{"last_affected":"1.2.0"},{"fixed":"1.3.0"}""", false, null)]
    // Several intervals in one range, in no order.
    [InlineData("1.5.9", """{"fixed":"1.4.13"},{"introduced":"0"},{"fixed":"1.5.10"},{"introduced":"1.5.0"},{"fixed":"1.6.1"},{"introduced":"1.6.0"}""", true, "1.5.10")]
    [InlineData("1.4.13", """{"introduced":"0"},{"introduced":"1.5.0"},{"introduced":"1.6.0"},{"fixed":"1.4.13"},{"fixed":"1.5.10"},{"fixed":"1.6.1"}""", false, null)]
    [InlineData("1.6.0", """{"introduced":"0"},{"introduced":"1.5.0"},{"introduced":"1.6.0"},{"fixed":"1.4.13"},{"fixed":"1.5.10"},{"fixed":"1.6.1"}""", true, "1.6.1")]
    // Intervals that touch, that are empty, that overlap.
    [InlineData("2.0.0", """{"introduced":"0"},{"fixed":"2.0.0"},{"introduced":"2.0.0"},{"fixed":"3.0.0"}""", true, "3.0.0")]
    [InlineData("2.5.0", """{"introduced":"2.0.0"},{"fixed":"2.0.0"}""", false, null)]
    [InlineData("1.5.0", """{"introduced":"0"},{"introduced":"1.0.0"},{"fixed":"2.0.0"}""", true, "2.0.0")]
    // A limit ends the branch that the range speaks of.
    [InlineData("1.5.0", """{"introduced":"0"},{"limit":"1.5.0"}""", false, null)]
    [InlineData("1.4.9", """{"introduced":"0"},{"limit":"1.5.0"}""", true, null)]
    [InlineData("1.5.0", """{"introduced":"0"},{"limit":"1.5.0"},{"limit":"*"}""", true, null)]
    // No start, no interval.
    [InlineData("1.0.0", """{"fixed":"2.0.0"}""", false, null)]
    public void A_range_holds_a_version(string version, string events, bool hit, string? fix)
    {
        var matches = Match("npm", "left", version, Record("GHSA-1", $$"""{"type":"SEMVER","events":[{{events}}]}""")).Matches;
        Assert.Equal(hit, matches.Length == 1);
        if (hit) Assert.Equal(fix, matches[0].Fixed);
    }

    [Theory]
    [InlineData("16.1.4", "16.1.5")]
    [InlineData("15.6.0-canary.9", "15.6.0-canary.61")]
    [InlineData("16.2.2", null)]
    [InlineData("15.6.0-canary.61", null)]
    public void The_fix_is_the_end_of_the_range_that_holds_the_version(string version, string? fix)
    {
        var record = Record("GHSA-1", """{"type":"SEMVER","events":[{"introduced":"16.0.0-beta.0"},{"fixed":"16.1.5"}]}""", """{"type":"SEMVER","events":[{"introduced":"13.0.0"},{"fixed":"15.6.0-canary.61"}]}""");
        Assert.Equal(fix, Match("npm", "left", version, record).Matches.SingleOrDefault()?.Fixed);
    }

    [Theory]
    [InlineData("0.0.4", "0", "99.999.99999", null)]
    [InlineData("0.0.4", "0", "99.999.9999", null)]
    [InlineData("0.0.4", "0", "99.99.9999", null)]
    [InlineData("0.0.4", "0", "99.99.99", null)]
    [InlineData("3.4.1", "0", "3.999.999", null)]
    [InlineData("0.9", "0", "0.999999999", "0.999999999")]
    [InlineData("2.9.0", "0", "2.99.99", "2.99.99")]
    [InlineData("9.9.8", "0", "9.9.9", "9.9.9")]
    [InlineData("99.0.0", "98.0.0", "99.0.1", "99.0.1")]
    [InlineData("1.0.0", "0", "1.0.9999999", "1.0.9999999")]
    public void A_fix_of_nothing_but_nines_never_came(string version, string introduced, string end, string? fix)
    {
        var range = $$"""{"type":"SEMVER","events":[{"introduced":"{{introduced}}"},{"fixed":"{{end}}"}]}""";
        Assert.Equal(fix, Assert.Single(Match("npm", "left", version, Record("GHSA-1", range)).Matches).Fixed);
    }

    [Theory]
    [InlineData("Maven", "2.9.10.7", "2.9.0", "2.9.10.8", true)]
    [InlineData("Maven", "2.9.10.8", "2.9.0", "2.9.10.8", false)]
    [InlineData("Maven", "1.2.0.RC1", "0", "1.2.0.RELEASE", true)]
    [InlineData("Maven", "4.1.77.Final", "4.1.0", "4.1.77.Final", false)]
    [InlineData("Maven", "31.1-jre", "1.0", "32.0.0-android", true)]
    [InlineData("NuGet", "12.0.3", "0", "13.0.1", true)]
    [InlineData("NuGet", "4.3.0.0", "4.1.0", "4.3", false)]
    [InlineData("Go", "v1.4.13", "1.4.0", "1.4.14", true)]
    [InlineData("Go", "v0.0.0-20201208171446-5f87f3452ae9", "0", "0.0.0-20211202192323-5770296d904e", true)]
    [InlineData("Go", "go1.21.0-X:nodwarf5", "1.21.0-0", "1.21.1", true)]
    [InlineData("Go", "1.22rc1", "1.22.0-0", "1.22.1", true)]
    [InlineData("RubyGems", "1.13.5-x86_64-linux", "0", "1.13.6", true)]
    [InlineData("RubyGems", "1.13.6-x86_64-linux", "0", "1.13.6", false)]
    [InlineData("RubyGems", "6.1.7.rc1", "6.0.0", "6.1.7", true)]
    [InlineData("Packagist", "v5.4", "5.4.0", "5.4.1", true)]
    [InlineData("Packagist", "1.0.0-BETA1", "1.0.0-beta1", "1.0.0", true)]
    [InlineData("Packagist", "1.0.0-dev", "0", "1.0.0-alpha1", true)]
    [InlineData("crates.io", "0.2.22", "0.1.0", "0.2.23", true)]
    [InlineData("Debian:12", "7.88.1-10+deb12u5", "0", "7.88.1-10+deb12u6", true)]
    [InlineData("Debian:12", "1:1.0-1", "0", "7.88.1-10+deb12u6", false)]
    [InlineData("Alpine:v3.18", "3.1.2-r0", "0", "3.1.2-r1", true)]
    [InlineData("Alpine:v3.18", "1.2_p1-r0", "0", "1.2-r0", false)]
    [InlineData("Red Hat:enterprise_linux:9", "1:3.0.7-6.el9_2", "0", "1:3.0.7-18.el9_2", true)]
    public void Each_ecosystem_has_its_own_order(string ecosystem, string version, string introduced, string end, bool hit)
    {
        var record = Read($$"""{"id":"X-1","affected":[{"package":{"ecosystem":"{{ecosystem}}","name":"left"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"{{introduced}}"},{"fixed":"{{end}}"}]}]}]}""");
        var found = Match(ecosystem, "left", version, record);
        Assert.Equal(hit, found.Matches.Length == 1);
        Assert.Empty(found.Gaps);
        if (hit) Assert.Equal((end, end), (found.Matches[0].Fixed, found.Matches[0].Clean));
    }

    [Theory]
    // The first two meet at 1.5.0; the third reaches further, and its fix lies within the fourth, which starts there.
    [InlineData("1.0.0", "1.6.1", """[["0","1.5.0"]]""", """[["1.0.0","1.4.0"]]""", """[["1.4.5","1.6.0"]]""", """[["1.6.0","1.6.1"]]""")]
    [InlineData("1.5.5", "1.6.1", """[["0","1.5.0"]]""", """[["1.0.0","1.4.0"]]""", """[["1.4.5","1.6.0"]]""", """[["1.6.0","1.6.1"]]""")]
    // Each major version is mended on its own: the fix of one's own comes first.
    [InlineData("1.0.0", "1.9.2", """[["0","1.9.2"],["2.0.0","2.3.0"]]""", """[["0","1.9.1"],["2.0.0","2.1.0"]]""")]
    [InlineData("2.0.5", "2.3.0", """[["0","1.9.2"],["2.0.0","2.3.0"]]""", """[["0","1.9.1"],["2.0.0","2.1.0"]]""")]
    // Where one's own is never mended, the next is.
    [InlineData("1.0.0", "2.1.0", """[["0","1.9.2"]]""", """[["0","2.1.0"]]""")]
    // Nothing mends the second.
    [InlineData("1.0.0", null, """[["0","1.9.2"]]""", """[["0",null]]""")]
    public void The_clean_version_is_the_smallest_that_nothing_hits(string version, string? clean, params string[] records)
    {
        var number = 0;
        var advisories = records.Select(record => Record($"GHSA-{++number}", [.. JsonSerializer.Deserialize<string?[][]>(record)!
            .Select(ends => $$"""{"type":"SEMVER","events":[{"introduced":"{{ends[0]}}"}{{(ends[1] is { } end ? $$""",{"fixed":"{{end}}"}""" : "")}}]}""")])).ToArray();
        var matches = Match("npm", "left", version, advisories).Matches;
        Assert.NotEmpty(matches);
        Assert.All(matches, match => Assert.Equal(clean, match.Clean));
        if (clean is not null) Assert.Empty(Match("npm", "left", clean, advisories).Matches);
    }

    [Fact]
    public void Another_fix_is_clean_where_a_range_ended_without_one()
    {
        var matches = Match("npm", "left", "1.0.0",
            Record("GHSA-1", """{"type":"SEMVER","events":[{"introduced":"0"},{"last_affected":"1.2.0"}]}"""),
            Record("GHSA-2", """{"type":"SEMVER","events":[{"introduced":"2.0.0"},{"fixed":"1.1.0"},{"fixed":"2.1.0"}]}""")).Matches;
        Assert.Equal("2.1.0", Assert.Single(matches).Clean);
    }

    [Fact]
    public void A_component_is_matched_quickly_however_many_advisories_name_it()
    {
        var records = Enumerable.Range(0, 2_000).Select(static i => Record($"GHSA-{i}", $$"""{"type":"SEMVER","events":[{"introduced":"{{i}}.0.0"},{"fixed":"{{i + 1}}.0.0"}]}""")).ToArray();
        var match = Assert.Single(Match("npm", "left", "3.0.0", records).Matches);
        // Each fix is the start of the next range: the search ends, and says nothing rather than something wrong.
        Assert.Equal(("4.0.0", null), (match.Fixed, match.Clean));
    }

    [Theory]
    [InlineData("** DISPUTED ** No.", true)]
    [InlineData("DISPUTED: no.", true)]
    [InlineData("An undisputed fault", false)]
    public void A_disputed_vulnerability_matches_and_says_so(string summary, bool disputed)
    {
        var record = Read($$"""{"id":"CVE-1","summary":"{{summary}}","affected":[{"package":{"ecosystem":"npm","name":"left"},"versions":["1.0.0"]}]}""");
        Assert.Equal(disputed, Assert.Single(Match("npm", "left", "1.0.0", record).Matches).Disputed);
        var other = Read("""{"id":"GHSA-1","aliases":["CVE-1"],"affected":[{"package":{"ecosystem":"npm","name":"left"},"versions":["1.0.0"]}]}""");
        Assert.False(Assert.Single(Match("npm", "left", "1.0.0", record, other).Matches).Disputed);
    }

    [Theory]
    [InlineData("""{"imports":[{"path":"os","goos":["windows"]}]}""", "windows")]
    [InlineData("""{"imports":[{"path":"os","goos":["windows"]},{"path":"net","goos":["darwin"]}]}""", "darwin windows")]
    [InlineData("""{"imports":[{"path":"os","goos":["windows"]},{"path":"net"}]}""", "")]
    [InlineData("""{"imports":[{"path":"os","goos":["windows","linux"]}]}""", "")]
    [InlineData("""{"imports":[{"path":"os","goos":["linux"],"goarch":["386","arm"]}]}""", "386 arm")]
    [InlineData("""{"imports":[{"path":"os","goarch":["386","arm64"]}]}""", "")]
    [InlineData("""{"affects":{"os":["windows"],"arch":["x86_64"],"functions":{}}}""", "windows")]
    [InlineData("""{"affects":{"os":[],"arch":[],"functions":{"a::b":[]}}}""", "")]
    [InlineData("{}", "")]
    public void Code_for_other_systems_than_Lambdas_is_told(string specific, string expected)
    {
        var record = Read($$"""{"id":"GO-1","affected":[{"package":{"ecosystem":"Go","name":"stdlib"},"versions":["1.20.0"],"ecosystem_specific":{{specific}}}]}""");
        var other = Read("""{"id":"CVE-1","aliases":["GO-1"],"affected":[{"package":{"ecosystem":"Go","name":"stdlib"},"versions":["1.20.0"]}]}""");
        Assert.Equal(expected, string.Join(' ', Assert.Single(Match("Go", "stdlib", "1.20.0", record, other).Matches).OnlyOn));
    }

    [Fact]
    public void A_record_of_a_distribution_is_of_the_vulnerability_its_id_ends_with()
    {
        const string Package = """ "affected":[{"package":{"ecosystem":"Debian:12","name":"curl"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"7.88.1-10+deb12u6"}]}]}] """;
        var matches = Match("Debian:12", "curl", "7.88.1-10",
            Read($$"""{"id":"DEBIAN-CVE-2024-1","upstream":["CVE-2024-1"],{{Package}}}"""),
            Read($$"""{"id":"DSA-1","upstream":["CVE-2024-1","CVE-2024-2"],{{Package}}}""")).Matches;
        Assert.Equal(["CVE-2024-1", "DSA-1"], matches.Select(match => match.Id));
        Assert.Equal(["DEBIAN-CVE-2024-1"], matches[0].Aliases);
    }

    [Theory]
    [InlineData("3.4.1", true)]
    [InlineData("4.0.0", false)]
    public void A_branch_without_a_fix_still_ends(string version, bool hit) =>
        Assert.Equal(hit, Match("npm", "left", version, Record("GHSA-1", """{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"3.999.999"}]}""")).Matches.Length == 1);

    [Fact]
    public void Ranges_of_git_commits_say_nothing_about_versions() =>
        Assert.Empty(Match("npm", "left", "1.0.0", Record("GHSA-1", """{"type":"GIT","repo":"https://example.org","events":[{"introduced":"0"}]}""")).Matches);

    [Theory]
    [InlineData("PyPI", "1.0", """["1.0.0"]""", true)]
    [InlineData("PyPI", "1.0+local", """["1.0.0"]""", false)]
    [InlineData("npm", "v1.0.0", """["1.0.0"]""", true)]
    [InlineData("Maven", "1.0.0", """["1.0"]""", true)]
    [InlineData("Maven", "1.0.Final", """["1.0"]""", true)]
    [InlineData("RubyGems", "1.13.6-x86_64-linux", """["1.13.6"]""", true)]
    [InlineData("Packagist", "v2.1", """["2.1.0"]""", true)]
    [InlineData("Debian:12", "0:1.0-1", """["1.0-1"]""", true)]
    [InlineData("Android", "1.0", """["1.0"]""", true)]
    [InlineData("Android", "1.0.0", """["1.0"]""", false)]
    [InlineData("npm", "", """[""]""", false)]
    public void A_listed_version_is_hit(string ecosystem, string version, string versions, bool hit)
    {
        var record = Read($$"""{"id":"X-1","affected":[{"package":{"ecosystem":"{{ecosystem}}","name":"left"},"versions":{{versions}}}]}""");
        Assert.Equal(hit, Match(ecosystem, "left", version, record).Matches.Length == 1);
    }

    [Theory]
    [InlineData("2020-01-01T00:00:00Z", null, false)]
    [InlineData("2020-01-01T00:00:00Z", "2024-01-01T00:00:00Z", false)]
    [InlineData("2030-01-01T00:00:00Z", "2024-01-01T00:00:00Z", true)]
    public void A_withdrawn_record_hits_nothing(string withdrawn, string? now, bool hit)
    {
        var record = Read($$"""{"id":"X-1","withdrawn":"{{withdrawn}}","affected":[{"package":{"ecosystem":"npm","name":"left"},"versions":["1.0.0"]}]}""");
        var instant = now is null ? (DateTimeOffset?)null : DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(hit, AdvisoryMatcher.Match([Subject("npm", "left", "1.0.0")], (_, _) => [record], instant).Matches.Length == 1);
    }

    [Fact]
    public void The_likeliest_exploitation_that_a_source_tells_counts()
    {
        var record = Read("""{"id":"GHSA-9","aliases":["CVE-2021-1"],"affected":[{"package":{"ecosystem":"npm","name":"left"},"versions":["1.0.0"]}]}""");
        Assert.Null(Assert.Single(Match("npm", "left", "1.0.0", record).Matches).Epss);
        Assert.Equal(0.25, Assert.Single(Match("npm", "left", "1.0.0", record with { Epss = 0.25 }, record with { Id = "X-1", Epss = 0.125 }, record with { Id = "X-2" }).Matches).Epss);
    }

    [Fact]
    public void One_vulnerability_is_one_match_whatever_its_aliases()
    {
        var matches = Match("npm", "left", "1.0.0",
            Read("""{"id":"NSWG-9","aliases":["CVE-2021-44228"],"affected":[{"package":{"ecosystem":"npm","name":"left"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"3.0.0"}]}]}]}"""),
            Read("""{"id":"GHSA-9","aliases":["CVE-2021-44228","CVE-2021-4104"],"summary":"Reviewed","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],"affected":[{"package":{"ecosystem":"npm","name":"left"},"ranges":[{"type":"SEMVER","events":[{"introduced":"1.0.0"},{"fixed":"1.5.0"}]}]}],"database_specific":{"cwe_ids":["CWE-502"],"known_exploited":true}}"""),
            Read("""{"id":"MAL-9","aliases":["GHSA-9"],"affected":[{"package":{"ecosystem":"npm","name":"left"},"versions":["9.9.9"]}]}"""),
            Read("""{"id":"OTHER-1","affected":[{"package":{"ecosystem":"npm","name":"left"},"versions":["1.0.0"]}]}""")).Matches;
        Assert.Equal(["CVE-2021-4104", "OTHER-1"], matches.Select(match => match.Id));
        var merged = matches[0];
        Assert.Equal(["CVE-2021-44228", "GHSA-9", "MAL-9", "NSWG-9"], merged.Aliases);
        Assert.Equal("1.5.0", merged.Fixed);
        Assert.Equal(9.8, merged.Score);
        Assert.Equal("Reviewed", merged.Summary);
        Assert.Equal([502], merged.Cwes);
        Assert.True(merged.KnownExploited);
        Assert.True(merged.Malicious);
    }

    [Theory]
    [InlineData("""{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},{"type":"CVSS_V4","score":"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"}""", 9.3)]
    [InlineData("""{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},{"type":"CVSS_V4","score":"broken"}""", 9.8)]
    [InlineData("""{"type":"CVSS_V2","score":"AV:N/AC:L/Au:N/C:N/I:N/A:C"}""", 7.8)]
    [InlineData("""{"type":"Ubuntu","score":"high"}""", null)]
    public void The_score_is_of_the_newest_vector_that_can_be_read(string severities, double? score)
    {
        var match = Assert.Single(Match("npm", "left", "1.0.0", Read($$"""{"id":"X-1","severity":[{{severities}}],"affected":[{"package":{"ecosystem":"npm","name":"left"},"versions":["1.0.0"]}],"database_specific":{"severity":"MODERATE"} }""")).Matches);
        Assert.Equal(score, match.Score);
        Assert.Equal("MODERATE", match.SeverityWord);
    }

    [Theory]
    [InlineData("Android", "1.0", """{"introduced":"0"},{"fixed":"2.0"}""", "no version ordering")]
    [InlineData("Maven", "${project.version}", """{"introduced":"0"},{"fixed":"2.0"}""", "version not understood")]
    [InlineData("Packagist", "dev-main", """{"introduced":"0"},{"fixed":"2.0"}""", "version not understood")]
    [InlineData("Go", "(devel)", """{"introduced":"0"},{"fixed":"2.0.0"}""", "version not understood")]
    [InlineData("npm", "git+ssh://example.org/left", """{"introduced":"0"},{"fixed":"2.0.0"}""", "version not understood")]
    [InlineData("npm", "1.0.0", """{"introduced":"0"},{"fixed":"next"}""", "range not understood")]
    public void What_cannot_be_ordered_is_a_gap_and_no_guess(string ecosystem, string version, string events, string reason)
    {
        var found = Match(ecosystem, "left", version, Read($$"""{"id":"X-1","affected":[{"package":{"ecosystem":"{{ecosystem}}","name":"left"},"ranges":[{"type":"ECOSYSTEM","events":[{{events}}] } ] } ] }"""));
        Assert.Empty(found.Matches);
        var gap = Assert.Single(found.Gaps);
        Assert.Equal((GapKind.Advisories, reason, ecosystem), (gap.Kind, gap.Reason, gap.Scope.Ecosystem));
    }

    [Fact]
    public void A_range_of_all_versions_needs_no_order()
    {
        var record = Read("""{"id":"MAL-1","affected":[{"package":{"ecosystem":"Android","name":"a:b"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]}""");
        var found = Match("Android", "a:b", "1.0", record);
        Assert.True(Assert.Single(found.Matches).Malicious);
        Assert.Empty(found.Gaps);
    }

    [Fact]
    public void A_component_is_looked_up_by_its_normalised_name()
    {
        var record = Read("""{"id":"X-1","affected":[{"package":{"ecosystem":"PyPI","name":"zope.interface"},"versions":["1.0"]}]}""");
        var asked = new List<string>();
        var found = AdvisoryMatcher.Match([Subject("PyPI", "Zope_Interface", "1.0")], (ecosystem, name) => { asked.Add($"{ecosystem} {name}"); return [record]; });
        Assert.Single(found.Matches);
        Assert.Equal(["PyPI zope-interface"], asked);
    }

    [Fact]
    public void The_order_of_components_and_records_changes_nothing()
    {
        Advisory[] records =
        [
            Record("GHSA-1", """{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"2.0.0"}]}"""),
            Record("GHSA-2", """{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"3.0.0"}]}"""),
            Record("CVE-3", """{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"bad"}]}"""),
        ];
        MatchSubject[] subjects = [Subject("npm", "left", "1.0.0"), Subject("npm", "left", "1.1.0"), Subject("npm", "left", "1.0.0")];
        var one = AdvisoryMatcher.Match(subjects, (_, _) => records);
        var two = AdvisoryMatcher.Match(subjects.Reverse(), (_, _) => [.. records.Reverse()]);
        Assert.Equal(one.Matches.Select(match => (match.Purl, match.Id)), two.Matches.Select(match => (match.Purl, match.Id)));
        Assert.Equal(["GHSA-1", "GHSA-2", "GHSA-1", "GHSA-2"], one.Matches.Select(match => match.Id));
        Assert.Equal(one.Gaps, two.Gaps);
    }

    private static AdvisoryMatches Match(string ecosystem, string name, string version, params Advisory[] records) =>
        AdvisoryMatcher.Match([Subject(ecosystem, name, version)], (_, _) => records);

    private static MatchSubject Subject(string ecosystem, string name, string version) => new($"pkg:x/{name}@{version}", ecosystem, name, version);

    private static Advisory Record(string id, params string[] ranges) =>
        Read($$"""{"id":"{{id}}","affected":[{"package":{"ecosystem":"npm","name":"left"},"ranges":[{{string.Join(',', ranges)}}] } ] }""");

    private static Advisory Read(string json) => OsvRecord.Read(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void More_matches_than_the_limit_are_left_out_aloud()
    {
        var record = OsvRecord.Read(Encoding.UTF8.GetBytes("""{"id":"GHSA-1","modified":"2024-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"left"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}"""));
        var subjects = Enumerable.Range(0, 50).Select(static i => new MatchSubject($"pkg:npm/left@1.0.{i}", "npm", "left", $"1.0.{i}"));
        var matched = AdvisoryMatcher.Match(subjects, (_, _) => [record], limits: ScanLimits.Default with { Matches = 20 });
        Assert.Equal(20, matched.Matches.Length);
        Assert.Equal((GapKind.Limit, "match limit"), matched.Gaps.Select(static gap => (gap.Kind, gap.Reason)).Single());
    }
}
