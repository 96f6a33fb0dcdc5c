using ServerlessSec.Rules;

namespace ServerlessSec.Scanning;

/// <summary>One function × one scan, to be done: what a message asks for. What is true is read when it is done.</summary>
public sealed record ScanJob
{
    public required Owner Function { get; init; }

    public required ScanKind Scan { get; init; }

    /// <summary>Of the event that caused it; deliveries of one event share it.</summary>
    public required string EventId { get; init; }

    /// <summary>Grows whenever it is put back.</summary>
    public int Attempt { get; init; } = 1;

    public required ScanWish Wish { get; init; }

    /// <summary>The function was not there a minute ago; is it not there still, it is gone.</summary>
    public bool Absent { get; init; }

    /// <summary>Part of a sweep or the like, which waits behind what was just deployed.</summary>
    public bool Bulk { get; init; }

    /// <summary>The same job, later: what it is to see is not older than <paramref name="notBefore"/>.</summary>
    public ScanJob Again(DateTimeOffset notBefore) => this with
    {
        Attempt = Attempt + 1,
        Wish = Wish with { NotBefore = notBefore > Wish.NotBefore ? notBefore : Wish.NotBefore },
    };
}

/// <summary>Where scans wait to be done: in order and one at a time for each function.</summary>
public interface IScanQueue
{
    Task SendAsync(ScanJob job, CancellationToken stop);

    /// <summary>Puts the job back, to be sent anew after a while.</summary>
    Task AgainAsync(ScanJob job, TimeSpan delay, CancellationToken stop);

    /// <summary>Something differs from what the application scan read; <paramref name="id"/> is equal for equal reasons.</summary>
    Task WakeApplicationAsync(Owner application, string id, CancellationToken stop);
}
