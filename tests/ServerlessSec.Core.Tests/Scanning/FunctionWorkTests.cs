using System.Text;
using Microsoft.Extensions.Time.Testing;
using ServerlessSec.Advisories;
using ServerlessSec.Facts;
using ServerlessSec.Packages;
using ServerlessSec.Rules;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Scanning;

/// <summary>From a job to what is stored, over ports in memory.</summary>
public class FunctionWorkTests
{
    private const string Name = "checkout";

    private readonly InMemoryAccount account = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 2, 9, 14, 30, TimeSpan.Zero));
    private readonly Shelf shelf = new();
    private readonly Advised advised = new();
    private OptOut optOut = new(null);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_open_url_is_found_and_its_closing_resolves_it()
    {
        account.Live[Name] = Function(open: true);
        Assert.Equal(WorkOutcome.Scanned, await DoAsync(Job()));
        Assert.Equal(StoredState.Open, Open("SLS1001").State);
        Assert.Single(account.Wakes);

        Later();
        account.Live[Name] = Function(open: false);
        Assert.Equal(WorkOutcome.Scanned, await DoAsync(Job()));
        Assert.Equal(StoredState.Resolved, Open("SLS1001").State);
    }

    [Fact]
    public async Task What_a_finished_scan_has_answered_is_not_looked_at_again()
    {
        account.Live[Name] = Function(open: true);
        var job = Job();
        time.Advance(TimeSpan.FromSeconds(10));
        await DoAsync(job);
        Assert.Equal(WorkOutcome.Served, await DoAsync(job));
        Assert.Equal(WorkOutcome.Served, await DoAsync(job with { EventId = "another", Wish = job.Wish with { NotBefore = job.Wish.NotBefore.AddHours(-1) } }));
        Assert.Equal(1, account.Looks);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(WorkOutcome.Scanned, await DoAsync(job with { Wish = job.Wish with { NotBefore = time.GetUtcNow() } }));
    }

    [Theory]
    [InlineData("checkout", true)]
    [InlineData("check*", true)]
    [InlineData("checkou?", true)]
    [InlineData("other, che*out", true)]
    [InlineData("check", false)]
    [InlineData("", false)]
    public async Task Who_opted_out_by_name_has_one_gap_and_no_findings(string patterns, bool isOut)
    {
        account.Live[Name] = Function(open: true);
        await DoAsync(Job());
        Later();
        optOut = new(patterns);
        Assert.Equal(isOut ? WorkOutcome.OptedOut : WorkOutcome.Scanned, await DoAsync(Job()));
        Assert.Equal(isOut, Open("SLS1001").State == StoredState.Resolved);
        Assert.Equal(isOut ? 1 : 0, account.Store.Gaps.Count(static g => g is { State: StoredState.Open, Gap.Reason: "opted out" }));
    }

    [Fact]
    public async Task A_tag_opts_out_and_its_removal_back_in()
    {
        account.Live[Name] = Function(open: true) with { Tags = Function(true).Tags.Add(OptOut.Tag, "off") };
        Assert.Equal(WorkOutcome.OptedOut, await DoAsync(Job()));
        Assert.Empty(account.Store.Findings);
        Later();
        account.Live[Name] = Function(open: true);
        Assert.Equal(WorkOutcome.Scanned, await DoAsync(Job()));
        Assert.Equal(StoredState.Open, Open("SLS1001").State);
        Assert.DoesNotContain(account.Store.Gaps, static g => g is { State: StoredState.Open, Gap.Reason: "opted out" });
    }

    [Theory]
    [InlineData("checkout", false)]
    [InlineData("", true)]
    public async Task One_that_opted_out_and_is_gone_leaves_no_gap(string patterns, bool isTagged)
    {
        optOut = new(patterns);
        account.Live[Name] = isTagged ? Function(open: true) with { Tags = Function(true).Tags.Add(OptOut.Tag, "off") } : Function(open: true);
        Assert.Equal(WorkOutcome.OptedOut, await DoAsync(Job()));
        Later();
        account.Live.Clear();
        Assert.Equal(WorkOutcome.Missed, await DoAsync(Job()));
        Assert.Equal(StoredState.Open, Assert.Single(account.Store.Gaps).State);
        time.Advance(FunctionWork.Absence);
        Assert.Equal(WorkOutcome.Removed, await DoAsync(Assert.Single(account.Later).Job));
        Assert.Equal(StoredState.Resolved, Assert.Single(account.Store.Gaps).State);
    }

    [Fact]
    public async Task What_was_refused_is_looked_at_again_by_the_next_sweep_and_what_was_seen_whole_is_not()
    {
        account.Live[Name] = Function(open: true) with { Missing = Function(true).Missing.Add(Evidence.Logs, "logs:DescribeLogGroups was refused (AccessDenied)") };
        await DoAsync(Job());
        Assert.Null(account.Store.Row(InMemoryAccount.Function(Name), ScanKind.Posture)!.Evidence);
        Later();
        account.Live[Name] = Function(open: true);
        await DoAsync(Job());
        Assert.NotNull(account.Store.Row(InMemoryAccount.Function(Name), ScanKind.Posture)!.Evidence);
    }

    [Fact]
    public async Task A_function_is_believed_gone_at_the_second_look_only()
    {
        account.Live[Name] = Function(open: true);
        await DoAsync(Job());
        Later();
        account.Live.Clear();
        Assert.Equal(WorkOutcome.Missed, await DoAsync(Job()));
        Assert.Equal(StoredState.Open, Open("SLS1001").State);
        var (again, delay) = Assert.Single(account.Later);
        Assert.Equal((TimeSpan.FromSeconds(60), true, 2), (delay, again.Absent, again.Attempt));

        time.Advance(delay);
        Assert.Equal(WorkOutcome.Removed, await DoAsync(again));
        Assert.Equal(StoredState.Resolved, Open("SLS1001").State);
        Assert.All(Enum.GetValues<ScanKind>(), scan => Assert.Equal(ScanEnding.Removed, account.Store.Row(InMemoryAccount.Function(Name), scan)?.Ending));
        Assert.Null((await account.SummaryAsync(InMemoryAccount.Function(Name), ScanKind.Posture, Stop))!.Address);

        // Created again, it is scanned as ever.
        Later();
        account.Live[Name] = Function(open: true);
        Assert.Equal(WorkOutcome.Scanned, await DoAsync(Job()));
        Assert.Equal((StoredState.Open, true), (Open("SLS1001").State, Open("SLS1001").ReopenedAt is not null));
    }

    [Fact]
    public async Task What_is_kept_of_a_function_is_released_when_it_is_gone_and_not_before()
    {
        account.Live[Name] = Function(open: true);
        await DoAsync(Job(ScanKind.Package));
        Later();
        account.Live.Clear();
        await DoAsync(Job(ScanKind.Package));
        Assert.Empty(account.Released);
        time.Advance(FunctionWork.Absence);
        Assert.Equal(WorkOutcome.Removed, await DoAsync(account.Later[^1].Job));
        Assert.Equal([InMemoryAccount.Function(Name)], account.Released);
    }

    [Fact]
    public async Task A_function_that_comes_back_before_the_second_look_keeps_its_findings()
    {
        account.Live[Name] = Function(open: true);
        await DoAsync(Job());
        Later();
        account.Live.Clear();
        await DoAsync(Job());
        account.Live[Name] = Function(open: true);
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(WorkOutcome.Scanned, await DoAsync(account.Later[0].Job));
        Assert.Equal((StoredState.Open, 1), (Open("SLS1001").State, Open("SLS1001").Revision));
    }

    [Fact]
    public async Task A_function_that_never_settles_is_scanned_as_it_is_and_says_so()
    {
        account.Live[Name] = Function(open: true);
        account.Settling.Add(Name);
        var job = Job();
        for (var look = 1; look < FunctionWork.Looks; look++)
        {
            Assert.Equal(WorkOutcome.PutBack, await DoAsync(job));
            job = account.Later[^1].Job;
            time.Advance(account.Later[^1].Delay);
        }

        Assert.Equal(WorkOutcome.Scanned, await DoAsync(job));
        Assert.Contains(account.Store.Gaps, static g => g.Gap.Reason == "still being updated");
    }

    [Fact]
    public async Task A_package_is_fetched_once_and_judged_again_when_advisories_change()
    {
        account.Live[Name] = Function(open: false);
        shelf.Files["index.js"] = "exports.handler = async () => {};";
        shelf.Files["node_modules/lodash/package.json"] = """{"name":"lodash","version":"4.17.20"}""";
        Assert.Equal(WorkOutcome.Scanned, await DoAsync(Job(ScanKind.Package)));
        Assert.Equal(1, shelf.Opened);
        Assert.DoesNotContain(account.Store.Findings, static f => f.Finding.Rule.Id == "SLS6001");

        // Another event, the same code.
        Later();
        Assert.Equal(WorkOutcome.Scanned, await DoAsync(Job(ScanKind.Package)));
        Assert.Equal((1, 2), (shelf.Opened, account.Looks));

        // Newer advisories, and no event: nobody is asked.
        Later();
        advised.Flawed = "lodash";
        advised.Generation++;
        var job = Job(ScanKind.Package) with { Wish = new(DateTimeOffset.UnixEpoch, advised.Generation, 1) };
        Assert.Equal(WorkOutcome.Rejudged, await DoAsync(job));
        Assert.Equal((1, 2), (shelf.Opened, account.Looks));
        Assert.Equal(StoredState.Open, Open("SLS6001").State);
        Assert.Equal(WorkOutcome.Served, await DoAsync(job));

        // Other code is fetched.
        Later();
        account.Live[Name] = Function(open: false) with { Package = new() { Code = Setting.Known("https://other") } };
        shelf.Files["node_modules/lodash/package.json"] = """{"name":"lodash","version":"9.1.0"}""";
        Assert.Equal(WorkOutcome.Scanned, await DoAsync(Job(ScanKind.Package)));
        Assert.Equal((2, StoredState.Resolved), (shelf.Opened, Open("SLS6001").State));
    }

    /// <summary>The refresh looked for holders of what it changed before this function was known to be one.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public async Task Advisories_that_are_swapped_while_a_first_scan_works_are_judged_by_too(bool isAbout)
    {
        account.Live[Name] = Function(open: false);
        shelf.Files["node_modules/lodash/package.json"] = """{"name":"lodash","version":"4.17.20"}""";
        account.Listing = () => (advised.Flawed, advised.Generation, advised.IsAbout) = ("lodash", 7, isAbout);
        Assert.Equal(WorkOutcome.Scanned, await DoAsync(Job(ScanKind.Package)));
        account.Listing = null;
        Assert.DoesNotContain(account.Store.Findings, static f => f.Finding.Rule.Id == "SLS6001");
        if (!isAbout)
        {
            Assert.Empty(account.Later);
            return;
        }

        var (again, delay) = Assert.Single(account.Later);
        Assert.Equal((TimeSpan.Zero, new(DateTimeOffset.UnixEpoch, 7, ApplicationRecord.CurrentSchema)), (delay, again.Wish));
        Assert.Equal(WorkOutcome.Rejudged, await DoAsync(again));
        Assert.Equal((1, 1, StoredState.Open), (shelf.Opened, account.Looks, Open("SLS6001").State));

        // It was known by then: who swaps once more finds it, and it asks for nothing more.
        Assert.Single(account.Later);
        Assert.Equal(WorkOutcome.Served, await DoAsync(again));
    }

    [Fact]
    public async Task Advisories_that_are_swapped_while_one_is_judged_again_are_asked_for_once_each()
    {
        account.Live[Name] = Function(open: false);
        shelf.Files["node_modules/lodash/package.json"] = """{"name":"lodash","version":"4.17.20"}""";
        account.Listing = () => advised.Generation++;
        await DoAsync(Job(ScanKind.Package));
        for (var swap = 0; swap < 3; swap++) Assert.Equal(WorkOutcome.Rejudged, await DoAsync(account.Later[^1].Job));
        account.Listing = null;
        Assert.Equal(WorkOutcome.Rejudged, await DoAsync(account.Later[^1].Job));
        Assert.Equal([2, 3, 4, 5], account.Later.Select(static l => l.Job.Wish.Advisories));
        Assert.Equal(4, account.Later.Select(static l => l.Job.EventId).Distinct().Count());
        Assert.Equal(1, shelf.Opened);
    }

    /// <summary>0: the advisories could not be had; 1: an older manifest was put back; 2: they are the same as before.</summary>
    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public async Task A_judgement_by_other_advisories_than_those_asked_for_is_a_new_look_and_not_swallowed(long generation)
    {
        account.Live[Name] = Function(open: false);
        shelf.Files["index.js"] = "exports.handler = async () => {};";
        shelf.Files["node_modules/lodash/package.json"] = """{"name":"lodash","version":"4.17.20"}""";
        advised.Generation = 2;
        await DoAsync(Job(ScanKind.Package));
        Later();

        (advised.Flawed, advised.Generation) = ("lodash", generation);
        var job = Job(ScanKind.Package) with { Wish = new(DateTimeOffset.UnixEpoch, 3, 1) };
        Assert.Equal(WorkOutcome.Scanned, await DoAsync(job));
        var row = account.Store.Row(InMemoryAccount.Function(Name), ScanKind.Package)!;
        Assert.Equal((time.GetUtcNow(), generation, ScanProgress.Finished), (row.Order.ObservedAt, row.Order.Advisories ?? -1, row.Progress));
        Assert.Equal((1, StoredState.Open), (shelf.Opened, Open("SLS6001").State));

        // The next swap outgrows all generations before, and is judged by without a look.
        (advised.Flawed, advised.Generation) = (null, 4);
        Assert.Equal(WorkOutcome.Rejudged, await DoAsync(job with { Wish = job.Wish with { Advisories = 4 } }));
        Assert.Equal((1, 2, StoredState.Resolved), (shelf.Opened, account.Looks, Open("SLS6001").State));
    }

    [Fact]
    public async Task A_package_that_could_not_be_had_resolves_nothing_and_is_tried_again()
    {
        account.Live[Name] = Function(open: false);
        shelf.Files["node_modules/lodash/package.json"] = """{"name":"lodash","version":"4.17.20"}""";
        (advised.Flawed, advised.Generation) = ("lodash", 2);
        await DoAsync(Job(ScanKind.Package));
        Later();
        account.Live[Name] = Function(open: false) with { Package = new() { Code = Setting.Known("https://other") } };
        shelf.Refused = true;
        await DoAsync(Job(ScanKind.Package));
        Assert.Equal(StoredState.Open, Open("SLS6001").State);
        Assert.Null(account.Store.Row(InMemoryAccount.Function(Name), ScanKind.Package)!.Evidence);
        Later();
        shelf.Refused = false;
        await DoAsync(Job(ScanKind.Package));
        Assert.Equal(3, shelf.Opened);
        Assert.All(account.Store.Gaps, static g => Assert.True(g.State == StoredState.Resolved || g.Gap.Reason != "refused"));
    }

    [Fact]
    public async Task A_scan_that_died_twice_leaves_a_gap_before_it_is_tried_once_more()
    {
        account.Live[Name] = Function(open: false);
        shelf.Dies = true;
        var job = Job(ScanKind.Package);
        for (var receive = 1; receive <= FunctionWork.Receives; receive++) await Assert.ThrowsAsync<InvalidOperationException>(() => DoAsync(job, receive));
        var gap = Assert.Single(account.Store.Gaps);
        Assert.Equal((StoredState.Open, "the scan died"), (gap.State, gap.Gap.Reason));
        Assert.Equal(ScanProgress.Begun, account.Store.Row(InMemoryAccount.Function(Name), ScanKind.Package)!.Progress);

        Later();
        shelf.Dies = false;
        Assert.Equal(WorkOutcome.Scanned, await DoAsync(Job(ScanKind.Package)));
        Assert.Equal(StoredState.Resolved, Assert.Single(account.Store.Gaps, static g => g.Gap.Reason == "the scan died").State);
    }

    [Fact]
    public async Task Only_after_a_death_is_the_next_run_careful()
    {
        account.Live[Name] = Function(open: false);
        var job = Job(ScanKind.Package);
        // A file that fits, and does not fit into a quarter of what is allowed.
        shelf.Files["package-lock.json"] = """{"name":"large","lockfileVersion":3,"packages":{"":{"name":"large"}}}""" + new string(' ', (int)(ScanLimits.Default.ManifestBytes / 2));

        // A fault that the process survives, any number of them; and a message that was handed over while nobody was there.
        shelf.Dies = true;
        await Assert.ThrowsAsync<InvalidOperationException>(() => DoAsync(job, 1));
        shelf.Dies = false;
        Assert.Equal(WorkOutcome.Scanned, await DoAsync(job, 2));
        Assert.DoesNotContain(account.Store.Gaps, static g => g.Gap.Kind == GapKind.Limit);
        Later();
        job = Job(ScanKind.Package) with { EventId = "another" };
        Assert.Equal(WorkOutcome.Scanned, await DoAsync(job, 2));
        Assert.DoesNotContain(account.Store.Gaps, static g => g.Gap.Kind == GapKind.Limit);

        // One that it does not: nobody can say so afterwards.
        Later();
        account.Live[Name] = Function(open: false) with { Package = new() { Code = Setting.Known("https://other") } };
        job = Job(ScanKind.Package) with { EventId = "a third" };
        Assert.Equal(0, await account.Store.BeginAsync(job.Function, job.Scan, $"{job.EventId} {job.Attempt}", true, Stop));
        Assert.Equal(WorkOutcome.Scanned, await DoAsync(job, 2));
        Assert.Contains(account.Store.Gaps, static g => g is { State: StoredState.Open, Gap.Kind: GapKind.Limit });
    }

    [Fact]
    public async Task A_scan_that_has_no_time_left_says_what_it_did_not_see()
    {
        account.Live[Name] = Function(open: true);
        await DoAsync(Job());
        Later();
        using var over = new CancellationTokenSource();
        await over.CancelAsync();
        Assert.Equal(WorkOutcome.Scanned, await Work().DoAsync(Job(), 1, over.Token, Stop));
        Assert.Equal(StoredState.Open, Open("SLS1001").State);
        Assert.Contains(account.Store.Gaps, static g => g is { State: StoredState.Open, Gap.Kind: GapKind.Stopped });
    }

    [Theory]
    [InlineData(ScanKind.Posture, true)]
    [InlineData(ScanKind.Package, true)]
    [InlineData(ScanKind.Posture, false)]
    [InlineData(ScanKind.Package, false)]
    public async Task Killed_between_any_two_writes_and_delivered_again_it_ends_as_if_nothing_had_been(ScanKind scan, bool isThere)
    {
        var calm = await RunAsync(scan, isThere, null);
        for (var n = 0; n < calm.Writes; n++)
        {
            var killed = await RunAsync(scan, isThere, n);
            Assert.Equal(calm.State, killed.State);
        }
    }

    private static async Task<(string[] State, int Writes)> RunAsync(ScanKind scan, bool isThere, int? killAt)
    {
        var world = new FunctionWorkTests();
        world.account.Live[Name] = Function(open: true);
        world.shelf.Files["node_modules/lodash/package.json"] = """{"name":"lodash","version":"4.17.20"}""";
        (world.advised.Flawed, world.advised.Generation) = ("lodash", 2);
        await world.DoAsync(Job(world, ScanKind.Posture));
        await world.DoAsync(Job(world, ScanKind.Package));
        world.Later();
        if (isThere) world.account.Live[Name] = Function(open: false) with { Package = new() { Code = Setting.Known("https://other") } };
        else world.account.Live.Clear();
        if (isThere) world.shelf.Files.Clear();
        var before = world.account.Store.Writes;
        var job = Job(world, scan) with { Absent = !isThere };
        world.account.Store.WritesLeft = killAt;
        try
        {
            await world.DoAsync(job);
        }
        catch (InvalidOperationException) when (killAt is not null)
        {
            world.account.Store.WritesLeft = null;
            world.time.Advance(TimeSpan.FromMinutes(6));
            await world.DoAsync(job, 2);
        }

        return (world.account.Store.Timeless(), world.account.Store.Writes - before);
    }

    private static FunctionSnapshot Function(bool open) => new()
    {
        Id = Name,
        Arn = InMemoryAccount.Function(Name).Arn,
        Configuration = new() { FunctionName = Setting.Known(Name), Runtime = Setting.Known("nodejs22.x"), PackageType = Setting.Known("Zip") },
        Url = open ? new() { AuthType = Setting.Known("NONE") } : null,
        ResourcePolicies = !open ? [] :
        [
            new()
            {
                Kind = PolicyKind.Resource,
                Name = "$LATEST",
                Json = """{"Version":"2012-10-17","Statement":[{"Sid":"url","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunctionUrl","Resource":"arn:aws:lambda:eu-central-1:123456789012:function:checkout","Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}},{"Sid":"invoke","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:eu-central-1:123456789012:function:checkout","Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}}]}""",
            },
        ],
        Role = new() { Id = "checkout-role", Arn = "arn:aws:iam::123456789012:role/checkout-role" },
        Package = new() { Code = Setting.Known("https://code") },
    };

    private static ScanJob Job(FunctionWorkTests world, ScanKind scan) => new()
    {
        Function = InMemoryAccount.Function(Name),
        Scan = scan,
        EventId = "event",
        Wish = new(world.time.GetUtcNow(), null, 1),
    };

    private ScanJob Job(ScanKind scan = ScanKind.Posture) => Job(this, scan);

    private void Later() => time.Advance(TimeSpan.FromMinutes(10));

    private FunctionWork Work() => new(account.Ports(shelf, advised), RuleCatalog.All, ScanLimits.Default, optOut, time);

    private Task<WorkOutcome> DoAsync(ScanJob job, int receives = 1) => Work().DoAsync(job, receives, Stop, Stop);

    private StoredFinding Open(string rule) => Assert.Single(account.Store.Findings, f => f.Finding.Rule.Id == rule);

    private sealed class Shelf : IPackageSource
    {
        public Dictionary<string, string> Files { get; } = [];

        public bool Refused { get; set; }

        public bool Dies { get; set; }

        public int Opened { get; private set; }

        public Task<PackageTree> OpenAsync(FunctionSnapshot function, CancellationToken stop)
        {
            if (Dies) throw new InvalidOperationException("died");
            Opened++;
            FileContainer content = Refused
                ? MemoryContainer.Missing(new Gap(GapKind.Missing, new() { Evidence = Evidence.Package }, "refused", "The code was refused."))
                : new MemoryContainer([.. Files.Select(static f => (f.Key, Encoding.UTF8.GetBytes(f.Value)))], []);
            return Task.FromResult(new PackageTree(content, ScanLimits.Default));
        }
    }

    /// <summary>What they are, and what a scan prepared of them.</summary>
    private sealed class Advised : IAdvisorySource
    {
        private (string? Flawed, long Generation) prepared;

        public string? Flawed { get; set; }

        public long Generation { get; set; } = 1;

        /// <summary>What was swapped is of an ecosystem that was prepared.</summary>
        public bool IsAbout { get; set; } = true;

        public AdvisorySet Set => new() { Id = $"set {prepared.Generation}", Generation = prepared.Generation, Newest = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero) };

        public Task PrepareAsync(IReadOnlyCollection<string> ecosystems, CancellationToken stop)
        {
            prepared = (Flawed, Generation);
            return Task.CompletedTask;
        }

        public Task<long?> OutgrownAsync(CancellationToken stop) => Task.FromResult<long?>(IsAbout && Generation > prepared.Generation ? Generation : null);

        public IReadOnlyList<Advisory> Find(string ecosystem, string name) => name != prepared.Flawed ? [] :
        [
            OsvRecord.Read(Encoding.UTF8.GetBytes($$"""
                {"id":"CVE-2026-0001","modified":"2026-11-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"{{name}}"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"9.0.0"}]}]}]}
                """)),
        ];
    }
}
