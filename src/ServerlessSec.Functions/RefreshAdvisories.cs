using ServerlessSec.Aws.Collecting;
using ServerlessSec.Aws.Receiving;
using ServerlessSec.Aws.Storing;
using ServerlessSec.Functions.Runtime;

namespace ServerlessSec.Functions;

/// <summary>Fetches advisories, one ecosystem a message; the schedule's message becomes one for each.</summary>
internal static class RefreshAdvisories
{
    public static Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, AdvisoryRefresh refresh, RefreshStore state, ScanQueues queues, Log log, CancellationToken stop) =>
        SqsBatch.RunAsync(
            invocation.Payload,
            log,
            async message =>
            {
                if (RefreshMessages.Read(message.Body) is not { } ecosystem)
                {
                    await state.BeginAsync(AdvisoryRefresh.Ecosystems, stop).ConfigureAwait(false);
                    foreach (var each in AdvisoryRefresh.Ecosystems) await queues.RefreshAsync(each, stop).ConfigureAwait(false);
                    return;
                }

                var outcome = await refresh.RefreshAsync(ecosystem, stop).ConfigureAwait(false);
                await state.EndAsync(ecosystem, stop).ConfigureAwait(false);
                log.Info("refreshed", ("ecosystem", ecosystem), ("outcome", outcome.Outcome), ("records", outcome.Records), ("packages", outcome.Packages), ("waiting", outcome.Waiting));
            },
            stop);
}
