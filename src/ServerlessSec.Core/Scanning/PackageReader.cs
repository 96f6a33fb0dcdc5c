using ServerlessSec.Facts;
using ServerlessSec.Inventory;
using ServerlessSec.Packages;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Scanning;

/// <summary>Opens packages and takes their inventory, once for functions that share code and layers.</summary>
internal sealed class PackageReader(IPackageSource packages, ScanLimits limits)
{
    private readonly Dictionary<string, PackageFacts> read = new(StringComparer.Ordinal);

    public async Task<PackageFacts> ReadAsync(FunctionSnapshot function, CancellationToken stop)
    {
        var key = Key(function);
        if (key is not null && read.TryGetValue(key, out var known)) return known with { Id = function.Id };
        using var tree = await packages.OpenAsync(function, stop).ConfigureAwait(false);
        var inventory = InventoryReader.Read(tree, limits, stop);
        var facts = new PackageFacts { Id = function.Id, Inventory = inventory, IsSeen = IsSeen(tree) };
        // A gap over what is not to be had names the function.
        if (key is not null && facts.IsSeen && (function.Package.Digest is null || tree.Gaps.IsEmpty)) read[key] = facts;
        return facts;
    }

    /// <summary>Null where the package is this function's own: inline, or with a layer that is not to be had.</summary>
    private static string? Key(FunctionSnapshot function) =>
        function.Package is { Digest: { Length: > 0 } digest, Inline: null } live
            ? string.Join('\n', [digest, .. function.Configuration.Architectures, .. live.Layers.Select(static l => l.Arn)])
        : function.Package is { Code.IsKnown: true, Inline: null } package && package.Layers.All(static l => l.Content is not null)
            ? string.Join('\n', [package.Code.Value, .. package.Layers.Select(static l => l.Content)])
            : null;

    private static bool IsSeen(PackageTree tree) =>
        tree.Files.Length > 0 || !tree.Gaps.Any(static g => g.Scope is { Evidence: Evidence.Package, Layer: null, Path: null });
}
