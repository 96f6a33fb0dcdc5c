using System.IO.Compression;

namespace ServerlessSec.Emulation;

/// <summary>Where the checkout keeps what is deployed.</summary>
public static class Layout
{
    public static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ServerlessSec.Cloud.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"no checkout above '{AppContext.BaseDirectory}'");
    }

    /// <summary>The native binary for this machine, or the managed one where that is newer: it is what the tests were built from.</summary>
    public static string FindCode(string repository)
    {
        var architecture = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "x86_64";
        (string Folder, string Program)[] places =
        [
            (Path.Combine(repository, "artifacts/lambda", architecture), "bootstrap"),
            (Path.Combine(repository, "artifacts/bin/ServerlessSec.Functions/release"), "bootstrap.dll"),
            (Path.Combine(repository, "artifacts/bin/ServerlessSec.Functions/debug"), "bootstrap.dll"),
        ];
        return places.Where(static p => File.Exists(Path.Combine(p.Folder, p.Program)))
            .OrderByDescending(static p => File.GetLastWriteTimeUtc(Path.Combine(p.Folder, p.Program)))
            .Select(static p => p.Folder)
            .FirstOrDefault() ?? throw new InvalidOperationException("nothing to deploy: dotnet build src/ServerlessSec.Functions, or publish it with -r linux-x64");
    }

    /// <summary>The published template, where what is deployed was published with it.</summary>
    public static string FindTemplate(string repository, string code)
    {
        var published = Path.GetFullPath(Path.Combine(code, "../template.yaml"));
        return File.Exists(published) && File.Exists(Path.Combine(code, "bootstrap.deps.json")) && !File.Exists(Path.Combine(code, "bootstrap.dll"))
            ? published
            : Path.Combine(repository, "template.yaml");
    }

    /// <summary>A folder as a deployment package.</summary>
    public static byte[] Zip(string folder)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                if (file.EndsWith(".pdb", StringComparison.Ordinal) || file.EndsWith(".xml", StringComparison.Ordinal)) continue;
                zip.CreateEntryFromFile(file, Path.GetRelativePath(folder, file).Replace('\\', '/'), CompressionLevel.Fastest);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>A deployment package of one file, such as a script named <c>bootstrap</c>.</summary>
    public static byte[] Zip(params ReadOnlySpan<(string Name, string Text)> files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                var entry = zip.CreateEntry(name);
                entry.ExternalAttributes = Convert.ToInt32("100755", 8) << 16;
                using var writer = new StreamWriter(entry.Open());
                writer.Write(text);
            }
        }

        return bytes.ToArray();
    }
}
