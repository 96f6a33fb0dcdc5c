using ServerlessSec.Inventory.Npm;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.DotNet;

/// <summary>Assemblies that no list accounts for, by their version resources. The program's own are told by having no version or maker of their own.</summary>
internal sealed class AssemblyCataloger : Cataloger
{
    private const string Extension = ".dll";

    public override string Name => "dotnet-assembly";

    public override string Ecosystem => NuGetPackage.Ecosystem;

    public override bool Wants(string path) =>
        path.EndsWith(Extension, StringComparison.Ordinal) && !IsIntermediate(path)
            && !NpmPaths.IsInsideModules(path) && !path.Contains("/site-packages/", StringComparison.Ordinal);

    /// <summary>What a build leaves on its way is the project's own.</summary>
    private static bool IsIntermediate(string path) =>
        path.StartsWith("obj/", StringComparison.Ordinal) || path.Contains("/obj/", StringComparison.Ordinal);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        if (sink.IsExplained(file.Path)) return;

        using var source = tree.OpenSource(file);
        var head = new byte[2];
        if (source.ReadUpTo(0, head) < 2 || head[0] != 'M' || head[1] != 'Z') return;
        if (source.Length < 512 || VersionResource.Read(source) is not { } resource) return;

        var name = file.Path[(file.Path.LastIndexOf('/') + 1)..^Extension.Length];
        var isSatellite = name.EndsWith(".resources", StringComparison.Ordinal);
        if (isSatellite || IsOfRuntime(tree, file, name, resource) || IsOwn(tree, file, name, resource))
        {
            sink.Explain(file.Path);
            return;
        }

        var version = AssemblyVersion.Of(resource["ProductVersion"], resource["FileVersion"]);
        if (name == SharedRuntime.CoreLibrary[..^Extension.Length])
        {
            SharedRuntime.Add(tree, file, SharedRuntime.Framework, version.Split('-')[0], Name, sink);
            sink.Explain(file.Path);
            return;
        }

        if (version.Length == 0 || !IsNamed(name, resource)) return;

        sink.Add(file.Path, NuGetPackage.Component(name, version, new Occurrence(file.Path, file.Layer, OccurrenceKind.Installed, Name)));
        sink.Explain(file.Path);
    }

    /// <summary>What lies beside the runtime's core is the runtime's: its package stands for all of it.</summary>
    private static bool IsOfRuntime(PackageTree tree, PackageFile file, string name, VersionResource resource) =>
        resource["ProductName"] == "Microsoft\u00ae .NET"
            && !name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
            && name + Extension != SharedRuntime.CoreLibrary
            && tree.Find(EntryPath.Folder(file.Path) + SharedRuntime.CoreLibrary) is not null;

    /// <summary>The file may have been renamed; what it was called when it was made is in it.</summary>
    private static bool IsNamed(string name, VersionResource resource) =>
        new[] { resource["InternalName"], resource["OriginalFilename"] }.Any(made =>
            made.Equals(name + Extension, StringComparison.OrdinalIgnoreCase) || made.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The program that a runtime starts, and projects built beside it: the SDK then takes the name for the maker's too.</summary>
    private static bool IsOwn(PackageTree tree, PackageFile file, string name, VersionResource resource)
    {
        var stem = file.Path[..^Extension.Length];
        if (tree.Find(stem + ".runtimeconfig.json") is not null || tree.Find(stem + ".deps.json") is not null) return true;

        var isUnset = resource["FileVersion"] is "1.0.0.0" or "0.0.0.0" or "";
        return isUnset && resource["CompanyName"] is var maker && (maker.Length == 0 || maker == name);
    }
}
