using System.Collections.Immutable;
using ServerlessSec.Facts;
using ServerlessSec.Rules;

namespace ServerlessSec.Scanning;

/// <summary>Where findings and gaps are kept. Every change is made under a scan's row, which moves only forward.</summary>
public interface IFindingStore
{
    /// <summary>Moves the scan's row; false where the row that stands is later, or this scan's own and further.</summary>
    Task<bool> MoveAsync(ScanRow row, CancellationToken stop);

    /// <summary>The row of the owner's latest scan; null where there was none.</summary>
    Task<ScanRow?> RowAsync(Owner owner, ScanKind scan, CancellationToken stop);

    /// <summary>A run for this message begins; gives how many began before it and came to no end, as only a death of the process leaves it.</summary>
    /// <param name="isFirst">The message was not handed over before.</param>
    Task<int> BeginAsync(Owner owner, ScanKind scan, string message, bool isFirst, CancellationToken stop);

    /// <summary>The run came to an end without having done it.</summary>
    Task EndAsync(Owner owner, ScanKind scan, string message, CancellationToken stop);

    /// <summary>What is stored of the owner, as of now and not of a moment ago.</summary>
    Task<Ledger> ReadAsync(Owner owner, ScanKind scan, CancellationToken stop);

    /// <summary>Writes as long as <paramref name="row"/> is the one that stands; false where a later scan has taken over.</summary>
    Task<bool> WriteAsync(ScanRow row, ImmutableArray<LedgerWrite> writes, CancellationToken stop);
}

/// <summary>Knows what Security Hub, or whoever else is told, has not been told yet.</summary>
public interface IPublicationStore
{
    /// <summary>Rows that are due: they differ from what was last accepted, or were accepted long ago. Each once.</summary>
    IAsyncEnumerable<Publication> DueAsync(DateTimeOffset now, CancellationToken stop);

    /// <summary>Whether there is anything due, at the price of a look; what was told a moment ago may still count.</summary>
    Task<bool> IsAnyDueAsync(DateTimeOffset now, CancellationToken stop);

    /// <summary>Takes the row off the index, unless it has changed since; <paramref name="again"/> puts it on again later.</summary>
    Task AcceptAsync(Publication sent, DateTimeOffset sentAt, DateTimeOffset? again, CancellationToken stop);

    /// <summary>
    /// Counts a refusal, unless the row has changed since, and tells whether it did. The row is due again at
    /// <paramref name="again"/>; null takes it off the index until it changes.
    /// </summary>
    Task<bool> RefuseAsync(Publication sent, string reason, DateTimeOffset? again, CancellationToken stop);

    /// <summary>
    /// Not to be told; looked at again at <paramref name="again"/>, for what is told may be chosen anew. Null takes it off the
    /// index until it changes.
    /// </summary>
    Task PostponeAsync(Publication kept, DateTimeOffset? again, CancellationToken stop);
}

/// <summary>A facts record as it was found.</summary>
/// <param name="Problem">Why there is no record; null where there is one.</param>
public sealed record FactsRead(string Address, FunctionRecord? Record, string? Problem);

/// <summary>Where what scans learned is kept, for joins and for judging again.</summary>
public interface IFactsStore
{
    /// <summary>Keeps a facts record; gives its address, which equal facts share.</summary>
    Task<string> PutAsync(FunctionRecord facts, CancellationToken stop);

    /// <exception cref="FormatException">It is corrupt, or of another schema.</exception>
    Task<FunctionRecord> GetAsync(string address, CancellationToken stop);

    /// <summary>Many records, such as those of all functions: one answer for each address.</summary>
    Task<ImmutableArray<FactsRead>> GetAllAsync(IReadOnlyCollection<string> addresses, CancellationToken stop);

    /// <summary>
    /// Replaces an older summary of the same function and scan; false where a later one stands. Facts that it names no longer
    /// are forgotten after a day or so: who reads them now can do so to the end.
    /// </summary>
    Task<bool> SummarizeAsync(FactsSummary summary, CancellationToken stop);

    /// <summary>The summary of one function and scan; null where there is none.</summary>
    Task<FactsSummary?> SummaryAsync(Owner owner, ScanKind scan, CancellationToken stop);

    /// <summary>All functions that are known, in no order.</summary>
    IAsyncEnumerable<FactsSummary> SummariesAsync(CancellationToken stop);

    /// <summary>Those that differ from what the last finished application scan read, the longest different first.</summary>
    IAsyncEnumerable<FactsSummary> DifferencesAsync(CancellationToken stop);

    /// <summary>An application scan that finished has read these, at these addresses.</summary>
    /// <param name="read">Which rest until their facts differ.</param>
    /// <param name="unread">Whose facts could not be read: they rest until they are summarized again, by equal facts too.</param>
    /// <param name="stop">Ends the work.</param>
    Task MarkReadAsync(ImmutableArray<FactsSummary> read, ImmutableArray<FactsSummary> unread, CancellationToken stop);
}
