using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ServerlessSec.Aws.Emulation;
using ServerlessSec.Aws.Storing;
using ServerlessSec.Findings;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using static ServerlessSec.Aws.Storing.Samples;

namespace ServerlessSec.Aws.Publishing;

public class SecurityHubPublisherTests(Emulator emulator)
{
    private const string Import = "POST /findings/import";
    private const string Off = """{"__type":"InvalidAccessException","Message":"Account is not subscribed to AWS Security Hub"}""";

    private readonly WaitedTime time = new(Start.AddMinutes(1));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_finding_arrives_and_a_fix_archives_it()
    {
        using var turn = await emulator.TurnAsync();
        await using var world = await World.OpenAsync(emulator, time);
        await world.ScanAsync(0, Vulnerability("lodash"));
        Assert.Equal((1, null), (await world.TellAsync()) is var told ? (told.Accepted, told.Unavailable) : default);
        var finding = Assert.Single(world.Imported);
        Assert.Equal($"{Desk.Arn}/{Vulnerability("lodash").Fingerprint}", (string?)finding["Id"]);
        Assert.Equal("ACTIVE", (string?)finding["RecordState"]);
        Assert.Equal(("2026-03-01T12:00:00Z", "2026-03-01T12:01:00.000Z"), ((string?)finding["CreatedAt"], (string?)finding["UpdatedAt"]));
        Assert.Equal("nodejs22.x", (string?)finding["Resources"]![0]!["Details"]!["AwsLambdaFunction"]!["Runtime"]);
        Assert.Equal("CVE-2026-1", (string?)finding["Vulnerabilities"]![0]!["Id"]);

        await world.ScanAsync(1);
        Assert.Equal(1, (await world.TellAsync()).Accepted);
        var archived = world.Imported[^1];
        Assert.Equal(("ARCHIVED", (string?)finding["Id"], null), ((string?)archived["RecordState"], (string?)archived["Id"], archived["Workflow"]));
        Assert.True(string.CompareOrdinal((string?)archived["UpdatedAt"], (string?)finding["UpdatedAt"]) > 0);
        Assert.Equal(0, (await world.TellAsync()).Accepted);
    }

    [Fact]
    public async Task Batches_hold_a_hundred_findings_and_six_megabytes_and_come_ten_times_a_second()
    {
        using var turn = await emulator.TurnAsync();
        await using var world = await World.OpenAsync(emulator, time);
        await world.ScanAsync(0, [.. Enumerable.Range(0, 250).Select(static n => Vulnerability($"package-{n}"))]);
        var began = time.GetUtcNow();
        Assert.Equal(250, (await world.TellAsync()).Accepted);
        var bodies = world.Proxy.Seen.Where(static p => p.Operation == Import).ToArray();
        Assert.All(bodies, static b => Assert.True(b.Json["Findings"]!.AsArray().Count <= 100 && b.Body.Length <= 6_000_000));
        Assert.True(time.GetUtcNow() - began >= TimeSpan.FromMilliseconds(100 * (bodies.Length - 1)));
    }

    [Fact]
    public void Batches_are_bounded_by_bytes_and_hold_no_id_twice()
    {
        var publication = new Publication { Owner = Desk, Key = "x" };
        var imports = Enumerable.Range(0, 90).Select(n => new Import(publication, $"{n % 80}", Start, new byte[200_000])).ToArray();
        var batches = ImportBatches.Of(imports).ToArray();
        Assert.Equal(90, batches.Sum(static b => b.Length));
        Assert.All(batches, static b => Assert.True(ImportBatches.Body(b).Length <= ImportBatches.Bytes && b.Select(static i => i.Id).Distinct().Count() == b.Length));
    }

    [Fact]
    public async Task While_Security_Hub_is_off_nothing_is_lost()
    {
        using var turn = await emulator.TurnAsync();
        await using var world = await World.OpenAsync(emulator, time);
        world.Proxy.Faults = static p => p.Operation.StartsWith("POST /findings", StringComparison.Ordinal) ? new(401, Off) : null;
        await world.ScanAsync(0, Finding(), Finding("there"));
        Assert.StartsWith("InvalidAccessException", (await world.TellAsync()).Unavailable);
        Assert.Null(await world.Publisher.SuppressedAsync(Stop));
        await world.ScanAsync(1, Finding());
        time.Advance(TimeSpan.FromDays(2));
        Assert.NotNull((await world.TellAsync()).Unavailable);

        world.Proxy.Faults = static _ => null;
        Assert.Equal(2, (await world.TellAsync()).Accepted);
        Assert.Equal(["ACTIVE", "ARCHIVED"], world.Imported.TakeLast(2).Select(static f => (string?)f["RecordState"]).Order());
    }

