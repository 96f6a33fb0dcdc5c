using ServerlessSec.Facts;
using ServerlessSec.Inventory;
using ServerlessSec.Packages;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Scanning;

/// <summary>Opens packages and takes their inventory, once for functions that share one.</summary>
internal sealed class PackageReader(IPackageSource packages, ScanLimits limits)
{
    private readonly Dictionary<PackageTree, PackageInventory> inventories = new(ReferenceEqualityComparer.Instance);

    public async Task<PackageFacts> ReadAsync(FunctionSnapshot function, CancellationToken stop)
    {
        var tree = await packages.OpenAsync(function, stop).ConfigureAwait(false);
        if (!inventories.TryGetValue(tree, out var inventory))
            inventories[tree] = inventory = InventoryReader.Read(tree, limits, stop);
        return new() { Id = function.Id, Inventory = inventory, IsSeen = tree.Files.Length > 0 };
    }
}
