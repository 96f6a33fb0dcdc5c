using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Receiving;

/// <param name="Fed">Bulk jobs sent.</param>
/// <param name="WokeApplication">Facts differ from what was joined, and have for long enough.</param>
/// <param name="WokePublisher">Something waits to be told.</param>
public sealed record DrainOutcome(int Fed, bool WokeApplication, bool WokePublisher);

/// <summary>
/// What a schedule does each minute: lets bulk work into the scan queues while they hold little, and wakes who has
/// something to do. Messages and stream only wake sooner; without any of them, this does it.
/// </summary>
/// <param name="queues">What is fed.</param>
/// <param name="bulk">What waits.</param>
/// <param name="facts">Whether the application has to be looked at.</param>
/// <param name="publications">Whether somebody has to be told.</param>
/// <param name="callsPerSecond">To Lambda's control plane, by all scans together.</param>
/// <param name="time">The clock.</param>
public sealed class Drain(ScanQueues queues, IBulkStore bulk, IFactsStore facts, IPublicationStore publications, double callsPerSecond, TimeProvider time)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WithBulk = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A queue that holds fewer is fed. What was just deployed waits behind as many scans at most: about 15 seconds at bulk
    /// work's half of the calls, whatever their rate. Judging anew takes no calls and little time.
    /// </summary>
    private readonly int atOnce = Math.Max(2, (int)Math.Ceiling(1.2 * callsPerSecond));

    private const int Rejudgements = 5;

    /// <param name="application">To wake.</param>
    /// <param name="feeding">How long to go on feeding while bulk work waits.</param>
    /// <param name="stop">Ends everything.</param>
    public async Task<DrainOutcome> RunAsync(Owner application, TimeSpan feeding, CancellationToken stop)
    {
        var began = time.GetUtcNow();
        var (fed, waits) = await FeedAsync(stop).ConfigureAwait(false);
        var woke = await WakeApplicationAsync(application, began - (fed > 0 || waits ? WithBulk : Soon), began, stop).ConfigureAwait(false);
        var due = await WakePublisherAsync(application, began, stop).ConfigureAwait(false);
        while (waits && time.GetUtcNow() + Interval <= began + feeding)
        {
            await Task.Delay(Interval, time, stop).ConfigureAwait(false);
            (var more, waits) = await FeedAsync(stop).ConfigureAwait(false);
            fed += more;
        }

        return new(fed, woke, due);
    }

    private async Task<bool> WakeApplicationAsync(Owner application, DateTimeOffset since, DateTimeOffset now, CancellationToken stop)
    {
        if (await facts.DifferencesAsync(stop).FirstOrDefaultAsync(stop).ConfigureAwait(false) is not { } longest || longest.DiffersSince > since) return false;
        await queues.WakeApplicationAsync(application, $"drain {now.UtcTicks}", stop).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> WakePublisherAsync(Owner application, DateTimeOffset now, CancellationToken stop)
    {
        if (!await publications.IsAnyDueAsync(now, stop).ConfigureAwait(false)) return false;
        await queues.WakePublisherAsync(application, $"drain {now.UtcTicks}", stop).ConfigureAwait(false);
        return true;
    }

    private async Task<(int Fed, bool Waits)> FeedAsync(CancellationToken stop)
    {
        var posture = await FeedAsync(ScanKind.Posture, stop).ConfigureAwait(false);
        var package = await FeedAsync(ScanKind.Package, stop).ConfigureAwait(false);
        return (posture.Fed + package.Fed, posture.Waits || package.Waits);
    }

    private async Task<(int Fed, bool Waits)> FeedAsync(ScanKind scan, CancellationToken stop)
    {
        var fed = 0;
        var held = -1;
        await foreach (var row in bulk.WaitingAsync(scan, stop).ConfigureAwait(false))
        {
            if (held < 0) held = await queues.CountAsync(scan, stop).ConfigureAwait(false);
            if (held + fed >= (row.IsRejudgement ? Rejudgements * atOnce : atOnce)) return (fed, true);
            await queues.SendAsync(row.Job, stop).ConfigureAwait(false);
            // Should this not come about, the job is sent again, and answered by what the first one did.
            await bulk.RemoveAsync(row, stop).ConfigureAwait(false);
            fed++;
        }

        return (fed, false);
    }
}