    [Theory, InlineData("InvalidInput", true), InlineData("InternalError", false)]
    public async Task A_finding_that_is_refused_holds_up_no_other_and_rests_after_three_times_if_the_fault_is_its_own(string code, bool rests)
    {
        using var turn = await emulator.TurnAsync();
        await using var world = await World.OpenAsync(emulator, time);
        var bad = $"{Desk.Arn}/{Finding("bad").Fingerprint}";
        world.Proxy.Faults = p => p.Operation != Import ? null : new()
        {
            RewriteAnswer = (request, answer) =>
            {
                if (!request["Findings"]!.AsArray().Any(f => (string?)f!["Id"] == bad)) return answer;
                answer["FailedCount"] = 1;
                answer["FailedFindings"] = new JsonArray(new JsonObject { ["Id"] = bad, ["ErrorCode"] = code, ["ErrorMessage"] = "no" });
                return answer;
            },
        };
        await world.ScanAsync(0, Finding("bad"), Finding("good"));
        PublishResult[] results = [await world.TellAsync(), await TellLaterAsync(), await TellLaterAsync(), await TellLaterAsync()];
        (int, int, int)[] expected = rests ? [(1, 1, 0), (0, 1, 0), (0, 1, 1), (0, 0, 0)] : [(1, 0, 0), (0, 0, 0), (0, 0, 0), (0, 0, 0)];
        Assert.Equal(expected, results.Select(static r => (r.Accepted, r.Refused, r.GivenUp)));
        world.Proxy.Faults = static _ => null;
        Assert.Equal(rests ? 0 : 1, (await world.TellAsync()).Accepted);

        Task<PublishResult> TellLaterAsync()
        {
            time.Advance(PublishRun.AfterRefusal[^1]);
            return world.TellAsync();
        }
    }

    [Fact]
    public async Task A_finding_that_spoils_its_batch_is_told_from_the_others()
    {
        using var turn = await emulator.TurnAsync();
        await using var world = await World.OpenAsync(emulator, time);
        var bad = $"{Desk.Arn}/{Finding("bad").Fingerprint}";
        world.Proxy.Faults = p => p.Operation == Import && p.Json["Findings"]!.AsArray().Any(f => (string?)f!["Id"] == bad)
            ? new(400, """{"__type":"InvalidInputException","Message":"one is malformed"}""")
            : null;
        await world.ScanAsync(0, [.. Enumerable.Range(0, 20).Select(static n => Finding($"place {n}")), Finding("bad")]);
        var result = await world.TellAsync();
        Assert.Equal((20, 1), (result.Accepted, result.Refused));
    }

    [Fact]
    public async Task A_lost_answer_is_told_again_under_the_same_id()
    {
        using var turn = await emulator.TurnAsync();
        await using var world = await World.OpenAsync(emulator, time);
        var answers = 0;
        world.Proxy.Faults = p => p.Operation == Import && answers++ == 0 ? new(Lost: true) : null;
        await world.ScanAsync(0, Finding());
        Assert.Equal(1, (await world.TellAsync()).Accepted);
        Assert.Equal(2, answers);
        Assert.Single(world.Imported.Select(static f => (string?)f["Id"]).Distinct());
    }

    [Fact]
    public async Task Gaps_of_functions_and_of_the_application_are_told_and_closed()
    {
        using var turn = await emulator.TurnAsync();
        await using var world = await World.OpenAsync(emulator, time);
        var store = new FindingStore(world.Table);
        var run = Run() with { Owner = Desk.Application, Scan = ScanKind.Application };
        await new Replacer(store, Scans).ReplaceAsync(run, new() { Gaps = [new(Gap(), "desk"), new(Gap(Evidence.Triggers))] }, Stop);
        await new Replacer(store, Scans).ReplaceAsync(Run(), new() { Gaps = [new(Gap())] }, Stop);
        Assert.Equal(3, (await world.TellAsync()).Accepted);
        Assert.Equal(3, world.Imported.Select(static f => (string?)f["Id"]).Distinct().Count());
        Assert.All(world.Imported, static f => Assert.Equal("NOT_AVAILABLE", (string?)f["Compliance"]!["Status"]));
        Assert.Equal(2, world.Imported.Count(static f => (string?)f["Resources"]![0]!["Id"] == Desk.Arn));

        await new Replacer(store, Scans).ReplaceAsync(run with { ObservedAt = Start.AddMinutes(1) }, Observation.Nothing, Stop);
        Assert.Equal(2, (await world.TellAsync()).Accepted);
        Assert.Equal(2, world.Imported.Count(static f => (string?)f["RecordState"] == "ARCHIVED"));
    }

