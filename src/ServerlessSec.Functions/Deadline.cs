namespace ServerlessSec.Functions;

/// <summary>Ends reading some time before an invocation ends, so that what was seen can still be written.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource timer;
    private readonly CancellationTokenSource either;

    private Deadline(TimeSpan left, TimeProvider time, CancellationToken stop)
    {
        timer = left < TimeSpan.FromHours(1) ? new(left > TimeSpan.Zero ? left : TimeSpan.Zero, time) : new();
        either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stop);
    }

    public CancellationToken Token => either.Token;

    public static Deadline Soon(DateTimeOffset deadline, TimeSpan writing, TimeProvider time, CancellationToken stop) => new(deadline - time.GetUtcNow() - writing, time, stop);

    public void Dispose()
    {
        either.Dispose();
        timer.Dispose();
    }
}
