using ServerlessSec.Advisories;
using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;

namespace ServerlessSec.Rules.Dependencies;

public class VulnerableDependencyTests
{
    private static readonly Component Tool = new() { Purl = Purl.Npm("lodash", "4.17.15"), Ecosystem = "npm", Name = "lodash", Version = "4.17.15", Development = true };

    private static readonly Component Supplied = Tool with
    {
        Development = false,
        Occurrences = [new("index.js", null, OccurrenceKind.Supplied, "runtime-supplied") { Supply = new("nodejs16.x", new(2022, 11, 14), "https://example.com") }],
    };

    [Theory]
    [InlineData(10.0, null, Severity.Critical)]
    [InlineData(9.0, null, Severity.Critical)]
    [InlineData(8.9, null, Severity.High)]
    [InlineData(7.0, "LOW", Severity.High)]
    [InlineData(6.9, null, Severity.Medium)]
    [InlineData(4.0, null, Severity.Medium)]
    [InlineData(3.9, null, Severity.Low)]
    [InlineData(0.0, null, Severity.Informational)]
    [InlineData(null, "CRITICAL", Severity.Critical)]
    [InlineData(null, "high", Severity.High)]
    [InlineData(null, "MODERATE", Severity.Medium)]
    [InlineData(null, "LOW", Severity.Low)]
    [InlineData(null, null, Severity.Medium)]
    public void Weighs_by_score_then_by_word(double? score, string? word, Severity expected) =>
        Assert.Equal(expected, MatchSeverity.Of(Match() with { Score = score, SeverityWord = word }, null));

    [Theory]
    [InlineData(2.0, Severity.High)]
    [InlineData(5.0, Severity.High)]
    [InlineData(7.5, Severity.Critical)]
    [InlineData(9.8, Severity.Critical)]
    public void Exploitation_raises(double score, Severity expected) =>
        Assert.Equal(expected, MatchSeverity.Of(Match() with { Score = score, KnownExploited = true }, null));

    [Theory]
    [InlineData(9.8, Severity.High)]
    [InlineData(7.5, Severity.Medium)]
    [InlineData(5.0, Severity.Low)]
    [InlineData(2.0, Severity.Low)]
    [InlineData(0.0, Severity.Informational)]
    public void Dispute_lowers_but_not_below_low(double score, Severity expected)
    {
        var disputed = Match() with { Score = score, Disputed = true };
        Assert.Equal(expected, MatchSeverity.Of(disputed, null));
        Assert.Equal(MatchSeverity.Of(disputed with { Disputed = false, KnownExploited = true }, null), MatchSeverity.Of(disputed with { KnownExploited = true }, null));
        Assert.Equal(Severity.Critical, MatchSeverity.Of(disputed with { Malicious = true }, null));
    }

    [Fact]
    public void What_Lambda_never_runs_is_informational_unless_it_is_malice()
    {
        var windows = Match() with { Score = 9.8, KnownExploited = true, OnlyOn = ["windows"] };
        var finding = Assert.Single(Check(windows));
        Assert.Equal(Severity.Informational, finding.Severity);
        Assert.Contains("CVE-2020-1, in code for windows alone, which Lambda does not run", finding.Message, StringComparison.Ordinal);
        Assert.Equal(Severity.Critical, MatchSeverity.Of(windows with { Malicious = true }, null));
    }

    [Fact]
    public void Malice_is_critical_and_development_is_low()
    {
        Assert.Equal(Severity.Critical, MatchSeverity.Of(Match() with { Malicious = true }, Tool));
        Assert.Equal(Severity.Low, MatchSeverity.Of(Match() with { Score = 9.8, KnownExploited = true }, Tool));
        Assert.Equal(Severity.Informational, MatchSeverity.Of(Match() with { Score = 0 }, Tool));
    }

    [Fact]
    public void What_the_runtime_brings_is_low_and_tells_since_when()
    {
        var match = Match() with { Score = 9.8, KnownExploited = true, Fixed = "4.17.21" };
        var finding = Assert.Single(new VulnerableDependency().Check(Given.Package(new() { Id = "Checkout", Matches = [match], Inventory = new() { Components = [Supplied] } })));
        Assert.Equal(Severity.Low, finding.Severity);
        Assert.StartsWith("lodash@4.17.15 in Checkout (index.js, supplied by the runtime nodejs16.x as of 2022-11-14) has", finding.Message, StringComparison.Ordinal);
        Assert.Equal("Deploy a copy of lodash 4.17.21 with the function, or move to a runtime that brings a mended one.", finding.Fix);
    }

