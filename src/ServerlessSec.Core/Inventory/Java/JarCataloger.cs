using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Java;

/// <summary>
/// Jars, wars and ears, and the jars in them: by the <c>pom.properties</c> of every package that went in, else by
/// <c>pom.xml</c>, else by manifest, file name and the place of the classes.
/// </summary>
internal sealed class JarCataloger : Cataloger
{
    public override string Name => "java-archive";

    public override string Ecosystem => MavenPackage.Ecosystem;

    public override bool Wants(string path) => IsArchive(path);

    public static bool IsArchive(string path) =>
        path.EndsWith(".jar", StringComparison.OrdinalIgnoreCase)
            || path.EndsWith(".war", StringComparison.OrdinalIgnoreCase)
            || path.EndsWith(".ear", StringComparison.OrdinalIgnoreCase);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        using var source = tree.OpenSource(file);
        new JarWalk(this, file, sink).Read(source, file.Path, depth: 1);
        sink.Explain(file.Path);
    }
}
