namespace ServerlessSec.Sources.Files;

/// <summary>Opens and reads files that people and tools leave on a disk. What is no file, such as a pipe, is as good as empty.</summary>
public static class SmallFile
{
    /// <summary>Bytes of a file, through links; 0 for pipes, sockets and devices: opening one may wait for ever, or never end.</summary>
    /// <exception cref="FileNotFoundException">Nothing is there.</exception>
    public static long LengthOf(string path)
    {
        var info = new FileInfo(path);
        if (info.LinkTarget is null) return info.Length;
        return info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target ? target.Length : 0;
    }

    public static Stream Open(string path) =>
        LengthOf(path) == 0 ? Stream.Null : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);

    /// <exception cref="LimitReachedException">It is larger.</exception>
    public static byte[] Read(string path, int most)
    {
        using var stream = Open(path);
        return Read(stream, path, most);
    }

    /// <summary>A file that the user named, who may mean a pipe: that is read to its end.</summary>
    /// <exception cref="LimitReachedException">It is larger.</exception>
    public static byte[] ReadNamed(string path, int most)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Read(stream, path, most);
    }

    private static byte[] Read(Stream stream, string path, int most)
    {
        var (buffer, length) = (new byte[stream.CanSeek ? Math.Min(stream.Length, most) + 1 : 4096], 0);
        while (stream.Read(buffer, length, buffer.Length - length) is > 0 and var read)
        {
            length += read;
            if (length > most) throw new LimitReachedException($"'{path}' has more than {most} bytes");
            if (length == buffer.Length) Array.Resize(ref buffer, (int)Math.Min(2L * length, most + 1L));
        }

        return buffer[..length];
    }
}
