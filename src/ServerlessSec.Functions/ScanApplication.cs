using ServerlessSec.Aws.Receiving;
using ServerlessSec.Functions.Runtime;
using ServerlessSec.Scanning;

namespace ServerlessSec.Functions;

/// <summary>Joins what is known of all functions, for loops and shared roles. Messages only wake it.</summary>
internal static class ScanApplication
{
    public static Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, ApplicationWork work, Owner application, Redelivery redelivery, Log log, CancellationToken stop) =>
        SqsBatch.RunAsync(
            invocation.Payload,
            redelivery,
            log,
            async _ =>
            {
                var outcome = await work.DoAsync(application, stop).ConfigureAwait(false);
                log.Info("application scan", ("functions", outcome.Functions), ("differences", outcome.Differences), ("findings", outcome.Findings), ("superseded", outcome.Superseded));
            },
            stop);
}
