using System.Runtime.CompilerServices;

namespace ServerlessSec.Shared;

/// <summary>Finds files of the checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    private static string Find([CallerFilePath] string here = "")
    {
        for (var folder = new DirectoryInfo(System.IO.Path.GetDirectoryName(here)!); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "ServerlessSec.Cloud.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"no checkout above '{here}'");
    }
}
