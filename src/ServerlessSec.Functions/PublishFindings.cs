using ServerlessSec.Aws.Publishing;
using ServerlessSec.Aws.Receiving;
using ServerlessSec.Aws.Storing;
using ServerlessSec.Functions.Runtime;
using ServerlessSec.Scanning;

namespace ServerlessSec.Functions;

/// <summary>
/// Tells Security Hub what it has not been told. Stream records become one message of the FIFO queue, so that one
/// publisher runs; messages only wake it.
/// </summary>
internal static class PublishFindings
{
    private static readonly TimeSpan Writing = TimeSpan.FromSeconds(20);

    public static async Task<ReadOnlyMemory<byte>> HandleAsync(
        Invocation invocation, PublishRun run, SecurityHubPublisher hub, HubWaiverStore waivers, ScanQueues queues, Owner application, Redelivery redelivery,
        Log log, TimeProvider time, CancellationToken stop)
    {
        if (SqsBatch.IsFrom(invocation.Payload, "aws:dynamodb"))
        {
            await queues.WakePublisherAsync(application, invocation.RequestId, stop).ConfigureAwait(false);
            return SqsBatch.Done;
        }

        using var soon = Deadline.Soon(invocation.Deadline, Writing, time, stop);
        return await SqsBatch.RunAsync(invocation.Payload, redelivery, log, WorkAsync, stop).ConfigureAwait(false);

        async Task WorkAsync(SqsMessage message)
        {
            if (message.Body == ScanQueues.ReadBack)
            {
                if (await hub.SuppressedAsync(stop).ConfigureAwait(false) is { } suppressed)
                {
                    await waivers.ReplaceAsync(suppressed, stop).ConfigureAwait(false);
                    log.Info("read back", ("suppressed", suppressed.Length));
                }
                else log.Warn("not read back what is suppressed: Security Hub is off, or refuses securityhub:GetFindings");
                return;
            }

            try
            {
                Tell(log, await run.RunAsync(soon.Token).ConfigureAwait(false));
            }
            catch (OperationCanceledException) when (soon.Token.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                // There is more than fits into one invocation: the next one goes on.
                await queues.WakePublisherAsync(application, invocation.RequestId + " more", stop).ConfigureAwait(false);
            }
        }
    }

    private static void Tell(Log log, PublishResult told)
    {
        (string, object?)[] fields = [("accepted", told.Accepted), ("refused", told.Refused), ("givenUp", told.GivenUp), ("withheld", told.Withheld), ("refusal", told.Refusal), ("unavailable", told.Unavailable)];
        if (told is { Unavailable: null, Refused: 0 }) log.Info("published", fields);
        else log.Warn("not all could be published", fields);
        log.Metric("FindingsRefused", told.Refused);
        log.Metric("FindingsGivenUp", told.GivenUp);
        log.Metric("PublishingBlocked", told.Unavailable is null ? 0 : 1);
    }
}
