using ServerlessSec.Rules;

namespace ServerlessSec.Scanning;

/// <summary>A scan that waits its turn behind what was just deployed.</summary>
/// <param name="Token">Tells whether more was asked for since.</param>
public sealed record BulkRow(Owner Owner, ScanKind Scan, ScanWish Wish, string Token)
{
    /// <summary>Nothing has to be fetched: what is stored is held against newer advisories.</summary>
    public bool IsRejudgement => Scan == ScanKind.Package && Wish.NotBefore == DateTimeOffset.UnixEpoch;

    public ScanJob Job => new() { Function = Owner, Scan = Scan, EventId = "bulk " + Token, Wish = Wish, Bulk = true };
}

/// <summary>Bulk work as rows, one for each owner and scan: asking twice keeps the place in line.</summary>
public interface IBulkStore
{
    /// <param name="owner">The function.</param>
    /// <param name="scan">Of it.</param>
    /// <param name="wish">The least that is to be seen.</param>
    /// <param name="isAhead">Something has happened: it is done before what is looked at for the sake of order.</param>
    /// <param name="stop">Ends the work.</param>
    Task AddAsync(Owner owner, ScanKind scan, ScanWish wish, bool isAhead, CancellationToken stop);

    /// <summary>Those ahead first, then the longest waiting.</summary>
    IAsyncEnumerable<BulkRow> WaitingAsync(ScanKind scan, CancellationToken stop);

    /// <summary>Its message was sent; false, and it stays, where more was asked for since it was read.</summary>
    Task<bool> RemoveAsync(BulkRow sent, CancellationToken stop);
}
