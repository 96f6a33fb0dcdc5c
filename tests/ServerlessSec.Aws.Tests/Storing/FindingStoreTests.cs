using System.Text;
using Amazon.DynamoDBv2.Model;
using ServerlessSec.Aws.Emulation;
using ServerlessSec.Findings;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using ServerlessSec.Snapshots;
using static ServerlessSec.Aws.Storing.Samples;

namespace ServerlessSec.Aws.Storing;

public class FindingStoreTests(Emulator emulator)
{
    private readonly WaitedTime time = new(Start);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_scan_wrote_is_read_back_as_it_was()
    {
        using var turn = await emulator.TurnAsync();
        var store = new FindingStore((await emulator.TableAsync(time)).Table);
        var replacer = new Replacer(store, Scans);
        var finding = Vulnerability("lodash");
        Assert.Equal(ReplacementResult.Done, await replacer.ReplaceAsync(Run(ScanKind.Package), Saw(finding) with { Gaps = [new(Gap())] }, Stop));
        var ledger = await store.ReadAsync(Desk, ScanKind.Package, Stop);

        var stored = Assert.Single(ledger.Findings);
        Assert.Equal(StoredContent.Hash(StoredState.Open, stored.Finding, stored.Runtime), stored.Hash);
        Assert.Equal((finding.Fingerprint, finding.Message, "nodejs22.x", Start, Start), (stored.Fingerprint, stored.Finding.Message, stored.Runtime, stored.FirstSeen, stored.LastSeen));
        Assert.Equal(new("set", 7, Start, false), stored.Advisories);
        Assert.Equal(Gap(), Assert.Single(ledger.Gaps).Gap);
        Assert.Equal(Run(ScanKind.Package).Row(ScanProgress.Finished), ledger.Row);
        Assert.Empty((await store.ReadAsync(Desk, ScanKind.Posture, Stop)).Gaps);
    }

    [Fact]
    public async Task A_finding_resolves_and_reopens_and_its_history_stays()
    {
        using var turn = await emulator.TurnAsync();
        var store = new FindingStore((await emulator.TableAsync(time)).Table);
        var replacer = new Replacer(store, Scans);
        await replacer.ReplaceAsync(Run(), Saw(Finding()), Stop);
        await replacer.ReplaceAsync(Run(minute: 5), Saw(), Stop);
        Assert.Empty(await store.FindingsAsync(Severity.High, Stop).ToListAsync(Stop));
        await replacer.ReplaceAsync(Run(minute: 9), Saw(Finding()), Stop);
        var stored = Assert.Single(await store.FindingsAsync(Severity.High, Stop).ToListAsync(Stop));
        Assert.Equal((StoredState.Open, 3, Start, Start.AddMinutes(9), null), (stored.State, stored.Revision, stored.FirstSeen, stored.ReopenedAt, stored.ResolvedAt));
    }

    /// <summary>Of a finding's row or a gap's, as somebody else may have written it.</summary>
    [Theory]
    [InlineData("FINDING", "Body", "no JSON")]
    [InlineData("FINDING", "Body", "\u0001no Brotli")]
    [InlineData("FINDING", "State", "Forgotten")]
    [InlineData("FINDING", "FirstSeen", "long ago")]
    [InlineData("GAP", "Body", "null")]
    [InlineData("GAP", "Scan", "Other")]
    public async Task A_row_that_cannot_be_read_gives_way_to_what_its_owner_s_scan_finds(string kind, string attribute, string value)
    {
        using var turn = await emulator.TurnAsync();
        var (table, name, client) = await emulator.TableAsync(time);
        using var _ = client;
        var told = new List<string>();
        var store = new FindingStore(table, (row, _) => told.Add(row));
        Task<ReplacementResult> ScanAsync(IFindingStore by, int minute) =>
            new Replacer(by, Scans).ReplaceAsync(Run(minute: minute), Saw(Finding(), Finding("there")) with { Gaps = [new(Gap())] }, Stop);
        await ScanAsync(store, 0);
        var row = (await client.ScanAsync(new ScanRequest(name), Stop)).Items.First(r => r["SK"].S.StartsWith(kind, StringComparison.Ordinal));
        await client.UpdateItemAsync(
            new UpdateItemRequest
            {
                TableName = name,
                Key = new() { ["PK"] = row["PK"], ["SK"] = row["SK"] },
                UpdateExpression = "SET #a = :v",
                ExpressionAttributeNames = new() { ["#a"] = attribute },
                ExpressionAttributeValues = new() { [":v"] = attribute == "Body" ? new() { B = new(Encoding.Latin1.GetBytes(value)) } : new(value) },
            },
            Stop);

        // Who has nobody to tell does not do as if nothing were there.
        await Assert.ThrowsAnyAsync<Exception>(() => new FindingStore(table).ReadAsync(Desk, ScanKind.Posture, Stop));
        Assert.Equal(ReplacementResult.Done, await ScanAsync(store, 5));
        Assert.EndsWith($"/{row["SK"].S}", Assert.Single(told), StringComparison.Ordinal);
        var ledger = await new FindingStore(table).ReadAsync(Desk, ScanKind.Posture, Stop);
        Assert.Equal((2, 1), (ledger.Findings.Count(static f => f.State == StoredState.Open), ledger.Gaps.Count(static g => g.State == StoredState.Open)));
        Assert.Single(told);
    }

