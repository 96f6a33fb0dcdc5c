namespace ServerlessSec.Functions;

/// <summary>Ends reading some time before an invocation ends, so that what was seen can still be written.</summary>
internal static class Deadline
{
    public static CancellationTokenSource Soon(DateTimeOffset deadline, TimeSpan writing, TimeProvider time, CancellationToken stop)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var left = deadline - time.GetUtcNow() - writing;
        if (left <= TimeSpan.Zero) source.Cancel();
        else if (left < TimeSpan.FromHours(1)) source.CancelAfter(left);
        return source;
    }
}
