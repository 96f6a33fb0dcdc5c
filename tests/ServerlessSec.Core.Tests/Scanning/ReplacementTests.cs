using System.Collections.Immutable;
using ServerlessSec.Inventory;
using ServerlessSec.Rules;
using ServerlessSec.Snapshots;
using static ServerlessSec.Scanning.Ledgers;

namespace ServerlessSec.Scanning;

public class ReplacementTests
{
    private const string Layer = "arn:aws:lambda:eu-central-1:111122223333:layer:tools";

    [Fact]
    public void A_finding_opens_is_seen_again_resolves_and_reopens()
    {
        var url = Finding(Url);
        var opened = Assert.Single(Replay((Run(ScanKind.Posture), Saw([url]))).Findings);
        Assert.Equal((StoredState.Open, 1, Start, Start), (opened.State, opened.Revision, opened.FirstSeen, opened.LastSeen));

        var again = Assert.Single(Replay((Run(ScanKind.Posture), Saw([url])), (Run(ScanKind.Posture, 5), Saw([url]))).Findings);
        Assert.Equal((StoredState.Open, 1, Start, Start.AddMinutes(5)), (again.State, again.Revision, again.FirstSeen, again.LastSeen));

        var resolved = Assert.Single(Replay((Run(ScanKind.Posture), Saw([url])), (Run(ScanKind.Posture, 5), Saw([]))).Findings);
        Assert.Equal((StoredState.Resolved, 2, Start.AddMinutes(5)), (resolved.State, resolved.Revision, resolved.ResolvedAt));

        var reopened = Assert.Single(Replay((Run(ScanKind.Posture), Saw([url])), (Run(ScanKind.Posture, 5), Saw([])), (Run(ScanKind.Posture, 9), Saw([url]))).Findings);
        Assert.Equal((StoredState.Open, 3, Start, Start.AddMinutes(9)), (reopened.State, reopened.Revision, reopened.FirstSeen, reopened.ReopenedAt));
        Assert.Null(reopened.ResolvedAt);
    }

    [Fact]
    public void Another_wording_is_a_new_revision_and_another_time_is_not()
    {
        var changed = Assert.Single(Replay((Run(ScanKind.Posture), Saw([Finding(Url)])), (Run(ScanKind.Posture, 5), Saw([Finding(Url, message: "It is wide open.")]))).Findings);
        Assert.Equal(2, changed.Revision);
    }

    [Fact]
    public void A_scan_leaves_the_findings_of_other_scans_alone() =>
        Assert.All(Replay((Run(ScanKind.Posture), Saw([Finding(Url)])), (Run(ScanKind.Package, 5, Level(1)), Saw([]))).Findings, static f => Assert.Equal(StoredState.Open, f.State));

    [Fact]
    public void Findings_of_a_rule_that_no_scan_has_any_more_resolve_whatever_was_seen()
    {
        var run = Run(ScanKind.Posture, 5) with { Seen = Evidence.None };
        var before = Replay((Run(ScanKind.Package, 0, Level(1)), Saw([Vulnerability("a")])));
        var fewer = new Replacement(new(new Dictionary<string, ScanKind> { [Url.Id] = ScanKind.Posture }));
        var write = Assert.IsType<FindingWrite>(Assert.Single(fewer.Plan(run, before, Observation.Nothing)));
        Assert.Equal(StoredState.Resolved, write.Finding.State);
    }

    [Theory]
    [InlineData(2, 2, false, false, true)]
    [InlineData(2, 3, false, false, true)]
    [InlineData(2, 1, false, false, false)]
    [InlineData(2, 3, false, true, false)]
    [InlineData(2, 1, true, false, true)]
    [InlineData(2, 2, true, true, false)]
    public void A_vulnerability_resolves_only_by_advisories_at_least_as_good(int by, int now, bool byBuiltin, bool nowBuiltin, bool resolves)
    {
        var after = Replay(
            (Run(ScanKind.Package, 0, Level(by, byBuiltin)), Saw([Vulnerability("a")])),
            (Run(ScanKind.Package, 5, Level(now, nowBuiltin)) with { Packages = ["pkg:npm/a"] }, Saw([])));
        Assert.Equal(resolves ? StoredState.Resolved : StoredState.Open, Assert.Single(after.Findings).State);
    }

