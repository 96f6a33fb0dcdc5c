using System.Globalization;
using ServerlessSec.Aws.Collecting;
using ServerlessSec.Aws.Storing;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Examining;

/// <summary>What the table tells of how the scanner fares.</summary>
internal sealed class TableLooks(StateTable table, Owner application)
{
    private const string Read = "dynamodb:GetItem, dynamodb:BatchGetItem and dynamodb:Query on the table and its indexes";

    /// <summary>Refreshed every 12 hours; the alarm has the same limit.</summary>
    private static readonly TimeSpan Old = TimeSpan.FromDays(2);

    /// <summary>A sweep is due every night.</summary>
    private static readonly TimeSpan Silent = TimeSpan.FromDays(2);

    /// <summary>Longer than a message is hidden from others after a scan died.</summary>
    private static readonly TimeSpan Hung = TimeSpan.FromHours(2);

    /// <summary>The publisher is woken at once, and every minute.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(30);

    public IEnumerable<Look> All =>
    [
        new("Last scan", Read, LastAsync),
        new("Unfinished scans", Read, UnfinishedAsync),
        new("Advisories", Read, AdvisoriesAsync),
        new("Publishing", Read, PublishingAsync),
        new("Refused findings", Read, RefusedAsync),
    ];

    private DateTimeOffset Now => table.Time.GetUtcNow();

    private async Task<Diagnosis> LastAsync(CancellationToken stop)
    {
        var rows = await new ScanLedger(table).RowsAsync(application, stop).ToListAsync(stop).ConfigureAwait(false);
        if (rows.Count == 0)
            return Diagnosis.Warn("Nothing was scanned yet.", "The first sweep starts when the first refresh of advisories is done; until then deploy something, or look at the other lines.");
        var newest = rows.MaxBy(static r => r.Order.ObservedAt)!;
        var functions = rows.Where(static r => r is { Ending: ScanEnding.Seen, Owner.Function: not null }).Select(static r => r.Owner).Distinct().Count();
        var seen = $"The last look was at {Whom(newest.Owner)}, {Ago(newest.Order.ObservedAt)}; {Count(functions, "function is", "functions are")} known.";
        return Now - newest.Order.ObservedAt <= Silent
            ? Diagnosis.Ok(seen)
            : Diagnosis.Fail(seen + " Not even a sweep came through.", "Look at SweepSchedule, and at the logs of SweepAccount and ScanPosture.");
    }

    private async Task<Diagnosis> UnfinishedAsync(CancellationToken stop)
    {
        var hung = await new ScanLedger(table).RowsAsync(application, stop)
            .Where(r => r.Progress == ScanProgress.Begun && Now - r.Order.ObservedAt > Hung)
            .OrderBy(static r => r.Order.ObservedAt).ToListAsync(stop).ConfigureAwait(false);
        return hung is not [var first, ..]
            ? Diagnosis.Ok("None.")
            : Diagnosis.Fail(
                $"{Count(hung.Count, "scan", "scans")} began and did not end; the {first.Scan} scan of {Whom(first.Owner)} {Ago(first.Order.ObservedAt)}.",
                $"Look at the log of Scan{first.Scan}, and at the dead letters.");
    }

    private async Task<Diagnosis> AdvisoriesAsync(CancellationToken stop)
    {
        const string Fix = "Look at the log of RefreshAdvisories and at RefreshDeadLetters: it fetches from osv-vulnerabilities.storage.googleapis.com.";
        var fetched = await new RefreshStore(table).FetchedAsync([.. AdvisoryRefresh.Ecosystems, .. AdvisoryRefresh.Distributions], stop).ConfigureAwait(false);
        var lacking = AdvisoryRefresh.Ecosystems.Where(e => !fetched.ContainsKey(e)).ToList();
        if (lacking.Count > 0) return Diagnosis.Fail($"Those of {string.Join(", ", lacking)} were never fetched: packages are not matched.", Fix);
        var oldest = fetched.MinBy(static f => f.Value);
        var seen = $"All were fetched; those of {oldest.Key} {Ago(oldest.Value)}.";
        return Now - oldest.Value <= Old ? Diagnosis.Ok(seen) : Diagnosis.Fail(seen, Fix);
    }

    private async Task<Diagnosis> PublishingAsync(CancellationToken stop)
    {
        var due = await new PublicationStore(table).DueAsync(Now - Overdue, stop).ToListAsync(stop).ConfigureAwait(false);
        return due.Count == 0
            ? Diagnosis.Ok("Nothing waits for Security Hub.")
            : Diagnosis.Fail(
                $"{Count(due.Count, "finding or gap waits", "findings and gaps wait")} for Security Hub, the first since {due.Min(static d => d.FirstSeen).UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC.",
                "Look at the lines on Security Hub, then at the log of PublishFindings. Nothing is lost meanwhile.");
    }

    private async Task<Diagnosis> RefusedAsync(CancellationToken stop)
    {
        var refused = await new PublicationStore(table).RefusedAsync(stop).ToListAsync(stop).ConfigureAwait(false);
        return refused is not [var first, ..]
            ? Diagnosis.Ok("None.")
            : Diagnosis.Fail(
                $"{Count(refused.Count, "finding or gap", "findings and gaps")}, refused by Security Hub three times or not to be read; "
                + $"{first.Key} of {Whom(first.Owner)}: {first.Reason.TrimEnd('.')}.",
                "A fault of ours: please report it with the reason. It is tried again when the finding changes.");
    }

    private static string Whom(Owner owner) => owner.Function ?? "the application";

    private string Ago(DateTimeOffset then) => (Now - then) switch
    {
        var span when span < TimeSpan.FromMinutes(2) => "just now",
        var span when span < TimeSpan.FromHours(2) => $"{span.TotalMinutes.ToString("0", CultureInfo.InvariantCulture)} minutes ago",
        var span when span < TimeSpan.FromDays(2) => $"{span.TotalHours.ToString("0", CultureInfo.InvariantCulture)} hours ago",
        var span => $"{span.TotalDays.ToString("0", CultureInfo.InvariantCulture)} days ago",
    };

    private static string Count(int count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)}");
}
