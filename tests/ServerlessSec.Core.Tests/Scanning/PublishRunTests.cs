using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using ServerlessSec.Findings;
using ServerlessSec.Rules;
using static ServerlessSec.Scanning.Ledgers;

namespace ServerlessSec.Scanning;

public class PublishRunTests
{
    private readonly InMemoryStore store = new();
    private readonly FakeTimeProvider time = new(Start);
    private readonly Listener hub;

    public PublishRunTests() => hub = new(time);

    [Fact]
    public async Task What_changed_is_told_once_and_its_resolution_after_it()
    {
        await ScanAsync(0, Finding(Url));
        Assert.Equal(1, (await TellAsync()).Accepted);
        Assert.Equal(0, (await TellAsync()).Accepted);
        await ScanAsync(5);
        await TellAsync();
        Assert.Equal([true, false], hub.Told.Select(static p => p.IsOpen));
    }

    [Fact]
    public async Task What_is_open_is_told_again_before_it_is_forgotten_and_what_is_resolved_is_not()
    {
        await ScanAsync(0, Finding(Url), Finding(Admin));
        await TellAsync();
        await ScanAsync(1, Finding(Url));
        await TellAsync();
        time.Advance(PublishRun.Again - TimeSpan.FromMinutes(2));
        Assert.Equal(0, (await TellAsync()).Accepted);
        time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(1, (await TellAsync()).Accepted);
        Assert.Equal(Url.Id, hub.Told[^1].Finding!.Finding.Rule.Id);
    }

    [Fact]
    public async Task Two_days_without_Security_Hub_lose_nothing()
    {
        hub.Unavailable = "InvalidAccessException";
        await ScanAsync(0, Finding(Url), Finding(Admin));
        Assert.Equal("InvalidAccessException", (await TellAsync()).Unavailable);
        await ScanAsync(5, Finding(Url));
        time.Advance(TimeSpan.FromDays(2));
        await TellAsync();
        Assert.Empty(hub.Told);

        hub.Unavailable = null;
        var result = await TellAsync();
        Assert.Equal((2, null), (result.Accepted, result.Unavailable));
        Assert.Equal([(Url.Id, true), (Admin.Id, false)], hub.Told.Select(static p => (p.Finding!.Finding.Rule.Id, p.IsOpen)).Order());
    }