    [Fact]
    public async Task A_later_row_stands_and_locks_an_earlier_scan_out_of_every_write()
    {
        using var turn = await emulator.TurnAsync();
        var store = new FindingStore((await emulator.TableAsync(time)).Table);
        var earlier = Run();
        Assert.True(await store.MoveAsync(earlier.Row(ScanProgress.Begun), Stop));
        var plan = new Replacement(Scans).Plan(earlier, await store.ReadAsync(Desk, ScanKind.Posture, Stop), Saw(Finding()));

        Assert.Equal(ReplacementResult.Done, await new Replacer(store, Scans).ReplaceAsync(Run(minute: 5), Saw(), Stop));
        Assert.False(await store.WriteAsync(earlier.Row(ScanProgress.Begun), plan, Stop));
        Assert.False(await store.MoveAsync(earlier.Row(ScanProgress.Finished), Stop));
        Assert.Empty((await store.ReadAsync(Desk, ScanKind.Posture, Stop)).Findings);
        Assert.Equal(ReplacementResult.Superseded, await new Replacer(store, Scans).ReplaceAsync(Run(minute: 5), Saw(Finding()), Stop));
    }

    [Fact]
    public async Task Findings_are_found_by_severity_advisory_and_owner_and_gaps_by_being_open()
    {
        using var turn = await emulator.TurnAsync();
        var store = new FindingStore((await emulator.TableAsync(time)).Table);
        var replacer = new Replacer(store, Scans);
        foreach (var name in (string[])["a", "b", "c", "d", "e", "f", "g", "h"])
        {
            await replacer.ReplaceAsync(Run(function: name), Saw(Finding(function: name), Finding("there", function: name, severity: Severity.Low)) with { Gaps = [new(Gap())] }, Stop);
            await replacer.ReplaceAsync(Run(ScanKind.Package, function: name), Saw(Vulnerability("lodash", function: name), Vulnerability("qs", "CVE-2026-2", name)), Stop);
        }

        Assert.Equal(8, await store.FindingsAsync(Severity.Low, Stop).CountAsync(Stop));
        Assert.Equal(24, await store.FindingsAsync(Severity.High, Stop).CountAsync(Stop));
        Assert.Equal(["a", "b", "c", "d", "e", "f", "g", "h"], (await store.FindingsAsync("CVE-2026-2", Stop).ToListAsync(Stop)).Select(static f => f.Owner.Function));
        Assert.Equal(4, await store.FindingsAsync(Function("c"), Stop).CountAsync(Stop));
        Assert.Equal(8, await store.OpenGapsAsync(Stop).CountAsync(Stop));
    }

    [Fact]
    public async Task Many_findings_go_in_by_transactions_of_at_most_a_hundred_items()
    {
        using var turn = await emulator.TurnAsync();
        await using var proxy = new FaultProxy(await emulator.AddressAsync());
        var (table, _, client) = await emulator.TableAsync(time, proxy.Address);
        using var _ = client;
        var store = new FindingStore(table);
        var findings = Enumerable.Range(0, 130).Select(static n => Finding($"place {n}", $"Number {n}.")).ToArray();
        Assert.Equal(ReplacementResult.Done, await new Replacer(store, Scans).ReplaceAsync(Run(), Saw(findings), Stop));
        Assert.Equal([100, 32], proxy.Seen.Where(static p => p.Operation == "TransactWriteItems").Select(static p => p.Json["TransactItems"]!.AsArray().Count));
        Assert.Equal(130, (await store.ReadAsync(Desk, ScanKind.Posture, Stop)).Findings.Length);
    }