    [Fact]
    public async Task A_suppressed_finding_is_read_back_with_its_note()
    {
        using var turn = await emulator.TurnAsync();
        await using var world = await World.OpenAsync(emulator, time);
        await world.ScanAsync(0, Finding(), Finding("there"));
        await world.TellAsync();
        // The emulator keeps what is imported and knows nothing of people: their decision is put into its answer.
        var suppressed = $"{Desk.Arn}/{Finding().Fingerprint}";
        world.Proxy.Faults = p => p.Operation != "POST /findings" ? null : new()
        {
            RewriteAnswer = (_, answer) =>
            {
                foreach (var finding in answer["Findings"]!.AsArray().Where(f => (string?)f!["Id"] == suppressed))
                {
                    finding!["Workflow"] = new JsonObject { ["Status"] = "SUPPRESSED" };
                    finding["Note"] = new JsonObject { ["Text"] = "accepted until the move", ["UpdatedBy"] = "ada", ["UpdatedAt"] = "2026-03-05T10:00:00.000Z" };
                }

                answer["Findings"]!.AsArray().Add((JsonNode)new JsonObject { ["Id"] = "arn:aws:other/thing", ["Workflow"] = new JsonObject { ["Status"] = "SUPPRESSED" } });
                // Imported by another account under our name.
                answer["Findings"]!.AsArray().Add((JsonNode)new JsonObject
                {
                    ["Id"] = $"{Desk.Arn}/{Finding("there").Fingerprint}",
                    ["ProductArn"] = "arn:aws:securityhub:eu-central-1:210987654321:product/210987654321/default",
                    ["Workflow"] = new JsonObject { ["Status"] = "SUPPRESSED" },
                });
                return answer;
            },
        };
        var waivers = await world.Publisher.SuppressedAsync(Stop);
        var waiver = Assert.Single(waivers!.Value);
        Assert.Equal((Desk, Finding().Fingerprint, "suppressed in Security Hub: accepted until the move", "ada"), (waiver.Owner, waiver.Fingerprint, waiver.Reason, waiver.By));
        var stored = await new FindingStore(world.Table).FindingsAsync(Desk, Stop).FirstAsync(f => f.Fingerprint == waiver.Fingerprint, Stop);
        Assert.Equal(new DateOnly(2026, 3, 5), waiver.For(stored).Since);

        // Asked for, it stands with its waiver, and the other one without; taken back, both count.
        var kept = new HubWaiverStore(world.Table);
        var query = new FindingQuery(new(world.Table), kept);
        var question = new FindingQuestion { Application = Desk.Application };
        await kept.ReplaceAsync(waivers.Value, Stop);
        var asked = (await query.AskAsync(question, Stop)).Findings.ToDictionary(static f => f.Fingerprint, static f => f.Waiver?.Kind);
        Assert.Equal((WaiverKind.Hub, null), (asked[Finding().Fingerprint], asked[Finding("there").Fingerprint]));
        await kept.ReplaceAsync([], Stop);
        Assert.All((await query.AskAsync(question with { Functions = [Desk.Function!] }, Stop)).Findings, static f => Assert.Null(f.Waiver));
    }

    [Fact]
    public async Task A_telling_is_later_than_the_one_before_though_the_clock_stands_still_or_goes_back()
    {
        using var turn = await emulator.TurnAsync();
        await using var world = await World.OpenAsync(emulator, time);
        var earlier = new FakeTimeProvider(Start);
        await world.ScanAsync(0, Finding());
        await world.TellAsync();
        await world.ScanAsync(0.1, Finding(message: "changed"));
        await world.TellAsync();
        await world.ScanAsync(0.2, Finding(message: "changed again"));
        await new PublishRun(new PublicationStore(world.Table), new SecurityHubPublisher(Emulator.SecurityHub(world.Proxy.Address), earlier), Severity.Low, time).RunAsync(Stop);
        var times = world.Imported.Select(static f => (string)f["UpdatedAt"]!).ToArray();
        Assert.Equal(3, times.Length);
        Assert.Equal(times.Order(StringComparer.Ordinal).Distinct(), times);
    }

    /// <summary>A table, a proxy in front of the emulator, and a publisher between them.</summary>
    private sealed class World(StateTable table, FaultProxy proxy, IDisposable client, SecurityHubPublisher publisher, WaitedTime time) : IAsyncDisposable
    {
        public StateTable Table => table;

        public FaultProxy Proxy => proxy;

        public SecurityHubPublisher Publisher => publisher;

        public IReadOnlyList<JsonNode> Imported => [.. proxy.Seen.Where(static p => p.Operation == Import).SelectMany(static p => p.Json["Findings"]!.AsArray()).Select(static f => f!)];

        public static async Task<World> OpenAsync(Emulator emulator, WaitedTime time)
        {
            var proxy = new FaultProxy(await emulator.AddressAsync());
            var (table, _, client) = await emulator.TableAsync(time);
            return new(table, proxy, client, new(Emulator.SecurityHub(proxy.Address), time), time);
        }

        public Task ScanAsync(double minute, params Finding[] findings) => ReplaceAsync(minute, [.. findings]);

        public Task<PublishResult> TellAsync() =>
            time.AdvancingAsync(new PublishRun(new PublicationStore(table), publisher, Severity.Informational, time).RunAsync(Stop));

        public async ValueTask DisposeAsync()
        {
            publisher.Dispose();
            client.Dispose();
            await proxy.DisposeAsync();
        }

        private async Task ReplaceAsync(double minute, ImmutableArray<Finding> findings)
        {
            var store = new FindingStore(table);
            foreach (var scan in (ScanKind[])[ScanKind.Posture, ScanKind.Package])
            {
                var run = Run(scan) with { ObservedAt = Start.AddMinutes(minute) };
                await new Replacer(store, Scans).ReplaceAsync(run, Saw(findings.Where(f => Scans.Has(scan, f.Rule.Id))), Stop);
            }
        }
    }
}
