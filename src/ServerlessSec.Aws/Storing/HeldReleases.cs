using System.Globalization;
using Amazon.DynamoDBv2.Model;
using ServerlessSec.Advisories;

namespace ServerlessSec.Aws.Storing;

/// <summary>
/// Which releases of distributions kept inventories have components of, in one row: of those alone advisories are fetched. An
/// inventory notes its own when it is written or renewed, so that what nobody has any more is forgotten when inventories are,
/// and gone with the next note.
/// </summary>
public sealed class HeldReleases(StateTable table)
{
    /// <summary>More than the distributions in use have; somebody makes them up.</summary>
    private const int Most = 200;

    private const int Longest = 100;

    /// <summary>Entries of a request, whose expression may have 4 kB.</summary>
    private const int AtOnce = 4;

    private const string Prefix = "Held";

    private static readonly RowKey Key = new("REFRESH", "HELD");

    /// <param name="ecosystems">Of components, with their releases; those that are no distribution's are passed over.</param>
    /// <param name="isDistribution">Tells by the name without a release.</param>
    /// <param name="stop">Ends it.</param>
    public async Task NoteAsync(IEnumerable<string> ecosystems, Func<string, bool> isDistribution, CancellationToken stop)
    {
        string[] held = [.. ecosystems.Distinct().Where(ecosystem => ecosystem.Length <= Longest && isDistribution(Ecosystems.Base(ecosystem)))];
        if (held.Length == 0) return;
        var row = await table.GetAsync(Key, stop).ConfigureAwait(false) ?? [];
        var noted = row.Where(static pair => pair.Key.StartsWith(Prefix, StringComparison.Ordinal)).ToLookup(pair => Noted(pair.Value) is not null);
        foreach (var (name, value) in noted[false]) await table.ChangeAsync(new RowChange(Key).Remove(name).If($"#{name} = :old", ("old", value)), stop).ConfigureAwait(false);
        var known = noted[true].Select(static pair => pair.Key).ToHashSet(StringComparer.Ordinal);
        var isKnown = held.ToLookup(ecosystem => known.Contains(Name(ecosystem)));
        var now = table.Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        foreach (var some in isKnown[true].Concat(isKnown[false].Take(Most - known.Count)).Chunk(AtOnce))
        {
            var change = new RowChange(Key);
            foreach (var ecosystem in some) change.Set(Name(ecosystem), $"{now} {ecosystem}");
            await table.ChangeAsync(change, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Those noted within the time that an inventory is kept, by distribution.</summary>
    public async Task<ILookup<string, string>> ListAsync(CancellationToken stop)
    {
        var row = await table.GetAsync(Key, stop).ConfigureAwait(false) ?? [];
        return row.Values.Select(Noted).OfType<string>().Order(StringComparer.Ordinal).ToLookup(Ecosystems.Base, StringComparer.Ordinal);
    }

    /// <summary>The ecosystem of an entry; null where it was not noted for as long as an inventory is kept.</summary>
    private string? Noted(AttributeValue entry) =>
        entry.S?.Split(' ', 2) is [var instant, var ecosystem]
            && DateTimeOffset.TryParse(instant, CultureInfo.InvariantCulture, DateTimeStyles.None, out var noted) && noted >= table.Time.GetUtcNow() - InventoryStore.Kept
            ? ecosystem : null;

    /// <summary>Attribute names of ours are letters and digits.</summary>
    private static string Name(string ecosystem) => Prefix + RefreshStore.Name(ecosystem);
}
