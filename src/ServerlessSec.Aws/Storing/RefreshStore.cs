using System.Globalization;
using Amazon.DynamoDBv2.Model;

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
    private const string Until = "SweepingUntil";
    private const string After = "SweptUpTo";

    /// <summary>Longer than a sweep may last: one that died is taken up after this.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(12);

    private static readonly RowKey Key = new("REFRESH", "STATE");

    /// <summary>A refresh begins; ecosystems that it no longer fetches have no age any more.</summary>
    public async Task BeginAsync(IReadOnlyCollection<string> ecosystems, CancellationToken stop)
    {
        var change = new RowChange(Key);
        foreach (var ecosystem in ecosystems) change.Keep(Waits + Name(ecosystem), Keys.Instant(table.Time.GetUtcNow()));
        var done = ecosystems.Select(static ecosystem => Done + Name(ecosystem)).ToHashSet(StringComparer.Ordinal);
        foreach (var former in Known(await table.GetAsync(Key, stop).ConfigureAwait(false) ?? []).Where(name => !done.Contains(Done + name)))
            change.Remove(Done + former, Waits + former);
        await table.ChangeAsync(change, stop).ConfigureAwait(false);
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

    public Task AskForSweepAsync(CancellationToken stop) => table.ChangeAsync(new RowChange(Key).Set(Due, 1), stop);

    /// <summary>Takes the sweep that is due; null where none is, or somebody is at it.</summary>
    public async Task<SweepTurn?> BeginSweepAsync(CancellationToken stop)
    {
        if ((await table.GetAsync(Key, stop).ConfigureAwait(false))?.Number(Due) is null) return null;
        var now = table.Time.GetUtcNow();
        var row = await table.ChangeAndReadAsync(
            new RowChange(Key).Set(Until, now + Turn).If($"attribute_exists(#{Due}) AND (attribute_not_exists(#{Until}) OR #{Until} < :now)", ("now", new(Keys.Instant(now)))), stop).ConfigureAwait(false);
        return row is null ? null : new(row.Text(After));
    }

    /// <summary>A sweep got to its end, where <paramref name="next"/> is null, or has to go on after that function.</summary>
    public Task EndSweepAsync(string? next, CancellationToken stop) => table.ChangeAsync(
        next is null ? new RowChange(Key).Set(Swept, table.Time.GetUtcNow()).Remove(Due, Until, After) : new RowChange(Key).Set(After, next).Remove(Until), stop);

    /// <summary>A sweep failed; the next one may begin at once, where it began.</summary>
    public Task LeaveSweepAsync(CancellationToken stop) => table.ChangeAsync(new RowChange(Key).Remove(Until), stop);

    /// <summary>When each of the ecosystems was last fetched, or found unchanged; one that never was is left out.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> FetchedAsync(IEnumerable<string> ecosystems, CancellationToken stop)
    {
        var row = await table.GetAsync(Key, stop).ConfigureAwait(false) ?? [];
        return ecosystems.Select(ecosystem => (Ecosystem: ecosystem, At: row.Instant(Done + Name(ecosystem))))
            .Where(static e => e.At is not null).ToDictionary(static e => e.Ecosystem, static e => e.At!.Value);
    }

    /// <summary>
    /// How long ago the ecosystem that waits longest was fetched, or first wanted where it never was; where none ever was wanted, since
    /// when one could have been.
    /// </summary>
    public async Task<TimeSpan> AgeAsync(CancellationToken stop)
    {
        var now = table.Time.GetUtcNow();
        var row = await table.GetAsync(Key, stop).ConfigureAwait(false) ?? [];
        var known = Known(row).Select(name => row.Instant(Done + name) ?? row.Instant(Waits + name) ?? now).ToArray();
        if (known.Length > 0) return now - known.Min();
        if (row.Instant(Since) is { } since) return now - since;
        await table.ChangeAsync(new RowChange(Key).Keep(Since, Keys.Instant(now)), stop).ConfigureAwait(false);
        return TimeSpan.Zero;
    }

    /// <summary>Ecosystems that were fetched or are waited for, as attribute names have them.</summary>
    private static IEnumerable<string> Known(Dictionary<string, AttributeValue> row) =>
        row.Keys.Where(static name => name.StartsWith(Done, StringComparison.Ordinal)).Select(static name => name[Done.Length..])
            .Union(row.Keys.Where(static name => name.StartsWith(Waits, StringComparison.Ordinal)).Select(static name => name[Waits.Length..]), StringComparer.Ordinal);

    /// <summary>Attribute names of ours are letters and digits.</summary>
    internal static string Name(string ecosystem) => string.Concat(ecosystem.Select(static c => char.IsAsciiLetterOrDigit(c) ? char.ToString(c) : ((int)c).ToString("x", CultureInfo.InvariantCulture)));
}

/// <param name="After">The function up to which the sweep was done before; null where it begins.</param>
public sealed record SweepTurn(string? After);
