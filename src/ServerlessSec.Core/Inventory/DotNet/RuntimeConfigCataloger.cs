using System.Buffers.Binary;
using System.Text.Json;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.DotNet;

/// <summary>
/// <c>*.runtimeconfig.json</c>: the frameworks that a program brings along. One that it merely asks for is the host's, and
/// at which version only the host knows.
/// </summary>
internal sealed class RuntimeConfigCataloger : Cataloger
{
    private const string CoreLibrary = "System.Private.CoreLib.dll";

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
        if (sink.IsExplained(folder + CoreLibrary)) return;

        var platform = Platform(tree, folder);
        foreach (var framework in included.EnumerateArray())
        {
            if (framework.ValueKind != JsonValueKind.Object) throw new FormatException("a framework that is no object");

            var (name, version) = (ManifestJson.Text(framework, "name") ?? "", ManifestJson.Text(framework, "version") ?? "");
            if (platform.Length > 0) name = $"{name}.Runtime.{platform}";
            sink.Add($"{file.Path}/{name}", NuGetPackage.Component(name, version, new Occurrence(file.Path, file.Layer, OccurrenceKind.Installed, Name)));
        }
    }

    /// <summary>The package is one for each platform; the runtime's own library tells which.</summary>
    private static string Platform(PackageTree tree, string folder)
    {
        var head = new byte[20];
        if (tree.Find(folder + "libcoreclr.so") is not { } library) return tree.Find(folder + "coreclr.dll") is null ? "" : "win-x64";

        using var stream = tree.Open(library);
        if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length) return "";
        return BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(18)) switch
        {
            0x3e => "linux-x64",
            0xb7 => "linux-arm64",
            0x28 => "linux-arm",
            _ => "",
        };
    }
}
