using Microsoft.Win32.SafeHandles;

namespace ServerlessSec.Sources.Files;

/// <summary>Files that are gone once they are closed, however that comes about.</summary>
public static class TemporaryFile
{
    public static SafeFileHandle Create(string folder)
    {
        Directory.CreateDirectory(folder);
        return File.OpenHandle(
            Path.Combine(folder, $"package-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose | FileOptions.RandomAccess);
    }
}
