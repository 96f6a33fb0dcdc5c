using System.Collections.Immutable;
using System.Text.Json;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Npm;

/// <summary>
/// Packages under <c>node_modules</c>, by their own manifest: it names the package even where the folder is an alias. The
/// manifests outside say which of them the application asks for itself.
/// </summary>
internal sealed class NpmInstalledCataloger : Cataloger
{
    private static readonly ImmutableArray<string> LockFiles =
    [
        "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb",
        "deno.lock",
    ];

    public override string Name => "npm-installed";

    public override string Ecosystem => NpmPackage.Ecosystem;

    public override bool Wants(string path) => NpmPaths.IsInstalled(path) || IsRoot(path);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        var isRoot = IsRoot(file.Path);
        var hasModules = !tree.Under(EntryPath.Folder(file.Path) + NpmPaths.Modules).IsEmpty || MayUseOuter(tree, file);
        if (isRoot && !hasModules && !StandsAlone(tree, file.Path)) return;

        using var document = ManifestJson.Object(sink.Bytes(file), sink.Limits);
        var package = document.RootElement;
        var folder = EntryPath.Folder(file.Path);
        if (isRoot) Declare(tree, file, sink, package, hasModules);
        if (isRoot && !hasModules) return;
        if (isRoot)
        {
            var direct = NpmPackage.Wished(package).Select(name => NpmPaths.Resolve(tree, sink, folder, name)).OfType<string>().ToArray();
            foreach (var manifest in direct) sink.Direct(manifest);

            // Nothing found where Node.js looks: the packages hang together by links, which are not followed.
            if (direct.Length > 0) sink.Rooted(folder + NpmPaths.Modules);
            return;
        }

        var occurrence = new Occurrence(file.Path, file.Layer, OccurrenceKind.Installed, Name);
        var component = NpmPackage.Component(ManifestJson.Text(package, "name"), ManifestJson.Text(package, "version"), occurrence);
        if (component is null) return;

        sink.Add(
            file.Path,
            component with { Licences = NpmPackage.Licences(package), Hashes = Integrity.Parse(ManifestJson.Text(package, "_integrity")) });
        sink.OwnFolder(folder);
        foreach (var name in NpmPackage.Needed(package))
        {
            if (NpmPaths.Resolve(tree, sink, folder, name) is { } manifest) sink.Edge(file.Path, manifest);
        }
    }

    private static bool IsRoot(string path) =>
        (path == NpmPaths.Manifest || path.EndsWith("/" + NpmPaths.Manifest, StringComparison.Ordinal)) && !NpmPaths.IsInsideModules(path);

    /// <summary>The manifest of the function or a layer, with nothing that locks what it asks for.</summary>
    private static bool StandsAlone(PackageTree tree, string path) =>
        path is NpmPaths.Manifest or "/opt/nodejs/package.json"
            && !LockFiles.Any(name => tree.Find(EntryPath.Folder(path) + name) is not null);

    /// <summary>What serves each is judged once all is known that is there; of a folder whose packages lie elsewhere, nothing is.</summary>
    private void Declare(PackageTree tree, PackageFile file, Sink sink, JsonElement package, bool hasModules)
    {
        var isOwn = file.Path is NpmPaths.Manifest or "/opt/nodejs/package.json" || !tree.Under(EntryPath.Folder(file.Path) + NpmPaths.Modules).IsEmpty;
        if (!isOwn) return;
        var all = NpmDeclarations.Of(package).ToArray();
        foreach (var (name, _) in all.Where(wish => IsSupplied(sink, wish.Name))) sink.Declare(new(file, Purl.Npm(name, null), name));
        sink.DeclareProject(new(this, file, hasModules, [.. all.Where(wish => !IsSupplied(sink, wish.Name))]));
    }

    /// <summary>The runtimes bring the AWS SDK; of one that is not known it is taken to be the one meant.</summary>
    private static bool IsSupplied(Sink sink, string name) =>
        sink.Runtime?.BringsNpm(name) ?? (name == "aws-sdk" || name.StartsWith("@aws-sdk/", StringComparison.Ordinal));

    /// <summary>A workspace, or a function whose packages come with a layer.</summary>
    private static bool MayUseOuter(PackageTree tree, PackageFile file) =>
        file.Path != NpmPaths.Manifest ? !tree.Under(NpmPaths.Modules).IsEmpty : !tree.Under("/opt/nodejs/" + NpmPaths.Modules).IsEmpty;
}