    [Theory]
    [InlineData(0.02, 0.0999, false)]
    [InlineData(null, 0.05, false)]
    [InlineData(0.05, null, false)]
    [InlineData(0.0999, 0.1, false)]
    [InlineData(0.0999, 0.1201, true)]
    [InlineData(0.4, 0.11, false)]
    [InlineData(0.4, 0.09, false)]
    [InlineData(0.4, 0.0799, true)]
    [InlineData(0.4999, 0.5, false)]
    [InlineData(0.4999, 0.61, true)]
    [InlineData(0.02, 0.5, true)]
    [InlineData(0.9, 0.41, false)]
    [InlineData(0.9, 0.39, true)]
    [InlineData(0.5, null, true)]
    public void A_score_that_drifts_is_kept_and_told_again_only_in_another_band(double? before, double? now, bool told)
    {
        var (first, second) = (Run(ScanKind.Package, 0, Level(1)), Run(ScanKind.Package, 0, Level(2)));
        var write = Assert.IsType<FindingWrite>(Assert.Single(new Replacement(Scans).Plan(second, Replay((first, Saw([Scored(before, 0.3)]))), Saw([Scored(now, 0.4)]))));
        Assert.Equal((told, told ? 2 : 1, now), (write.Changed, write.Finding.Revision, write.Finding.Finding.Advisory!.Epss));

    }

    [Fact]
    public void A_score_that_wobbles_around_the_edge_of_a_band_is_told_once()
    {
        double[] scores = [0.09, 0.11, 0.0999, 0.1001, 0.08, 0.1199, 0.13, 0.11, 0.09, 0.0801, 0.1001, 0.07, 0.1];
        (ScanRun, Observation)[] days = [.. scores.Select(static (score, day) => (Run(ScanKind.Package, day, Level(1)), Saw([Scored(score, 0.3)])))];
        var revisions = Enumerable.Range(1, days.Length).Select(count => Replay(days[..count]).Findings.Single().Revision);
        Assert.Equal([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3], revisions);
    }

    [Fact]
    public void What_else_changes_is_told_whatever_the_score_does()
    {
        var exploited = Scored(0.11, 0.3) is var found ? found with { Advisory = found.Advisory! with { KnownExploited = true } } : found;
        var after = Replay((Run(ScanKind.Package, 0, Level(1)), Saw([Scored(0.09, 0.3)])), (Run(ScanKind.Package, 1, Level(1)), Saw([exploited])));
        Assert.Equal(2, Assert.Single(after.Findings).Revision);
    }

    [Fact]
    public void That_a_vulnerability_is_exploited_is_told_at_once()
    {
        var found = Vulnerability("a");
        var exploited = found with { Advisory = found.Advisory! with { KnownExploited = true } };
        var before = Replay((Run(ScanKind.Package, 0, Level(1)), Saw([found])));
        Assert.True(Assert.Single(new Replacement(Scans).Plan(Run(ScanKind.Package, 0, Level(2)), before, Saw([exploited]))).Changed);
    }

    [Fact]
    public void Seen_again_by_lesser_advisories_it_still_needs_the_better_ones_to_resolve()
    {
        var after = Replay(
            (Run(ScanKind.Package, 0, Level(3)), Saw([Vulnerability("a")])),
            (Run(ScanKind.Package, 5, Level(1)), Saw([Vulnerability("a")])),
            (Run(ScanKind.Package, 9, Level(2)), Saw([])));
        Assert.Equal(StoredState.Open, Assert.Single(after.Findings).State);
    }

    [Fact]
    public void Without_advisories_only_what_left_the_package_resolves()
    {
        var before = (Run(ScanKind.Package, 0, Level(3)), Saw([Vulnerability("a"), Vulnerability("b")]));
        var after = Replay(before, (Run(ScanKind.Package, 5) with { Seen = Evidence.Package | Evidence.Inventory, Packages = ["pkg:npm/b"] }, Saw([])));
        Assert.Equal(["pkg:a CVE-2026-1"], after.Findings.Where(static f => f.State == StoredState.Resolved).Select(static f => f.Finding.Place));
    }

    public static TheoryData<string, GapScope, bool> Scopes => new()
    {
        { "the package", new() { Evidence = Evidence.Package }, true },
        { "the inventory", new() { Evidence = Evidence.Inventory }, true },
        { "the advisories", new() { Evidence = Evidence.Matches }, true },
        { "secrets", new() { Evidence = Evidence.Secrets }, false },
        { "the role", new() { Evidence = Evidence.ExecutionRole }, false },
        { "its ecosystem", new() { Evidence = Evidence.Matches, Ecosystem = "npm" }, true },
        { "another ecosystem", new() { Evidence = Evidence.Matches, Ecosystem = "PyPI" }, false },
        { "its file", new() { Evidence = Evidence.Package, Path = "node_modules/a/package.json" }, true },
        { "a folder above", new() { Evidence = Evidence.Package, Path = "node_modules" }, true },
        { "a folder that begins alike", new() { Evidence = Evidence.Package, Path = "node_mod" }, false },
        { "another file", new() { Evidence = Evidence.Package, Path = "node_modules/b/package.json" }, false },
        { "its second place", new() { Evidence = Evidence.Package, Path = "opt/a.jar" }, true },
        { "inside its second place", new() { Evidence = Evidence.Package, Path = "opt/a.jar!/pom.xml" }, true },
        { "its layer", new() { Evidence = Evidence.Package, Layer = Layer + ":1" }, true },
        { "the next version of its layer", new() { Evidence = Evidence.Package, Layer = Layer + ":7" }, true },
        { "another layer", new() { Evidence = Evidence.Package, Layer = Layer + "-more:1" }, false },
        { "its file in another layer", new() { Evidence = Evidence.Package, Layer = Layer + "-more:1", Path = "node_modules/a/package.json" }, false },
        { "its cataloger", new() { Evidence = Evidence.Inventory, Cataloger = "jar" }, true },
        { "another cataloger", new() { Evidence = Evidence.Inventory, Cataloger = "go" }, false },
        { "its rule", new() { Evidence = Evidence.Matches, Rule = Vulnerable.Id }, true },
        { "another rule", new() { Evidence = Evidence.Matches, Rule = Opaque.Id }, false },
        { "anything at all", new(), true },
    };

