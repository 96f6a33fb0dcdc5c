using System.Collections.Immutable;
using CsCheck;
using ServerlessSec.Advisories;
using ServerlessSec.Reports;
using ServerlessSec.Reports.Json;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Findings;

public class TriageTests
{
    private static readonly DateOnly Today = new(2030, 6, 15);

    private static RuleDescriptor Rule(string id = "SLS1001", Severity severity = Severity.High, Stage stage = Stage.Stable) =>
        new() { Id = id, Title = "t", Severity = severity, Stage = stage, Needs = Evidence.None, Rationale = "r", Remediation = "r" };

    private static Finding Make(string rule = "SLS1001", string subject = "F", string place = "p", Severity severity = Severity.High, SourceLocation? location = null) =>
        new(Rule(rule, severity), Subject.Of(subject), place, "m", location);

    private static Waiver Waiver(string rule = "SLS1001", string function = "*", string place = "*", string expires = "2030-12-31") =>
        new() { Rule = rule, Function = function, Place = place, Reason = "r", Owner = "o", Expires = DateOnly.Parse(expires, null) };

    private static FindingState State(Finding finding, params ImmutableArray<Waiver> waivers) => Triage.Apply([finding], waivers, null, Today).Single().State;

    [Theory]
    [InlineData("SLS1001", "*", "*", true)]
    [InlineData("SLS1002", "*", "*", false)]
    [InlineData("SLS1001", "Check*", "*", true)]
    [InlineData("SLS1001", "check*", "*", false)]
    [InlineData("SLS1001", "Check", "*", false)]
    [InlineData("SLS1001", "Preview", "*", true)]
    [InlineData("SLS1001", "Desk", "*", true)]
    [InlineData("SLS1001", "*", "Url.${Stage}.*", true)]
    [InlineData("SLS1001", "*", "Url.⟨Stage⟩.*", true)]
    [InlineData("SLS1001", "*", "Url", false)]
    public void A_waiver_holds_for_rule_function_and_place(string rule, string function, string place, bool holds) =>
        Assert.Equal(
            holds ? FindingState.Waived : FindingState.New,
            State(new(Rule(), new("Desk", ["Checkout", "Preview"]), "Url.⟨Stage⟩.AuthType", "m", null), Waiver(rule, function, place)));

    [Theory, InlineData("2030-06-14", false), InlineData("2030-06-15", true), InlineData("2030-06-16", true)]
    public void A_waiver_holds_up_to_its_last_day(string expires, bool holds) =>
        Assert.Equal(holds ? FindingState.Waived : FindingState.New, State(Make(), Waiver(expires: expires)));

    [Theory]
    [InlineData("F", "Resources.Other", true)]
    [InlineData("Other", "Resources.F.Properties.Policies", true)]
    [InlineData("Other", "Resources.F", true)]
    [InlineData("Other", "Resources.Fx.Properties", false)]
    [InlineData("Other", "Globals.Function", false)]
    public void An_inline_waiver_holds_for_its_resource_alone(string subject, string property, bool holds) =>
        Assert.Equal(
            holds ? FindingState.Waived : FindingState.New,
            State(Make(subject: subject, location: new("t.yaml", 1, 1, property)), Waiver(function: "F") with { Resource = "F", Location = new("t.yaml", 1, 1, null) }));

    [Fact]
    public void An_inline_waiver_is_no_pattern_and_holds_in_its_file_only()
    {
        Assert.Equal(FindingState.New, State(Make(), Waiver() with { Resource = "*", Location = new("t.yaml", 1, 1, null) }));
        Assert.Equal(FindingState.New, State(Make(location: new("other.yaml", 1, 1, "Resources.F")), Waiver() with { Resource = "F", Location = new("t.yaml", 1, 1, null) }));
    }

    [Fact]
    public void An_inline_waiver_holds_for_what_is_in_its_functions_package()
    {
        var finding = Make("SLS6001", location: new("node_modules/lodash/package.json", 0, 0, null));
        Assert.Equal(FindingState.Waived, State(finding, Waiver("SLS6001") with { Resource = "F", Location = new("t.yaml", 1, 1, null) }));
    }

