using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Npm;

/// <summary><c>yarn.lock</c>, of the first Yarn and of the later ones ("berry"), with the manifest beside it that says what the project asks for.</summary>
internal sealed class YarnLockCataloger : Cataloger
{
    private const string Lock = "yarn.lock";

    public override string Name => "yarn-lock";

    public override string Ecosystem => NpmPackage.Ecosystem;

    public override bool Wants(string path) => NpmPaths.IsOwn(path, Lock);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        var text = Encoding.UTF8.GetString(sink.Bytes(file)).TrimStart('\ufeff');
        // An empty one marks a project's folder.
        if (string.IsNullOrWhiteSpace(text) && NpmPaths.HasInstalled(tree, sink, EntryPath.Folder(file.Path))) return;

        var isBerry = text.Contains("\n__metadata:", StringComparison.Ordinal) || text.StartsWith("__metadata:", StringComparison.Ordinal);
        var graph = isBerry ? YarnBerry.Read(text, sink.Limits) : YarnClassic.Read(text, sink.Limits);
        if (tree.Find(EntryPath.Folder(file.Path) + NpmPaths.Manifest) is { } manifest) Wish(graph, manifest, sink);
        graph.Tell(this, file, sink, NpmPaths.HasInstalled(tree, sink, EntryPath.Folder(file.Path)), NpmPackage.Locked);
    }

    private static void Wish(LockedGraph graph, PackageFile manifest, Sink sink)
    {
        using var document = ManifestJson.Object(sink.Bytes(manifest), sink.Limits);
        foreach (var (name, range, isDevelopment) in NpmPackage.Wishes(document.RootElement))
            graph.Wish(isDevelopment, YarnBerry.Forms(name, range));
    }
}