    [Theory, MemberData(nameof(Scopes))]
    public void A_finding_resolves_unless_a_gap_covers_a_place_of_it(string _, GapScope scope, bool covers)
    {
        var found = Vulnerability("a", seen: [new("node_modules/a/package.json", null, OccurrenceKind.Installed, "npm"), new("opt/a.jar", Layer + ":1", OccurrenceKind.Installed, "jar")]);
        var after = Replay((Run(ScanKind.Package, 0, Level(1)), Saw([found])), (Run(ScanKind.Package, 5, Level(1)), Saw([], Gap(scope))));
        Assert.Equal(covers ? StoredState.Open : StoredState.Resolved, Assert.Single(after.Findings).State);
    }

    [Fact]
    public void A_gap_closes_when_the_next_scan_sees_and_stays_open_under_a_wider_one()
    {
        GapScope layer = new() { Evidence = Evidence.Package, Layer = Layer }, all = new() { Evidence = Evidence.Package };
        var first = (Run(ScanKind.Package), Saw([], Gap(layer)));
        Assert.Equal([StoredState.Resolved], Replay(first, (Run(ScanKind.Package, 5), Saw([]))).Gaps.Select(static g => g.State));
        Assert.Equal([StoredState.Open, StoredState.Open], Replay(first, (Run(ScanKind.Package, 5), Saw([], Gap(all)))).Gaps.Select(static g => g.State));
        // The same was not seen for another reason.
        Assert.Equal(
            [("denied", StoredState.Resolved), ("malformed", StoredState.Open)],
            Replay(first, (Run(ScanKind.Package, 5), Saw([], Gap(layer, "malformed")))).Gaps.Select(static g => (g.Gap.Reason, g.State)).Order());
    }

    [Fact]
    public void A_gap_that_is_kept_elsewhere_covers_and_is_not_stored()
    {
        var application = Desk.Application;
        var shared = new Findings.Finding(SharedRole, new("role/r", ["desk", "till"]), "role", "They share it.", null);
        var run = new ScanRun { Scan = ScanKind.Application, Owner = application, ObservedAt = Start };
        ImmutableArray<(string Function, StoredState Expected)> rows = [("till", StoredState.Open), ("shop", StoredState.Resolved)];
        foreach (var (function, expected) in rows)
        {
            var gap = new RunGap(Gap(new() { Evidence = Evidence.ExecutionRole }), function, Elsewhere: true);
            var after = Replay((run, Saw([shared])), (run with { ObservedAt = Start.AddMinutes(1) }, new() { Gaps = [gap] }));
            Assert.Equal(expected, Assert.Single(after.Findings).State);
            Assert.Empty(after.Gaps);
        }
    }

    [Fact]
    public async Task A_removed_function_resolves_everything_and_can_come_back()
    {
        var store = new InMemoryStore();
        var replacer = new Replacer(store, Scans);
        await replacer.ReplaceAsync(Run(ScanKind.Posture), Saw([Finding(Url)], Gap(new() { Evidence = Evidence.Logs })), TestContext.Current.CancellationToken);
        await replacer.ReplaceAsync(Run(ScanKind.Package, 0, Level(9)), Saw([Vulnerability("a")]), TestContext.Current.CancellationToken);
        await RemoveAsync(replacer, ScanEnding.Removed);
        Assert.All(store.Findings, static f => Assert.Equal(StoredState.Resolved, f.State));
        Assert.All(store.Gaps, static g => Assert.Equal(StoredState.Resolved, g.State));
        Assert.All(Enum.GetValues<ScanKind>(), scan => Assert.Equal((ScanEnding.Removed, ScanProgress.Finished), (store.Row(Desk, scan)!.Ending, store.Row(Desk, scan)!.Progress)));

        Assert.Equal(ReplacementResult.Superseded, await replacer.ReplaceAsync(Run(ScanKind.Posture, 4), Saw([Finding(Url)]), TestContext.Current.CancellationToken));
        Assert.Equal(ReplacementResult.Done, await replacer.ReplaceAsync(Run(ScanKind.Posture, 6), Saw([Finding(Url)]), TestContext.Current.CancellationToken));
        Assert.Equal(ScanEnding.Seen, store.Row(Desk, ScanKind.Posture)!.Ending);
    }