    [Fact]
    public async Task A_row_refused_three_times_rests_until_it_changes()
    {
        hub.Refuses = static p => p.Finding!.Finding.Message == "It is open.";
        await ScanAsync(0, Finding(Url));
        List<PublishResult> results = [];
        for (var hour = 0; hour < 48; hour++)
        {
            results.Add(await TellAsync());
            time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal([(1, 0), (1, 0), (1, 1)], results.Where(static r => r.Refused > 0).Select(static r => (r.Refused, r.GivenUp)));
        await ScanAsync(60 * 48, Finding(Url, message: "It is wide open."));
        Assert.Equal(1, (await TellAsync()).Accepted);
    }

    [Fact]
    public async Task Wake_ups_one_after_the_other_do_not_use_up_what_a_refused_row_may_try()
    {
        await ScanAsync(0, Finding(Url));
        hub.Refuses = static _ => true;
        PublishResult[] results = [await TellAsync(), await TellAsync(), await TellAsync(), await TellAsync()];
        Assert.Equal((1, 0), (results.Sum(static r => r.Refused), results.Sum(static r => r.GivenUp)));
        hub.Refuses = static _ => false;
        Assert.Equal(0, (await TellAsync()).Accepted);
        time.Advance(PublishRun.AfterRefusal[0]);
        Assert.Equal(1, (await TellAsync()).Accepted);
    }

    [Fact]
    public async Task Only_the_revision_that_was_sent_counts_as_accepted()
    {
        await ScanAsync(0, Finding(Url));
        hub.Meanwhile = () => ScanAsync(1, Finding(Url, message: "It is wide open."));
        await TellAsync();
        hub.Meanwhile = null;
        Assert.Equal(1, (await TellAsync()).Accepted);
        Assert.Equal(["It is open.", "It is wide open."], hub.Told.Select(static p => p.Finding!.Finding.Message));
    }

    [Fact]
    public async Task Below_the_threshold_nothing_is_told_and_what_was_told_is_taken_back()
    {
        var light = Finding(Url) with { Severity = Severity.Low };
        await ScanAsync(0, light);
        Assert.Equal((0, 1), ((await TellAsync(Severity.Medium)).Accepted, hub.Told.Count + 1));
        await ScanAsync(1, Finding(Url));
        await TellAsync(Severity.Medium);
        await ScanAsync(2, light);
        await TellAsync(Severity.Medium);
        Assert.Equal([true, false], hub.Told.Select(static p => p.IsOpen));
        time.Advance(TimeSpan.FromDays(8));
        Assert.Equal((0, 1), (await TellAsync(Severity.Medium)) is var result ? (result.Accepted, result.Withheld) : default);
        time.Advance(TimeSpan.FromDays(8));
        await TellAsync(Severity.Low);
        Assert.True(hub.Told[^1].IsOpen);
    }

    [Fact]
    public async Task What_was_too_light_to_be_told_is_not_told_when_it_changes_or_resolves_or_comes_back()
    {
        var light = Finding(Url) with { Severity = Severity.Low };
        foreach (var found in (Finding[][])[[light], [light with { Message = "It is wide open." }], [], [light], []])
        {
            await ScanAsync((int)(time.GetUtcNow() - Start).TotalMinutes + 1, found);
            Assert.Equal((0, 1), (await TellAsync(Severity.Medium)) is var result ? (result.Accepted, result.Withheld) : default);
        }

        Assert.Empty(hub.Told);
        time.Advance(TimeSpan.FromDays(400));
        // What is resolved leaves the index; nobody tells of it when the threshold is lowered either.
        Assert.Equal((0, 0), (await TellAsync()) is var last ? (last.Accepted, last.Withheld) : default);
    }

    [Fact]
    public async Task What_was_told_before_the_threshold_was_raised_is_archived_when_it_resolves()
    {
        await ScanAsync(0, Finding(Url) with { Severity = Severity.Low });
        await TellAsync();
        await ScanAsync(1);
        Assert.Equal(1, (await TellAsync(Severity.High)).Accepted);
        Assert.Equal([true, false], hub.Told.Select(static p => p.IsOpen));
    }

    [Fact]
    public async Task What_was_told_and_changed_while_it_was_told_is_archived_when_it_is_too_light()
    {
        await ScanAsync(0, Finding(Url));
        hub.Meanwhile = () => ScanAsync(1, Finding(Url) with { Severity = Severity.Low });
        await TellAsync(Severity.Medium);
        hub.Meanwhile = null;
        await TellAsync(Severity.Medium);
        Assert.Equal([true, false], hub.Told.Select(static p => p.IsOpen));
    }

    [Fact]
    public async Task Gaps_are_told_too()
    {
        await new Replacer(store, Scans).ReplaceAsync(Run(ScanKind.Posture), Saw([], Gap(new() { Evidence = Evidence.Logs })), TestContext.Current.CancellationToken);
        Assert.Equal(1, (await TellAsync(Severity.Critical)).Accepted);
    }

    private Task<ReplacementResult> ScanAsync(int minute, params Finding[] found)
    {
        if (time.GetUtcNow() < Start.AddMinutes(minute)) time.SetUtcNow(Start.AddMinutes(minute));
        return new Replacer(store, Scans).ReplaceAsync(Run(ScanKind.Posture, minute), Saw(found), TestContext.Current.CancellationToken);
    }

    private Task<PublishResult> TellAsync(Severity threshold = Severity.Informational) => new PublishRun(store, hub, threshold, time).RunAsync(TestContext.Current.CancellationToken);

    private sealed class Listener(TimeProvider time) : IFindingPublisher
    {
        public List<Publication> Told { get; } = [];

        public string? Unavailable { get; set; }

        public Func<Publication, bool> Refuses { get; set; } = static _ => false;

        public Func<Task>? Meanwhile { get; set; }

        public async Task<PublishAnswer> PublishAsync(ImmutableArray<Publication> publications, CancellationToken stop)
        {
            if (Unavailable is not null) return new() { Unavailable = Unavailable };
            if (Meanwhile is not null) await Meanwhile();
            var taken = publications.Where(p => !Refuses(p)).ToArray();
            Told.AddRange(taken);
            return new()
            {
                Accepted = [.. taken.Select(p => (p, time.GetUtcNow()))],
                Refused = [.. publications.Where(Refuses).Select(static p => (p, "InvalidInput"))],
            };
        }
    }
}
