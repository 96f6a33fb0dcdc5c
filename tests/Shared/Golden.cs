using System.Runtime.CompilerServices;

namespace ServerlessSec.Shared;

/// <summary>Compares output with a kept file; <c>UPDATE_GOLDEN=1</c> rewrites it, and the diff is then reviewed as behaviour.</summary>
internal static class Golden
{
    /// <param name="path">Relative to the calling test's folder, or to the repository with a leading slash.</param>
    public static void Verify(string path, string text, [CallerFilePath] string caller = "")
    {
        var file = path.StartsWith('/') ? Repository.Path(path[1..]) : Path.Combine(Path.GetDirectoryName(caller)!, path);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
            return;
        }

        Assert.True(File.Exists(file), $"'{file}' is not there; run with UPDATE_GOLDEN=1 and review it");
        Assert.Equal(File.ReadAllText(file), text);
    }
}
