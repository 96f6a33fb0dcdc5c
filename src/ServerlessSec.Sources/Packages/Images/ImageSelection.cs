using ServerlessSec.Inventory;
using ServerlessSec.Packages.Images;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>What of an image is kept: what catalogers read, and the function's own code.</summary>
internal sealed class ImageSelection(ImageConfig config)
{
    // Files without an ending are thousands here, and none is a program.
    private static readonly string[] NeverPrograms = ["usr/share/", "etc/", "proc/", "sys/", "dev/", "var/lib/", "var/cache/"];

    // Where distributions keep their libraries, which their packages speak of; what installers of languages put there is theirs.
    private static readonly string[] SystemLibraries = ["lib/", "lib64/", "usr/lib/", "usr/lib64/", "usr/libexec/", "usr/share/"];
    private static readonly string[] Installed = ["/site-packages/", "/node_modules/", "/gems/"];

    public ImageKeep Of(string path)
    {
        var isOwn = config.Roots.Any(root => path.StartsWith(root, StringComparison.Ordinal));
        if (InventoryReader.IsWanted(path))
        {
            if (!InventoryReader.IsWantedAsProgram(path)) return ImageKeep.Whole;
            return isOwn || !Array.Exists(NeverPrograms, folder => path.StartsWith(folder, StringComparison.Ordinal)) ? ImageKeep.Program : ImageKeep.Nothing;
        }

        if (InventoryReader.IsNative(path)) return isOwn || !IsOfSystem(path) ? ImageKeep.Program : ImageKeep.Nothing;
        if (!isOwn) return ImageKeep.Nothing;
        if (path.EndsWith("js.map", StringComparison.Ordinal)) return ImageKeep.Whole;
        if (!CodeFile.IsCode(path)) return ImageKeep.Nothing;
        return CodeFile.IsReadable(path) ? ImageKeep.Whole : ImageKeep.Mark;
    }

    private static bool IsOfSystem(string path) =>
        Array.Exists(SystemLibraries, folder => path.StartsWith(folder, StringComparison.Ordinal))
        && !Array.Exists(Installed, folder => path.Contains(folder, StringComparison.Ordinal));
}
