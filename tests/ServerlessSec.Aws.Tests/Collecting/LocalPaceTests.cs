using Microsoft.Extensions.Time.Testing;

namespace ServerlessSec.Aws.Collecting;

public sealed class LocalPaceTests
{
    [Fact]
    public async Task After_a_burst_calls_come_at_the_rate_whoever_makes_them_and_quiet_earns_no_more_than_a_burst()
    {
        var time = new FakeTimeProvider();
        var pace = new LocalPace(callsPerSecond: 4, burst: 3, time);
        var stop = TestContext.Current.CancellationToken;
        var calls = Enumerable.Range(0, 7).Select(_ => pace.TakeAsync(stop)).ToList();
        Assert.Equal(3, Done());
        for (var more = 4; more <= 7; more++)
        {
            time.Advance(TimeSpan.FromMilliseconds(249));
            Assert.Equal(more - 1, Done());
            time.Advance(TimeSpan.FromMilliseconds(1));
            await calls[more - 1].WaitAsync(TimeSpan.FromSeconds(10), stop);
        }

        time.Advance(TimeSpan.FromHours(1));
        calls = [.. Enumerable.Range(0, 5).Select(_ => pace.TakeAsync(stop))];
        Assert.Equal(3, Done());

        int Done() => calls.Count(static c => c.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Who_is_stopped_waits_no_longer()
    {
        var pace = new LocalPace(callsPerSecond: 1, burst: 1, new FakeTimeProvider());
        using var stop = new CancellationTokenSource();
        await pace.TakeAsync(stop.Token);
        var waiting = pace.TakeAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
