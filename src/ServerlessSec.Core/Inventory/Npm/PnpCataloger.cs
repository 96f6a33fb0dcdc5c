using System.Collections.Immutable;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Npm;

/// <summary>
/// Plug'n'Play of Yarn: packages stay in the archives of its cache, and <c>.pnp.cjs</c> says where each lies
/// (https://yarnpkg.com/advanced/pnp-spec). What is not there, such as what was meant for other systems, is not installed.
/// </summary>
internal sealed class PnpCataloger : Cataloger
{
    /// <summary>Tells that packages of Plug'n'Play were found in a folder.</summary>
    public const string Loader = ".pnp.cjs";

    private static readonly ImmutableArray<string> Names = [Loader, ".pnp.js", ".pnp.data.json"];

    public override string Name => "npm-pnp";

    public override string Ecosystem => NpmPackage.Ecosystem;

    public override bool Wants(string path) => Names.Any(name => NpmPaths.IsOwn(path, name));

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        using var document = ManifestJson.Object(PnpData.Of(sink.Bytes(file)), sink.Limits);
        var folder = EntryPath.Folder(file.Path);
        var all = PnpData.Packages(document.RootElement).ToArray();
        var there = all.Where(package => !package.IsFirstParty && IsThere(tree, folder, package.Location, sink)).ToArray();
        if (there.Length == 0) return;

        foreach (var package in there)
        {
            var place = Place(folder, package.Location);
            if (NpmPackage.Component(package.Name, package.Version, new Occurrence(place, file.Layer, OccurrenceKind.Installed, Name)) is { } component)
                sink.Add(Key(folder, package.Name, package.Reference), component);
        }

        sink.Explain(file.Path);
        sink.Explain(folder + Loader);
        sink.Rooted(folder + Loader + "/");
        foreach (var package in all)
        {
            foreach (var (name, reference) in package.Needs)
            {
                if (package.IsFirstParty) sink.Direct(Key(folder, name, reference));
                else sink.Edge(Key(folder, package.Name, package.Reference), Key(folder, name, reference));
            }
        }
    }

    private static string Key(string folder, string name, string reference) => $"{folder}{Loader}/{name}@{reference}";

    /// <summary>The archive that holds the package, or its own manifest where it was unpacked.</summary>
    private static string Place(string folder, string location)
    {
        var path = EntryPath.Join(folder, PnpData.Real(location));
        return path.IndexOf(".zip/", StringComparison.Ordinal) is var end and > 0 ? path[..(end + 4)] : $"{path}/{NpmPaths.Manifest}";
    }

    private static bool IsThere(PackageTree tree, string folder, string location, Sink sink)
    {
        if (tree.Find(Place(folder, location)) is not { } found) return false;
        sink.Explain(found.Path);
        return true;
    }
}
