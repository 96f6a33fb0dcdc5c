using System.Buffers.Binary;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.DotNet;

/// <summary>A .NET runtime that a program brings along: the package of which it is, one for each platform.</summary>
internal static class SharedRuntime
{
    public const string CoreLibrary = "System.Private.CoreLib.dll";
    public const string Framework = "Microsoft.NETCore.App";

    /// <param name="file">What says so, in the folder of the runtime.</param>
    public static void Add(PackageTree tree, PackageFile file, string framework, string version, string cataloger, Sink sink)
    {
        var platform = Platform(tree, EntryPath.Folder(file.Path));
        var name = platform.Length > 0 ? $"{framework}.Runtime.{platform}" : framework;
        sink.Add($"{file.Path}/{name}", NuGetPackage.Component(name, version, new Occurrence(file.Path, file.Layer, OccurrenceKind.Installed, cataloger)));
    }

    /// <summary>The runtime's own library tells.</summary>
    private static string Platform(PackageTree tree, string folder)
    {
        if (tree.Find(folder + "libcoreclr.so") is not { } library) return tree.Find(folder + "coreclr.dll") is null ? "" : "win-x64";

        var head = new byte[20];
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
