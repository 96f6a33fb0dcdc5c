using System.IO.Compression;

namespace ServerlessSec.Sources.Packages;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("serverlesssec-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    public string Write(string relative, string text)
    {
        var path = System.IO.Path.Combine(Path, relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public string Zip(string relative, params (string Path, string Text)[] files)
    {
        var path = System.IO.Path.Combine(Path, relative);
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, text) in files)
        {
            using var writer = new StreamWriter(zip.CreateEntry(name).Open());
            writer.Write(text);
        }

        return path;
    }

    public void Link(string relative, string target) => File.CreateSymbolicLink(System.IO.Path.Combine(Path, relative), target);
}
