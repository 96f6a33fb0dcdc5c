using ServerlessSec.Aws.Collecting;
using ServerlessSec.Aws.Receiving;
using ServerlessSec.Aws.Storing;
using ServerlessSec.Functions.Runtime;
using ServerlessSec.Sources.Advisories;

namespace ServerlessSec.Functions;

/// <summary>Fetches advisories, one ecosystem a message; the schedule's message becomes one for each.</summary>
internal static class RefreshAdvisories
{
    public static Task<ReadOnlyMemory<byte>> HandleAsync(
        Invocation invocation, AdvisoryRefresh refresh, RefreshStore state, HeldReleases held, ScanQueues queues, Redelivery redelivery, Log log, CancellationToken stop) =>
        SqsBatch.RunAsync(
            invocation.Payload,
            redelivery,
            log,
            async message =>
            {
                var releases = await held.ListAsync(stop).ConfigureAwait(false);
                if (RefreshMessages.Read(message.Body) is not { } ecosystem)
                {
                    // First what marks the advisories of all.
                    foreach (var problem in await refresh.RefreshExtrasAsync(stop).ConfigureAwait(false)) log.Warn("scores or marks not refreshed", ("problem", problem));
                    string[] ecosystems = [.. AdvisoryRefresh.Ecosystems, .. releases.Select(static distribution => distribution.Key)];
                    await state.BeginAsync(ecosystems, stop).ConfigureAwait(false);
                    foreach (var each in ecosystems) await queues.RefreshAsync(each, stop).ConfigureAwait(false);
                    return;
                }

                var outcome = await refresh.RefreshAsync(ecosystem, [.. releases[ecosystem]], stop).ConfigureAwait(false);
                if (outcome.Outcome == AdvisoryBuildOutcome.Older)
                {
                    // Not done: what is there grows old, and who watches its age hears of it.
                    log.Warn("the source's advisories are older than those at hand, which stay", ("ecosystem", ecosystem), ("records", outcome.Records));
                    return;
                }

                await state.EndAsync(ecosystem, stop).ConfigureAwait(false);
                log.Info("refreshed", ("ecosystem", ecosystem), ("outcome", outcome.Outcome), ("records", outcome.Records), ("packages", outcome.Packages), ("waiting", outcome.Waiting));
            },
            stop);
}
