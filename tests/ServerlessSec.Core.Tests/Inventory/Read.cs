using ServerlessSec.Packages;

namespace ServerlessSec.Inventory;

/// <summary>Takes inventory of files given as text.</summary>
internal static class Read
{
    public static PackageInventory Package(params (string Path, string Text)[] files) => Package(Zips.Of(files));

    public static PackageInventory Package(byte[] zip, ScanLimits? limits = null)
    {
        using var tree = Zips.Tree(zip, limits);
        return InventoryReader.Read(tree, limits ?? ScanLimits.Default, TestContext.Current.CancellationToken);
    }

    /// <summary>As a function of the runtime.</summary>
    public static PackageInventory On(string? runtime, params (string Path, string Text)[] files)
    {
        using var tree = Zips.Tree(files);
        return InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken, runtime);
    }

    public static string[] Purls(this PackageInventory inventory) => [.. inventory.Components.Select(component => component.Purl.ToString())];

    public static Component Only(this PackageInventory inventory, string name) => inventory.Components.Single(component => component.Name == name);
}
