using System.Globalization;

namespace ServerlessSec.Aws.Storing;

/// <summary>How refreshes of advisories stand, in one row: which ecosystems are awaited, when each was last fetched, whether a sweep is due.</summary>
public sealed class RefreshStore(StateTable table)
{
    private const string Waits = "Waits";
    private const string Done = "Done";
    private const string Since = "Since";
    private const string Due = "SweepDue";
    private const string Swept = "SweptAt";
    private const string Owed = "Owed";

    private static readonly RowKey Key = new("REFRESH", "STATE");

    /// <summary>A refresh begins.</summary>
    public Task BeginAsync(IEnumerable<string> ecosystems, CancellationToken stop)
    {
        var change = new RowChange(Key);
        foreach (var ecosystem in ecosystems) change.Set(Waits + Name(ecosystem), 1);
        return table.ChangeAsync(change, stop);
    }

    /// <summary>One ecosystem is done; the last one of the first refresh makes a sweep due: from now on packages can be judged.</summary>
    public async Task EndAsync(string ecosystem, CancellationToken stop)
    {
        var row = await table.ChangeAndReadAsync(new RowChange(Key).Set(Done + Name(ecosystem), table.Time.GetUtcNow()).Remove(Waits + Name(ecosystem)), stop).ConfigureAwait(false);
        if (row is not null && row.Text(Swept) is null && !row.Keys.Any(static k => k.StartsWith(Waits, StringComparison.Ordinal)))
            await table.ChangeAsync(new RowChange(Key).Set(Due, 1), stop).ConfigureAwait(false);
    }

    /// <summary>Advisories of the ecosystem are about to be others: until <see cref="JudgedAsync"/>, functions are owed a judgement by them.</summary>
    public Task OweAsync(string ecosystem, CancellationToken stop) => table.ChangeAsync(new RowChange(Key).Set(Owed + Name(ecosystem), 1), stop);

    public async Task<bool> OwesAsync(string ecosystem, CancellationToken stop) => (await table.GetAsync(Key, stop).ConfigureAwait(false))?.Number(Owed + Name(ecosystem)) is not null;

    /// <summary>All functions concerned are in line.</summary>
    public Task JudgedAsync(string ecosystem, CancellationToken stop) => table.ChangeAsync(new RowChange(Key).Remove(Owed + Name(ecosystem)), stop);

    public async Task<bool> IsSweepDueAsync(CancellationToken stop) => (await table.GetAsync(Key, stop).ConfigureAwait(false))?.Number(Due) is not null;

    public Task SweptAsync(CancellationToken stop) => table.ChangeAsync(new RowChange(Key).Set(Swept, table.Time.GetUtcNow()).Remove(Due), stop);

    /// <summary>How long ago the ecosystem that waits longest was fetched; where none ever was, since when one could have been.</summary>
    public async Task<TimeSpan> AgeAsync(CancellationToken stop)
    {
        var now = table.Time.GetUtcNow();
        var row = await table.GetAsync(Key, stop).ConfigureAwait(false) ?? [];
        var done = row.Where(static a => a.Key.StartsWith(Done, StringComparison.Ordinal)).Select(static a => Keys.Instant(a.Value.S)).ToArray();
        if (done.Length > 0) return now - done.Min();
        if (row.Instant(Since) is { } since) return now - since;
        await table.ChangeAsync(new RowChange(Key).Keep(Since, Keys.Instant(now)), stop).ConfigureAwait(false);
        return TimeSpan.Zero;
    }

    /// <summary>Attribute names of ours are letters and digits.</summary>
    private static string Name(string ecosystem) => string.Concat(ecosystem.Select(static c => char.IsAsciiLetterOrDigit(c) ? char.ToString(c) : ((int)c).ToString("x", CultureInfo.InvariantCulture)));
}
