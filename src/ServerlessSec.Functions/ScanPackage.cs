using ServerlessSec.Aws.Receiving;
using ServerlessSec.Functions.Runtime;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Functions;

/// <summary>Looks into the package of one function.</summary>
internal static class ScanPackage
{
    private static readonly TimeSpan Writing = TimeSpan.FromSeconds(60);

    public static async Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, FunctionWork work, Redelivery redelivery, Log log, TimeProvider time, CancellationToken stop)
    {
        using var soon = Deadline.Soon(invocation.Deadline, Writing, time, stop);
        return await SqsBatch.RunAsync(
            invocation.Payload,
            redelivery,
            log,
            async message =>
            {
                var job = ScanMessages.Read(message.Body, ScanKind.Package);
                var outcome = await work.DoAsync(job, message.Receives, soon.Token, stop).ConfigureAwait(false);
                log.Info("package scan", ("scanned", job.Function.Arn), ("outcome", outcome), ("attempt", job.Attempt), ("receives", message.Receives), ("bulk", job.Bulk));
            },
            stop).ConfigureAwait(false);
    }
}
