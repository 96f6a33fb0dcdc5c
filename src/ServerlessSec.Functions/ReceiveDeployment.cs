using ServerlessSec.Aws.Receiving;
using ServerlessSec.Functions.Runtime;

namespace ServerlessSec.Functions;

/// <summary>Turns deployment events into scan messages, one a function and scan.</summary>
internal static class ReceiveDeployment
{
    public static Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, DeploymentIntake intake, Redelivery redelivery, Log log, CancellationToken stop) =>
        SqsBatch.RunAsync(
            invocation.Payload,
            redelivery,
            log,
            async message =>
            {
                var taken = await intake.TakeAsync(message.Body, stop).ConfigureAwait(false);
                log.Info("received", ("cause", taken.Cause), ("jobs", taken.Jobs), ("waiting", taken.Waiting), ("ignored", taken.Ignored));
            },
            stop);
}
