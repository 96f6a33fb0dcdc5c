using System.Globalization;
using ServerlessSec.Advisories;

namespace ServerlessSec.Aws.Storing;

/// <summary>
/// Which releases of distributions kept inventories have components of, in one row: of those alone advisories are fetched. An
/// inventory notes its own when it is written or renewed, so that what nobody has any more is forgotten when inventories are.
/// </summary>
public sealed class HeldReleases(StateTable table)
{
    /// <summary>More than the distributions in use have; somebody makes them up.</summary>
    private const int Most = 200;

    private const int Longest = 100;

    private static readonly RowKey Key = new("REFRESH", "HELD");

    /// <param name="ecosystems">Of components, with their releases; those that are no distribution's are passed over.</param>
    /// <param name="isDistribution">Tells by the name without a release.</param>
    /// <param name="stop">Ends it.</param>
    public async Task NoteAsync(IEnumerable<string> ecosystems, Func<string, bool> isDistribution, CancellationToken stop)
    {
        string[] held = [.. ecosystems.Distinct().Where(ecosystem => ecosystem.Length <= Longest && isDistribution(Ecosystems.Base(ecosystem)))];
        if (held.Length == 0) return;
        var row = await table.GetAsync(Key, stop).ConfigureAwait(false) ?? [];
        held = [.. held.Where(ecosystem => row.Count < Most || row.ContainsKey(Name(ecosystem)))];
        if (held.Length == 0) return;
        var change = new RowChange(Key);
        var now = table.Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        foreach (var ecosystem in held) change.Set(Name(ecosystem), $"{now} {ecosystem}");
        await table.ChangeAsync(change, stop).ConfigureAwait(false);
    }

    /// <summary>Those noted within the time that an inventory is kept, by distribution.</summary>
    public async Task<ILookup<string, string>> ListAsync(CancellationToken stop)
    {
        var row = await table.GetAsync(Key, stop).ConfigureAwait(false) ?? [];
        var since = table.Time.GetUtcNow() - InventoryStore.Kept;
        return row.Values.Select(static value => value.S?.Split(' ', 2)).OfType<string[]>()
            .Where(parts => parts.Length == 2 && DateTimeOffset.TryParse(parts[0], CultureInfo.InvariantCulture, DateTimeStyles.None, out var noted) && noted >= since)
            .Select(static parts => parts[1]).Order(StringComparer.Ordinal).ToLookup(Ecosystems.Base, StringComparer.Ordinal);
    }

    /// <summary>Attribute names of ours are letters and digits.</summary>
    private static string Name(string ecosystem) => "Held" + RefreshStore.Name(ecosystem);
}