    [Fact]
    public void Of_several_waivers_the_one_that_holds_longest_is_told()
    {
        ImmutableArray<Waiver> waivers = [Waiver(expires: "2030-07-01"), Waiver(expires: "2030-09-01"), Waiver(expires: "2030-08-01")];
        Assert.Equal(new DateOnly(2030, 9, 1), Triage.Apply([Make()], waivers, null, Today).Single().Waiver!.Expires);
    }

    [Fact]
    public void What_an_earlier_report_had_is_known_unless_it_was_waived_there()
    {
        ImmutableArray<Finding> findings = [Make(place: "kept"), Make(place: "waived")];
        var earlier = SampleReport.Of(findings, [Waiver(place: "waived")], [], []);
        var baseline = Baseline.Read("r.json", SampleReport.Bytes(earlier, JsonReport.Write), ScanLimits.Default);

        Assert.Equal(1, baseline.Count);
        Assert.Equal(
            [("new", FindingState.New), ("waived", FindingState.New), ("kept", FindingState.Known)],
            Triage.Apply([.. findings, Make(place: "new")], [], baseline, Today).Select(item => (item.Finding.Place, item.State)));
    }

    [Fact]
    public void Puts_first_what_to_do_first()
    {
        var exploited = new AdvisoryMatch { Purl = "pkg:npm/a@1", Id = "CVE-1", KnownExploited = true };
        ImmutableArray<Finding> wanted =
        [
            Make("SLS3001", place: "grave", severity: Severity.Critical),
            Make("SLS6001", "Z", severity: Severity.High) with { Advisory = exploited with { Malicious = true } },
            Make("SLS6001", "Y", severity: Severity.High) with { Advisory = exploited },
            Make("SLS1002", "A"),
            Make("SLS1001", "B", "a"),
            Make("SLS1001", "B", "b"),
            Make("SLS1002", "B"),
            Make("SLS4001"),
            Make("SLS2001"),
            Make("SLS3001"),
            Make("SLS1001", "low", severity: Severity.Low),
            Make("SLS1001", "known", severity: Severity.Critical),
            Make("SLS1001", "waived", severity: Severity.Critical),
        ];
        var baseline = Baseline.Read("r.json", SampleReport.Bytes(SampleReport.Of([wanted[^2]], [], [], []), JsonReport.Write), ScanLimits.Default);
        Gen.Shuffle(wanted.ToArray()).Sample(
            shuffled => Assert.Equal(wanted, Triage.Apply(shuffled, [Waiver(function: "waived")], baseline, Today).Select(item => item.Finding)), iter: 100);
    }

    [Fact]
    public void One_identity_is_one_finding_at_its_gravest_about_everybody()
    {
        var first = new Finding(Rule(), new("Role", ["B"]), "p", "first", new("t.yaml", 9, 1, null));
        var second = first with { Subject = new("Role", ["A"]), Severity = Severity.Critical, Message = "second" };
        Gen.Shuffle(new[] { first, second, first }).Sample(findings =>
        {
            var merged = Triage.Apply(findings, [], null, Today).Single().Finding;
            Assert.Equal((Severity.Critical, "second"), (merged.Severity, merged.Message));
            Assert.Equal(["A", "B"], merged.Subject.Functions);
        }, iter: 20);
    }

    [Fact]
    public void Namesakes_of_two_files_stay_two() =>
        Assert.Equal(2, Triage.Apply([Make(location: new("a.yaml", 1, 1, null)), Make(location: new("b.yaml", 1, 1, null))], [], null, Today).Length);

    [Fact]
    public void The_order_is_total_and_keeps_every_finding()
    {
        var text = Gen.String[Gen.Char["ab"], 0, 2];
        var finding = Gen.Select(Gen.Int[0, 2], text, text, Gen.Enum<Severity>(), text)
            .Select((rule, subject, place, severity, file) => Make($"SLS{1 + 2 * rule}001", subject, place, severity, new(file, file.Length, 0, null)));
        Gen.Select(finding.Array[0, 12], Gen.Int[0, 1000]).Sample((findings, seed) =>
        {
            var once = Triage.Apply(findings, [], null, Today);
            var turned = Triage.Apply(findings.OrderBy(item => HashCode.Combine(item.GetHashCode(), seed)), [], null, Today);
            Assert.Equal(once.AsEnumerable(), turned.AsEnumerable());
            Assert.Equal(findings.Select(Key).ToHashSet(), once.Select(item => Key(item.Finding)).ToHashSet());
        }, iter: 2_000);

        static (string, string?) Key(Finding finding) => (finding.Fingerprint, finding.Location!.File);
    }

