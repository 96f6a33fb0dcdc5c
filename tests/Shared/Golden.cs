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

        Compare(file, text);
    }

    /// <summary>As <see cref="Verify"/> for one section of a page that several tests write: from its heading to the next.</summary>
    /// <param name="section">Begins with its heading, <c>## …</c>.</param>
    public static void VerifySection(string path, string section)
    {
        var file = Repository.Path(path);
        var page = File.Exists(file) ? File.ReadAllText(file) : "";
        var start = page.IndexOf(section[..(section.IndexOf('\n', StringComparison.Ordinal) + 1)], StringComparison.Ordinal);
        var end = start < 0 ? -1 : page.IndexOf("\n## ", start, StringComparison.Ordinal);
        var whole = start < 0 ? $"{page}\n{section}" : page[..start] + section + (end < 0 ? "" : page[end..]);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(file, whole);
        else Compare(file, whole);
    }

    private static void Compare(string file, string text)
    {
        Assert.True(File.Exists(file), $"'{file}' is not there; run with UPDATE_GOLDEN=1 and review it");
        Assert.Equal(File.ReadAllText(file), text);
    }
}
