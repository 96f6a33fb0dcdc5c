using System.Text.Json;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.DotNet;

/// <summary>
/// <c>*.runtimeconfig.json</c>: the frameworks that a program brings along. One that it merely asks for is the host's, and
/// at which version only the host knows.
/// </summary>
internal sealed class RuntimeConfigCataloger : Cataloger
{
    public override string Name => "dotnet-runtimeconfig";

    public override string Ecosystem => NuGetPackage.Ecosystem;

    public override bool Wants(string path) => path.EndsWith(".runtimeconfig.json", StringComparison.Ordinal);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        using var document = ManifestJson.Object(sink.Bytes(file), sink.Limits);
        if (!document.RootElement.TryGetProperty("runtimeOptions", out var options) || options.ValueKind != JsonValueKind.Object)
            throw new FormatException("no runtime options");

        // The list of libraries, read before, names the runtime's own package.
        var folder = EntryPath.Folder(file.Path);
        if (!options.TryGetProperty("includedFrameworks", out var included) || included.ValueKind != JsonValueKind.Array) return;
        if (sink.IsExplained(folder + SharedRuntime.CoreLibrary)) return;

        foreach (var framework in included.EnumerateArray())
        {
            if (framework.ValueKind != JsonValueKind.Object) throw new FormatException("a framework that is no object");

            var (name, version) = (ManifestJson.Text(framework, "name") ?? "", ManifestJson.Text(framework, "version") ?? "");
            SharedRuntime.Add(tree, file, name, version, Name, sink);
        }

        sink.Explain(folder + SharedRuntime.CoreLibrary);
    }
}