    [Fact]
    public void What_only_a_bill_of_materials_claims_weighs_one_step_less_and_is_said()
    {
        var claimed = Tool with { Development = false, Occurrences = [new("bom.json", null, OccurrenceKind.Claimed, "sbom")] };
        var finding = Assert.Single(new VulnerableDependency().Check(Given.Package(new() { Id = "Checkout", Matches = [Match()], Inventory = new() { Components = [claimed] } })));
        Assert.Equal(Severity.Medium, finding.Severity);
        Assert.StartsWith("lodash@4.17.15 in Checkout (bom.json, only this bill of materials claims it) has", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_finding_per_match_placed_without_version_and_numbered_from_the_lowest()
    {
        var findings = Check(Match("10.0.0"), Match("9.2.0"), Match("9.2.0") with { Id = "CVE-2020-2" });
        Assert.Equal(
            [("pkg:npm/lodash CVE-2020-1 #1", "9.2.0"), ("pkg:npm/lodash CVE-2020-1 #2", "10.0.0"), ("pkg:npm/lodash CVE-2020-2 #1", "9.2.0")],
            findings.Select(f => (f.Place, f.Advisory!.Purl.Split('@')[1])));
    }

    [Fact]
    public void Another_version_of_the_same_code_has_the_same_fingerprint() =>
        Assert.Equal(Assert.Single(Check(Match("9.2.0"))).Fingerprint, Assert.Single(Check(Match("9.2.1"))).Fingerprint);

    [Theory]
    [InlineData("4.17.21", false, "Upgrade lodash to 4.17.21.")]
    [InlineData(null, false, "No version of lodash is known to be fixed: replace it, or keep untrusted input away from it.")]
    [InlineData("4.17.21", true, "Remove lodash and treat what it could reach as stolen.")]
    public void Says_what_to_do(string? good, bool malicious, string fix) =>
        Assert.Equal(fix, Assert.Single(Check(Match() with { Fixed = good, Malicious = malicious })).Fix);

    [Theory]
    [InlineData("4.17.21", "4.17.21", "Upgrade lodash to 4.17.21.")]
    [InlineData("4.17.21", "4.17.30", "Upgrade lodash to 4.17.21; 4.17.30 is the first that nothing known hits.")]
    [InlineData(null, "4.17.30", "Upgrade lodash to 4.17.30.")]
    public void Says_where_everything_known_ends(string? good, string clean, string fix) =>
        Assert.Equal(fix, Assert.Single(Check(Match() with { Fixed = good, Clean = clean })).Fix);

    [Theory]
    [InlineData("pkg:npm/%40scope/name@1.2.3", "pkg:npm/%40scope/name", "@scope/name", "1.2.3")]
    [InlineData("pkg:npm/@scope/name", "pkg:npm/@scope/name", "@scope/name", "")]
    [InlineData("pkg:maven/org.x/y@1.0%2B2?type=jar#sub@3", "pkg:maven/org.x/y", "org.x/y", "1.0+2")]
    [InlineData("pkg:pypi/django@4.2", "pkg:pypi/django", "django", "4.2")]
    public void Takes_a_purl_apart(string purl, string package, string name, string version) =>
        Assert.Equal((package, name, version), (PurlText.WithoutVersion(purl), PurlText.Name(purl), PurlText.Version(purl)));

    [Theory]
    [InlineData("9.2.0", "10.0.0", -1)]
    [InlineData("1.0.0", "1.0.0", 0)]
    [InlineData("1.0", "1.0.1", -1)]
    [InlineData("1.02", "1.2", -1)]
    [InlineData("1.0.0-rc1", "1.0.0-rc10", -1)]
    public void Orders_runs_of_digits_as_numbers(string a, string b, int expected)
    {
        Assert.Equal(expected, Math.Sign(NaturalOrder.Instance.Compare(a, b)));
        Assert.Equal(-expected, Math.Sign(NaturalOrder.Instance.Compare(b, a)));
    }

    [Fact]
    public void Tells_where_the_component_was_seen()
    {
        var component = new Component
        {
            Purl = new("npm", null, "lodash", "4.17.15"),
            Ecosystem = "npm",
            Name = "lodash",
            Version = "4.17.15",
            Occurrences = [new("node_modules/lodash/package.json", null, OccurrenceKind.Installed, "npm-installed"),
                new("package-lock.json", null, OccurrenceKind.Locked, "npm-lock")],
        };
        var package = new PackageFacts { Id = "Checkout", Matches = [Match() with { Purl = component.Purl.ToString() }], Inventory = new() { Components = [component] } };
        var finding = Assert.Single(new VulnerableDependency().Check(Given.Package(package)));
        Assert.Equal(("node_modules/lodash/package.json", component), (finding.Location!.File, finding.Component));
        Assert.StartsWith("lodash@4.17.15 in Checkout (node_modules/lodash/package.json)", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tells_layer_direct_dependency_and_dispute()
    {
        var qs = new Component
        {
            Purl = Purl.Npm("qs", "6.5.1"),
            Ecosystem = "npm",
            Name = "qs",
            Version = "6.5.1",
            Relation = Relation.Transitive,
            Occurrences = [new("/opt/nodejs/node_modules/qs/package.json", "shared", OccurrenceKind.Installed, "npm-installed")],
        };
        var express = qs with
        {
            Purl = Purl.Npm("express", "4.16.0"),
            Name = "express",
            Version = "4.16.0",
            Relation = Relation.Direct,
            DependsOn = [qs.Purl.ToString()],
        };
        PackageFacts package = new()
        {
            Id = "Checkout",
            Matches = [Match() with { Purl = qs.Purl.ToString(), Disputed = true }],
            Inventory = new() { Components = [express, qs] },
        };
        var finding = Assert.Single(new VulnerableDependency().Check(Given.Package(package)));
        Assert.Equal(
            "qs@6.5.1 in Checkout (/opt/nodejs/node_modules/qs/package.json, layer shared, brought in by express@4.16.0) has the vulnerability CVE-2020-1, which its authors dispute.",
            finding.Message);
        Assert.Equal(["pkg:npm/express@4.16.0", "pkg:npm/qs@6.5.1"], finding.Path!.Purls);
    }

    [Fact]
    public void A_summary_is_one_short_line()
    {
        var message = Assert.Single(Check(Match() with { Summary = "Bad\r\n\u001b[31m things " + new string('x', 500) })).Message;
        Assert.True(message.Length < 300);
        Assert.DoesNotContain(message, char.IsControl);
    }

    private static AdvisoryMatch Match(string version = "4.17.15") => new() { Purl = $"pkg:npm/lodash@{version}", Id = "CVE-2020-1", Score = 7.4 };

    private static Finding[] Check(params AdvisoryMatch[] matches) =>
        [.. new VulnerableDependency().Check(Given.Package(new() { Id = "Checkout", Matches = [.. matches] }))];
}
