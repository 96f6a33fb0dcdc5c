using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.DotNet;

/// <summary><c>*.deps.json</c> beside the assemblies of a published .NET program.</summary>
internal sealed class DotNetDepsCataloger : Cataloger
{
    private const string Ending = ".deps.json";

    /// <summary>The program that the list is of: an assembly, its host, or all of it compiled to machine code.</summary>
    private static readonly string[] Programs = ["", ".dll", ".exe"];

    public override string Name => "dotnet-deps";

    public override string Ecosystem => NuGetPackage.Ecosystem;

    public override bool Wants(string path) => path.EndsWith(Ending, StringComparison.Ordinal);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        var folder = EntryPath.Folder(file.Path);
        new DependencyList(Name, file, sink).Read(sink.Bytes(file), asset =>
        {
            var there = tree.Find(folder + asset) ?? tree.Find(folder + asset[(asset.LastIndexOf('/') + 1)..]);
            if (there is not null) sink.Explain(there.Path);
            return there is not null;
        });
        foreach (var ending in Programs)
        {
            if (tree.Find(file.Path[..^Ending.Length] + ending) is { } program) sink.Explain(program.Path);
        }
    }
}
