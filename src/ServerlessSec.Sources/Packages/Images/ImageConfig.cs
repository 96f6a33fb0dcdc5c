using System.Collections.Immutable;
using ServerlessSec.Packages;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>What an image's configuration says that matters here.</summary>
/// <param name="Architecture">As the image names it: <c>amd64</c>, <c>arm64</c>.</param>
/// <param name="Roots">Folders, with their slash, that the function's own code lies in.</param>
/// <param name="Layers">Digests of the layers before they were packed, from the lowest.</param>
internal sealed record ImageConfig(string? Architecture, ImmutableArray<string> Roots, ImmutableArray<string> Layers)
{
    private const string TaskRoot = "var/task/";

    // An entry point in one of these is the system's, and says nothing about where the function's code is.
    private static readonly string[] SystemFolders = ["", "bin/", "sbin/", "usr/", "usr/bin/", "usr/sbin/", "usr/local/bin/", "usr/local/sbin/", "lib/", "usr/lib/", "etc/"];

    /// <exception cref="FormatException">It is no image's configuration.</exception>
    public static ImageConfig Parse(byte[] json)
    {
        using var document = ImageJson.Parse(json);
        var root = document.RootElement;
        var config = ImageJson.Object(root, "config");
        var work = Path(ImageJson.Text(config, "WorkingDir") ?? "", "");
        var roots = new SortedSet<string>(StringComparer.Ordinal) { TaskRoot };
        if (work.Length > 0) Add(roots, work + "/");
        foreach (var word in ImageJson.Texts(config, "Entrypoint").Concat(ImageJson.Texts(config, "Cmd")))
        {
            if (word.Contains('/', StringComparison.Ordinal) && !word.Contains(' ', StringComparison.Ordinal)) Add(roots, EntryPath.Folder(Path(word, work)));
        }

        foreach (var variable in ImageJson.Texts(config, "Env"))
        {
            if (variable.StartsWith("LAMBDA_TASK_ROOT=/", StringComparison.Ordinal)) Add(roots, Path(variable["LAMBDA_TASK_ROOT=".Length..], "") + "/");
        }

        return new(
            ImageJson.Text(root, "architecture"),
            [.. roots],
            [.. ImageJson.Texts(ImageJson.Object(root, "rootfs"), "diff_ids").Select(ImageDigest.Check)]);
    }

    private static void Add(SortedSet<string> roots, string folder)
    {
        if (roots.Count < 64 && Array.IndexOf(SystemFolders, folder) < 0) roots.Add(folder);
    }

    private static string Path(string path, string folder) => EntryPath.Join(path.StartsWith('/') || folder.Length == 0 ? "" : folder + "/", path.TrimStart('/'));
}
