namespace ServerlessSec.Functions.Runtime;

/// <summary>Works on one invocation; gives the answer's JSON.</summary>
internal delegate Task<ReadOnlyMemory<byte>> Handler(Invocation invocation, CancellationToken stop);

/// <summary>Takes invocations one after the other until the sandbox ends.</summary>
internal sealed class RuntimeLoop(RuntimeApi api, Log log, TimeProvider time)
{
    /// <summary>What is kept back of an invocation's time, so that a fault can still be told.</summary>
    public static readonly TimeSpan Reserve = TimeSpan.FromMilliseconds(250);

    /// <param name="make">Makes the handler with all it needs, before the first invocation is asked for.</param>
    /// <param name="stop">Ends the loop, in tests.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Func<Handler> make, CancellationToken stop)
    {
        Handler handler;
        try
        {
            handler = make();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The runtime's border: without this Lambda would only know that the process ended.
            log.Error("initialisation failed", fault);
            await api.FailInitAsync(fault, stop).ConfigureAwait(false);
            return 1;
        }

        while (!stop.IsCancellationRequested)
        {
            var invocation = await api.NextAsync(stop).ConfigureAwait(false);
            // The SDK adds the trace header to its calls from this variable.
            Environment.SetEnvironmentVariable("_X_AMZN_TRACE_ID", invocation.TraceId);
            await WorkAsync(invocation, handler, stop).ConfigureAwait(false);
        }

        return 0;
    }

    private async Task WorkAsync(Invocation invocation, Handler handler, CancellationToken stop)
    {
        var left = invocation.Deadline - time.GetUtcNow() - Reserve;
        using var deadline = new CancellationTokenSource(left > TimeSpan.Zero ? Min(left, TimeSpan.FromMinutes(15)) : TimeSpan.Zero, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
        using var scope = log.Begin(invocation.RequestId);
        ReadOnlyMemory<byte> answer;
        try
        {
            answer = await handler(invocation, linked.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The runtime's border: what a handler did not handle is Lambda's to count and retry.
            log.Error("invocation failed", fault);
            await api.FailAsync(invocation, fault, stop).ConfigureAwait(false);
            return;
        }

        await api.AnswerAsync(invocation, answer, stop).ConfigureAwait(false);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
