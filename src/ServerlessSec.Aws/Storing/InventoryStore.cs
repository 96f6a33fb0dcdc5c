using System.Runtime.CompilerServices;
using ServerlessSec.Advisories;
using ServerlessSec.Aws.Collecting;
using ServerlessSec.Inventory;

namespace ServerlessSec.Aws.Storing;

/// <summary>
/// From a component to the inventories that hold it, and by <see cref="ReferenceStore"/> to the functions that have one of
/// them: functions with equal packages share an inventory, which is written once.
/// </summary>
public sealed class InventoryStore(StateTable table)
{
    /// <summary>Unless it is written again, an inventory is forgotten after this.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    private const string Head = "HEAD";

    /// <param name="address">Equal for equal inventories.</param>
    public async Task PutAsync(string address, IReadOnlyCollection<Component> components, CancellationToken stop)
    {
        var now = table.Time.GetUtcNow();
        var partition = Partition(address);
        // The head is written last, so it says that all are there; they are renewed in good time.
        if (await table.GetAsync(new(partition, Head), stop).ConfigureAwait(false) is { } head
            && head.Number("ExpiresAt") > (now + (Kept / 2)).ToUnixTimeSeconds())
            return;

        var expires = LedgerRows.Epoch(now + Kept);
        await table.WriteAllAsync(
            components.Select(component => (Component: component, Sort: "COMPONENT#" + Keys.Bounded(component.Purl.ToString())))
                .DistinctBy(static pair => pair.Sort, StringComparer.Ordinal)
                .Select(pair => new Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>(new RowKey(partition, pair.Sort).Attributes)
                {
                    ["Purl"] = new(pair.Component.Purl.ToString()),
                    // Advisories of distributions name the source package.
                    ["ReferenceKey"] = new(IndexKey(pair.Component.Ecosystem, pair.Component.Source?.Name ?? pair.Component.Name)),
                    ["ReferenceSort"] = new($"{Keys.Bounded(pair.Component.Version, 200)}#{address}"),
                    ["ExpiresAt"] = expires,
                }),
            [],
            stop).ConfigureAwait(false);
        await new HeldReleases(table).NoteAsync(components.Select(static component => component.Ecosystem), AdvisoryRefresh.Distributions.Contains, stop).ConfigureAwait(false);
        await table.ChangeAsync(new RowChange(new(partition, Head)).Set("Components", components.Count).Set("ExpiresAt", expires), stop).ConfigureAwait(false);
    }

    /// <summary>Addresses of inventories that hold any version of a package, by the ecosystem and name that advisories know it by.</summary>
    public async IAsyncEnumerable<(string Address, Purl Purl)> HoldersAsync(string ecosystem, string name, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var row in table.LookUpAsync(table.IndexAsync(TableIndex.Reference, IndexKey(ecosystem, name), null, stop), stop).ConfigureAwait(false))
            yield return (RowKey.Of(row).Partition["INVENTORY#".Length..], Purl.Parse(row.Need("Purl")));
    }

    private static string Partition(string address) => "INVENTORY#" + address;

    private static string IndexKey(string ecosystem, string name) =>
        "COMPONENT#" + Keys.Bounded($"{Ecosystems.Base(ecosystem)}/{Ecosystems.NormaliseName(ecosystem, name)}");
}