    [Fact]
    public async Task Opting_out_resolves_everything_and_leaves_one_gap()
    {
        var store = new InMemoryStore();
        var replacer = new Replacer(store, Scans);
        await replacer.ReplaceAsync(Run(ScanKind.Posture), Saw([Finding(Url)], Gap(new() { Evidence = Evidence.Logs })), TestContext.Current.CancellationToken);
        await RemoveAsync(replacer, ScanEnding.OptedOut);
        Assert.All(store.Findings, static f => Assert.Equal(StoredState.Resolved, f.State));
        Assert.Equal("opted out", Assert.Single(store.Gaps, static g => g.State == StoredState.Open).Gap.Reason);

        await replacer.ReplaceAsync(Run(ScanKind.Posture, 9), Saw([Finding(Url)]), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(store.Gaps, static g => g.State == StoredState.Open);
    }

    [Fact]
    public async Task A_scan_that_may_die_is_forewarned_by_a_gap_that_finishing_closes()
    {
        var store = new InMemoryStore();
        var replacer = new Replacer(store, Scans);
        var warning = new Gap(GapKind.Stopped, new() { Evidence = Evidence.Package }, "out of memory", "The scan died twice.");
        await replacer.ReplaceAsync(Run(ScanKind.Package, 0, Level(1)), Saw([Vulnerability("a")], Gap(new() { Evidence = Evidence.Package, Path = "x" })), TestContext.Current.CancellationToken);
        var run = Run(ScanKind.Package, 5, Level(1));
        await replacer.ForewarnAsync(run, warning, TestContext.Current.CancellationToken);
        Assert.Equal(2, store.Gaps.Count(static g => g.State == StoredState.Open));
        Assert.Equal(StoredState.Open, Assert.Single(store.Findings).State);
        Assert.Equal(ScanProgress.Begun, store.Row(Desk, ScanKind.Package)!.Progress);

        await replacer.ReplaceAsync(run, Saw([]), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(store.Gaps, static g => g.State == StoredState.Open);
        Assert.Equal(StoredState.Resolved, Assert.Single(store.Findings).State);
    }

    [Fact]
    public void Findings_of_one_identity_are_one()
    {
        var stored = Assert.Single(Replay((Run(ScanKind.Posture), Saw([Finding(Url, message: "b") with { Severity = ServerlessSec.Findings.Severity.Low }, Finding(Url, message: "c"), Finding(Url, message: "a")]))).Findings);
        Assert.Equal(("a", ServerlessSec.Findings.Severity.High), (stored.Finding.Message, stored.Finding.Severity));
    }

    [Fact]
    public void What_is_kept_of_a_finding_is_bounded()
    {
        var functions = Enumerable.Range(0, 9_000).Select(static n => $"function-{n:D5}").ToImmutableArray();
        var huge = new Findings.Finding(SharedRole, new("role/r", functions), "role", new string('x', 100_000), null);
        var (kept, cut) = StoredContent.Of(huge);
        Assert.True(cut);
        Assert.Equal(huge.Fingerprint, kept.Fingerprint);
        Assert.InRange(StoredContent.Write(kept).Length, 1, 200_000);
        Assert.Equal(kept.Message, StoredContent.ReadFinding(StoredContent.Write(kept)).Message);
    }

    [Fact]
    public void A_finding_of_another_scan_or_owner_is_a_mistake_of_the_caller()
    {
        var replacement = new Replacement(Scans);
        Assert.Throws<ArgumentException>(() => replacement.Plan(Run(ScanKind.Package), new Ledger(), Saw([Finding(Url)])));
        var other = Finding(Url) with { Subject = Subject.Of("till") };
        Assert.Throws<ArgumentException>(() => replacement.Plan(Run(ScanKind.Posture), new Ledger(), Saw([other])));
    }

    private static async Task RemoveAsync(Replacer replacer, ScanEnding ending)
    {
        foreach (var scan in Enum.GetValues<ScanKind>())
        {
            var run = new ScanRun { Scan = scan, Owner = Desk, ObservedAt = Start.AddMinutes(5), Ending = ending };
            Assert.Equal(ReplacementResult.Done, await replacer.ReplaceAsync(run, Observation.Nothing, TestContext.Current.CancellationToken));
        }
    }

    private static Findings.Finding Scored(double? epss, double percentile) => Vulnerability("a") is var found
        ? found with { Advisory = found.Advisory! with { Epss = epss, EpssPercentile = percentile } } : found;
}
