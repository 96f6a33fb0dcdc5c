using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using ServerlessSec.Rules;

namespace ServerlessSec.Scanning;

/// <summary>Findings, gaps and scan rows in memory; each row on its own, and able to stop after any number of writes.</summary>
internal sealed class InMemoryStore : IFindingStore, IPublicationStore
{
    private readonly Dictionary<(string Owner, ScanKind Scan), ScanRow> rows = [];
    private readonly Dictionary<(string Owner, ScanKind Scan), (string Message, int Begun)> runs = [];
    private readonly Dictionary<(string Owner, string Key), Publication> items = [];
    private readonly Dictionary<(string Owner, string Key), DateTimeOffset> due = [];

    /// <summary>How many more writes are done before one throws; unlimited where null.</summary>
    public int? WritesLeft { get; set; }

    public int Writes { get; private set; }

    public IEnumerable<StoredFinding> Findings => items.Values.Select(static i => i.Finding).OfType<StoredFinding>();

    public IEnumerable<StoredGap> Gaps => items.Values.Select(static i => i.Gap).OfType<StoredGap>();

    public ScanRow? Row(Owner owner, ScanKind scan) => rows.GetValueOrDefault((owner.Arn, scan));

    /// <summary>All that is stored, but for times.</summary>
    public string[] Timeless() =>
    [
        .. items.Select(static i => string.Create(CultureInfo.InvariantCulture, $"{i.Key.Owner} {i.Key.Key} {i.Value.Finding?.State ?? i.Value.Gap!.State} {i.Value.Revision} {i.Value.Hash} {i.Value.Finding?.Advisories}"))
            .Concat(rows.Select(static r => $"{r.Key.Owner} {r.Key.Scan} {r.Value.Progress} {r.Value.Ending}"))
            .Order(StringComparer.Ordinal),
    ];

    public Task<bool> MoveAsync(ScanRow row, CancellationToken stop)
    {
        if (!row.MayReplace(Row(row.Owner, row.Scan))) return Task.FromResult(false);
        Spend();
        rows[(row.Owner.Arn, row.Scan)] = row;
        return Task.FromResult(true);
    }

    public Task<ScanRow?> RowAsync(Owner owner, ScanKind scan, CancellationToken stop) => Task.FromResult(Row(owner, scan));

    public Task<int> BeginAsync(Owner owner, ScanKind scan, string message, bool isFirst, CancellationToken stop)
    {
        Spend();
        var before = runs.GetValueOrDefault((owner.Arn, scan));
        runs[(owner.Arn, scan)] = !isFirst && before.Message == message ? (message, before.Begun + 1) : (message, 1);
        return Task.FromResult(runs[(owner.Arn, scan)].Begun - 1);
    }

    public Task EndAsync(Owner owner, ScanKind scan, string message, CancellationToken stop)
    {
        Spend();
        var before = runs[(owner.Arn, scan)];
        if (before.Message == message) runs[(owner.Arn, scan)] = before with { Begun = before.Begun - 1 };
        return Task.CompletedTask;
    }

    public Task<Ledger> ReadAsync(Owner owner, ScanKind scan, CancellationToken stop) => Task.FromResult(new Ledger
    {
        Row = Row(owner, scan),
        Findings = [.. Findings.Where(f => f.Owner == owner)],
        Gaps = [.. Gaps.Where(g => g.Owner == owner && g.Scan == scan)],
    });

    public Task<bool> WriteAsync(ScanRow row, ImmutableArray<LedgerWrite> writes, CancellationToken stop)
    {
        foreach (var write in writes)
        {
            if (Row(row.Owner, row.Scan)?.Order != row.Order) return Task.FromResult(false);
            Spend();
            Write(write);
        }

        return Task.FromResult(true);
    }

    public Task<bool> IsAnyDueAsync(DateTimeOffset now, CancellationToken stop) => Task.FromResult(due.Values.Any(d => d <= now));

    public async IAsyncEnumerable<Publication> DueAsync(DateTimeOffset now, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var key in due.Where(d => d.Value <= now).OrderBy(static d => d.Value).Select(static d => d.Key).ToArray())
        {
            await Task.CompletedTask.ConfigureAwait(false);
            yield return items[key];
        }
    }

    public Task AcceptAsync(Publication sent, DateTimeOffset sentAt, DateTimeOffset? again, CancellationToken stop)
    {
        var key = (sent.Owner.Arn, sent.Key);
        items[key] = items[key] with { Accepted = sent.Told, SentAt = sentAt };
        if (items[key].Revision != sent.Revision) return Task.CompletedTask;
        if (again is { } later) due[key] = later;
        else due.Remove(key);
        return Task.CompletedTask;
    }

    public Task<bool> RefuseAsync(Publication sent, string reason, DateTimeOffset? again, CancellationToken stop)
    {
        var key = (sent.Owner.Arn, sent.Key);
        if (items[key].Revision != sent.Revision) return Task.FromResult(false);
        items[key] = items[key] with { Refusals = items[key].Refusals + 1 };
        if (again is { } later) due[key] = later;
        else due.Remove(key);
        return Task.FromResult(true);
    }

    public Task PostponeAsync(Publication kept, DateTimeOffset? again, CancellationToken stop)
    {
        if (again is { } later) due[(kept.Owner.Arn, kept.Key)] = later;
        else due.Remove((kept.Owner.Arn, kept.Key));
        return Task.CompletedTask;
    }

    public void Write(LedgerWrite write)
    {
        var (owner, name, at) = write switch
        {
            FindingWrite f => (f.Finding.Owner, "FINDING#" + f.Finding.Fingerprint, f.Finding.LastSeen),
            GapWrite g => (g.Gap.Owner, $"GAP#{g.Gap.Scan}#{g.Gap.Key}", g.Gap.LastSeen),
            _ => throw new ArgumentException("unknown write", nameof(write)),
        };
        var key = (owner.Arn, name);
        var before = items.GetValueOrDefault(key) ?? new() { Owner = owner, Key = name };
        items[key] = before with { Finding = (write as FindingWrite)?.Finding, Gap = (write as GapWrite)?.Gap, Refusals = write.Changed ? 0 : before.Refusals };
        if (write.Changed) due[key] = at;
    }

    private void Spend()
    {
        if (WritesLeft is { } left)
        {
            if (left == 0) throw new InvalidOperationException("killed");
            WritesLeft = left - 1;
        }

        Writes++;
    }
}
