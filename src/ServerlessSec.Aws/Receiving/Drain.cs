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
public sealed class Drain(ScanQueues queues, IBulkStore bulk, IFactsStore facts, IPublicationStore publications, TimeProvider time)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WithBulk = TimeSpan.FromMinutes(5);

    public async Task<DrainOutcome> RunAsync(Owner application, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var fed = 0;
        foreach (var scan in (ScanKind[])[ScanKind.Posture, ScanKind.Package]) fed += await FeedAsync(scan, stop).ConfigureAwait(false);

        var woke = false;
        await foreach (var longest in facts.DifferencesAsync(stop).ConfigureAwait(false))
        {
            woke = longest.DiffersSince <= now - (fed > 0 ? WithBulk : Soon);
            if (woke) await queues.WakeApplicationAsync(application, $"drain {now.UtcTicks}", stop).ConfigureAwait(false);
            break;
        }

        var due = false;
        await foreach (var _ in publications.DueAsync(now, stop).ConfigureAwait(false))
        {
            due = true;
            await queues.WakePublisherAsync(application, $"drain {now.UtcTicks}", stop).ConfigureAwait(false);
            break;
        }

        return new(fed, woke, due);
    }

    private async Task<int> FeedAsync(ScanKind scan, CancellationToken stop)
    {
        var fed = 0;
        var room = -1;
        await foreach (var row in bulk.WaitingAsync(scan, stop).ConfigureAwait(false))
        {
            if (room < 0) room = BulkRow.AtOnce - await queues.CountAsync(scan, stop).ConfigureAwait(false);
            if (fed >= room) break;
            await queues.SendAsync(row.Job, stop).ConfigureAwait(false);
            // Should this not come about, the job is sent again, and answered by what the first one did.
            await bulk.RemoveAsync(row, stop).ConfigureAwait(false);
            fed++;
        }

        return fed;
    }
}