    [Fact]
    public void Waivers_that_are_over_or_hold_for_nothing_are_told()
    {
        ImmutableArray<Waiver> waivers =
        [
            Waiver(), Waiver(), Waiver(expires: "2030-06-14") with { Location = new("w.yaml", 2, 1, null) }, Waiver(function: "Gone*", place: "x"), Waiver("SLS9999"),
        ];
        var notes = WaiverNotes.Of(waivers, Triage.Apply([Make()], waivers, null, Today), Today);
        Assert.Equal(
            [
                new Note(NoteKind.ExpiredWaiver, "The waiver of SLS1001 for every function by o expired on 2030-06-14 and holds no longer.", new("w.yaml", 2, 1, null)),
                new Note(NoteKind.UnusedWaiver, "The waiver of SLS1001 for 'Gone*' at 'x' by o matches no finding of this scan.", null),
                new Note(NoteKind.UnusedWaiver, "The waiver of SLS9999 for every function by o matches no finding of this scan.", null),
            ],
            notes);
    }

    [Theory]
    [InlineData(Severity.High, Stage.Stable, Severity.High, 1)]
    [InlineData(Severity.Critical, Stage.Stable, Severity.High, 1)]
    [InlineData(Severity.Medium, Stage.Stable, Severity.High, 0)]
    [InlineData(Severity.Critical, Stage.Preview, Severity.Low, 0)]
    [InlineData(Severity.Critical, Stage.Stable, null, 0)]
    public void Only_a_grave_finding_of_a_stable_rule_fails_a_build(Severity severity, Stage stage, Severity? failOn, int code) =>
        Assert.Equal(code, ExitCode.Of(Report(new Finding(Rule(severity: severity, stage: stage), Subject.Of("F"), "p", "m", null)), failOn, false));

    [Fact]
    public void Waived_and_known_findings_fail_no_build()
    {
        var baseline = Baseline.Read("r.json", SampleReport.Bytes(Report(Make()), JsonReport.Write), ScanLimits.Default);
        Assert.Equal(0, ExitCode.Of(Report(Make()) with { Findings = Triage.Apply([Make()], [Waiver()], null, Today) }, Severity.Low, true));
        Assert.Equal(0, ExitCode.Of(Report(Make()) with { Findings = Triage.Apply([Make()], [], baseline, Today) }, Severity.Low, true));
    }

    [Fact]
    public void What_was_not_seen_counts_when_strict_and_nothing_at_all_always()
    {
        var gap = new Gap(GapKind.Limit, new(), "r", "m");
        ScanReport[] incomplete =
        [
            Report() with { Gaps = [gap] },
            Report() with { Functions = [new() { Name = "F", Gaps = [gap] }] },
            Report() with { Advisories = new() { Id = "x", Gaps = [gap] } },
        ];
        Assert.All(incomplete, report => Assert.Equal((0, 3), (ExitCode.Of(report, Severity.High, false), ExitCode.Of(report, Severity.High, true))));
        Assert.Equal(3, ExitCode.Of(Report() with { Functions = [] }, null, false));
        Assert.Equal(1, ExitCode.Of(Report(Make()) with { Functions = [], Gaps = [gap] }, Severity.High, true));
    }

    [Theory, InlineData(0, 0, 0), InlineData(3, 1, 1), InlineData(1, 2, 2), InlineData(2, 4, 4), InlineData(0, 3, 3)]
    public void The_worst_code_is_told(int one, int other, int worst)
    {
        Assert.Equal(worst, ExitCode.Worst(one, other));
        Assert.Equal(worst, ExitCode.Worst(other, one));
    }

    private static ScanReport Report(params Finding[] findings) => new()
    {
        Target = "t",
        Today = Today,
        Functions = [new() { Name = "F" }],
        Findings = Triage.Apply(findings, [], null, Today),
    };
}
