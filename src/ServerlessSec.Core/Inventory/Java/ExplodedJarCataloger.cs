using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Java;

/// <summary>The same files as in a jar, where jars were unpacked into the package or the package is one itself.</summary>
internal sealed class ExplodedJarCataloger : Cataloger
{
    private const string Manifest = "META-INF/MANIFEST.MF";

    public override string Name => "java-exploded";

    public override string Ecosystem => MavenPackage.Ecosystem;

    public override bool Wants(string path) =>
        PomProperties.Is(path, "pom.properties") || PomProperties.Is(path, "pom.xml") || IsManifest(path);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        if (IsManifest(file.Path))
        {
            SayNameless(tree, file, sink);
            return;
        }

        var isModel = file.Path.EndsWith("pom.xml", StringComparison.Ordinal);
        if (isModel && tree.Find(EntryPath.Folder(file.Path) + "pom.properties") is not null) return;

        var bytes = sink.Bytes(file);
        var it = isModel ? Pom.Read(bytes, sink.Limits).Coordinates : PomProperties.Read(bytes, file.Path);
        if (!MavenPackage.IsWhole(it)) throw new FormatException("no group, artifact and version");
        sink.Add(file.Path, MavenPackage.Component(it, new Occurrence(file.Path, file.Layer, OccurrenceKind.Installed, Name)));
    }

    private static bool IsManifest(string path) => path == Manifest || path.EndsWith("/" + Manifest, StringComparison.Ordinal);

    /// <summary>Each file is looked at for one jar alone, however manifests are nested.</summary>
    private static bool LiesWithinAnother(PackageTree tree, string root)
    {
        for (var outer = root; outer.Length > 0;)
        {
            outer = EntryPath.Folder(outer[..^1]);
            if (tree.Find(outer + Manifest) is not null) return true;
        }

        return false;
    }

    private static void SayNameless(PackageTree tree, PackageFile file, Sink sink)
    {
        var root = file.Path[..^Manifest.Length];
        if (LiesWithinAnother(tree, root)) return;

        var named = new HashSet<(string, string)>();
        foreach (var it in tree.Under(root + PomProperties.Folder)) named.Add(PomProperties.FromPath(it.Path));

        var paths = new List<string>();
        foreach (var it in tree.Under(root)) paths.Add(it.Path[root.Length..]);
        foreach (var known in new JarFiles(paths).Nameless(named)) Shaded.Say(sink, known, root, file.Layer);
    }
}