    [Fact]
    public async Task A_finding_about_ten_thousand_functions_fits_into_a_row()
    {
        using var turn = await emulator.TurnAsync();
        var store = new FindingStore((await emulator.TableAsync(time)).Table);
        var names = Enumerable.Range(0, 10_000).Select(static n => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(n)))).Order(StringComparer.Ordinal);
        var finding = Finding() with { Subject = new Subject("role/shared", [.. names]) };
        var run = Run() with { Owner = Desk.Application };
        Assert.Equal(ReplacementResult.Done, await new Replacer(store, Scans).ReplaceAsync(run, Saw(finding), Stop));
        var stored = Assert.Single((await store.ReadAsync(Desk.Application, ScanKind.Posture, Stop)).Findings);
        Assert.Equal((true, StoredContent.Functions), (stored.IsCut, stored.Finding.Subject.Functions.Length));
    }

    [Fact]
    public async Task Pages_are_read_to_their_end()
    {
        using var turn = await emulator.TurnAsync();
        await using var proxy = new FaultProxy(await emulator.AddressAsync())
        {
            Faults = static p => p.Operation == "Query" ? new() { Rewrite = static q => { q["Limit"] = 2; return q; } } : null,
        };
        var (table, _, client) = await emulator.TableAsync(time, proxy.Address);
        using var _ = client;
        var store = new FindingStore(table);
        await new Replacer(store, Scans).ReplaceAsync(Run(), Saw(Enumerable.Range(0, 9).Select(static n => Finding($"place {n}"))), Stop);
        Assert.Equal(9, (await store.ReadAsync(Desk, ScanKind.Posture, Stop)).Findings.Length);
        Assert.Equal(9, await store.FindingsAsync(Severity.High, Stop).CountAsync(Stop));
    }

    [Fact]
    public async Task Throttling_server_errors_lost_answers_and_conflicts_change_nothing_in_the_end()
    {
        using var turn = await emulator.TurnAsync();
        await using var proxy = new FaultProxy(await emulator.AddressAsync());
        var (table, _, client) = await emulator.TableAsync(time, proxy.Address);
        using var _ = client;
        var store = new FindingStore(table);
        var conflict = new Fault(400, """{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","message":"cancelled","CancellationReasons":[{"Code":"None"},{"Code":"TransactionConflict","Message":"busy"}]}""");
        Fault?[] faults = [Fault.ServerError, Fault.Throttled, new(Lost: true), conflict, null];
        var turns = new Dictionary<string, int>();
        proxy.Faults = p => p.IsWrite && turns.TryGetValue(p.Operation, out var n) is var _ && (turns[p.Operation] = n + 1) <= faults.Length
            ? p.Operation != "TransactWriteItems" && faults[n] == conflict ? null : faults[n]
            : null;
        var result = await time.AdvancingAsync(new Replacer(store, Scans).ReplaceAsync(Run(), Saw(Finding(), Finding("there")), Stop));
        Assert.Equal(ReplacementResult.Done, result);
        Assert.All((await store.ReadAsync(Desk, ScanKind.Posture, Stop)).Findings, static f => Assert.Equal((StoredState.Open, 1), (f.State, f.Revision)));
        Assert.True(turns["TransactWriteItems"] >= 5);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Killed_at_any_write_and_done_again_it_ends_as_the_calm_run_does(bool writtenButUnheard)
    {
        using var turn = await emulator.TurnAsync();
        await using var proxy = new FaultProxy(await emulator.AddressAsync());
        var calm = await HistoryAsync(proxy, null);
        for (var n = 0; n < calm.Writes; n++)
        {
            var killed = await HistoryAsync(proxy, (n, writtenButUnheard));
            Assert.True(killed.Died, $"nothing died at write {n}");
            Assert.Equal(calm.State, killed.State);
        }
    }

    /// <summary>A run, then one that opens, keeps, changes and resolves; it dies at a write, and its message comes again.</summary>
    private async Task<(string[] State, int Writes, bool Died)> HistoryAsync(FaultProxy proxy, (int Write, bool Unheard)? kill)
    {
        proxy.Faults = static _ => null;
        var (table, _, client) = await emulator.TableAsync(time, proxy.Address);
        using var _ = client;
        var store = new FindingStore(table);
        var replacer = new Replacer(store, Scans);
        await replacer.ReplaceAsync(Run(), Saw(Finding("kept"), Finding("changed"), Finding("gone")) with { Gaps = [new(Gap(Evidence.Triggers))] }, Stop);

        var writes = 0;
        var died = false;
        using var life = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        proxy.Faults = p =>
        {
            if (died) return new(Dead: true);
            if (!p.IsWrite || writes++ != kill?.Write) return null;
            died = true;
            life.Cancel();
            return kill.Value.Unheard ? new(Lost: true) : new(Dead: true);
        };
        var seen = Saw(Finding("kept"), Finding("changed", "It is wide open."), Finding("new")) with { Gaps = [new(Gap())] };
        try
        {
            await replacer.ReplaceAsync(Run(minute: 5), seen, life.Token);
        }
        catch (OperationCanceledException) when (died)
        {
            proxy.Faults = static _ => null;
            await replacer.ReplaceAsync(Run(minute: 8), seen, Stop);
        }

        proxy.Faults = static _ => null;
        return (Timeless(await store.ReadAsync(Desk, ScanKind.Posture, Stop)), writes, died);
    }
}
