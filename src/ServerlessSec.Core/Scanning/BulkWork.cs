using ServerlessSec.Rules;

namespace ServerlessSec.Scanning;

/// <summary>A scan that waits its turn behind what was just deployed.</summary>
/// <param name="Token">Tells whether more was asked for since.</param>
public sealed record BulkRow(Owner Owner, ScanKind Scan, ScanWish Wish, string Token)
{
    /// <summary>So many are let into a scan queue at once.</summary>
    public const int AtOnce = 20;

    public ScanJob Job => new() { Function = Owner, Scan = Scan, EventId = "bulk " + Token, Wish = Wish, Bulk = true };
}

/// <summary>Bulk work as rows, one for each owner and scan: asking twice keeps the place in line.</summary>
public interface IBulkStore
{
    Task AddAsync(Owner owner, ScanKind scan, ScanWish wish, CancellationToken stop);

    /// <summary>The longest waiting first.</summary>
    IAsyncEnumerable<BulkRow> WaitingAsync(ScanKind scan, CancellationToken stop);

    /// <summary>Its message was sent; false, and it stays, where more was asked for since it was read.</summary>
    Task<bool> RemoveAsync(BulkRow sent, CancellationToken stop);
}
