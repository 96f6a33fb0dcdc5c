using Microsoft.Extensions.Time.Testing;
using ServerlessSec.Aws.Emulation;
using ServerlessSec.Findings;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using static ServerlessSec.Aws.Storing.Samples;

namespace ServerlessSec.Aws.Storing;

public class FindingQueryTests(Emulator emulator)
{
    private readonly FakeTimeProvider time = new(Start.AddMinutes(1));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_vulnerability_is_found_by_any_of_its_ids_with_the_gaps_that_could_hide_it()
    {
        using var turn = await emulator.TurnAsync();
        var table = (await emulator.TableAsync(time)).Table;
        var (store, waivers) = (new FindingStore(table), new HubWaiverStore(table));
        var replacer = new Replacer(store, Scans);
        foreach (var name in (string[])["a", "b", "c"])
        {
            var known = Vulnerability("qs", "CVE-2026-2", name);
            known = known with { Advisory = known.Advisory! with { Aliases = ["GHSA-hrpp-h998-j3pp", "SNYK-JS-QS-1"] } };
            await replacer.ReplaceAsync(Run(ScanKind.Package, function: name),
                Saw(Vulnerability("lodash", function: name), known) with { Gaps = [new(Gap(Evidence.Package))] }, Stop);
            await replacer.ReplaceAsync(Run(function: name), Saw(Finding(function: name)) with { Gaps = [new(Gap())] }, Stop);
        }

        // Mended where it was.
        await replacer.ReplaceAsync(Run(ScanKind.Package, 1, "c"), Saw(Vulnerability("lodash", function: "c")), Stop);

        foreach (var id in (string[])["CVE-2026-2", "cve-2026-2", "GHSA-hrpp-h998-j3pp", "ghsa-HRPP-h998-j3pp", "snyk-js-qs-1"])
        {
            var answer = await AskAsync(new() { Application = Desk.Application, Advisory = id });
            Assert.Equal(["a", "b"], answer.Findings.Select(static f => f.Owner.Function).Order(StringComparer.Ordinal));
            Assert.All(answer.Findings, static f => Assert.Equal("CVE-2026-2", f.Finding.Advisory!.Id));
            Assert.Equal([(ScanKind.Package, "a"), (ScanKind.Package, "b")], answer.Gaps.Select(static g => (g.Scan, g.Owner.Function)).Order());
        }

        var one = new FindingQuestion { Application = Desk.Application, Functions = ["c"], Advisory = "GHSA-hrpp-h998-j3pp" };
        Assert.Empty((await AskAsync(one)).Findings);
        Assert.Equal(StoredState.Resolved, Assert.Single((await AskAsync(one with { State = null })).Findings).State);
        Assert.Empty((await AskAsync(new() { Application = Desk.Application, Advisory = "CVE-2026-3" })).Findings);
        Assert.Empty((await AskAsync(new() { Application = Desk.Application, Advisory = "CVE-2026-2", Least = Severity.Critical })).Findings);
        Assert.Empty((await AskAsync(new() { Application = Owner.Of("aws", "eu-west-1", "111122223333"), Advisory = "CVE-2026-2" })).Findings);

        Task<FindingAnswer> AskAsync(FindingQuestion question) => new FindingQuery(store, waivers).AskAsync(question, Stop);
    }
}
