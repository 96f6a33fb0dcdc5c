using System.Security.Cryptography;

namespace ServerlessSec.Aws.Collecting;

/// <summary>Downloads into files that are gone once they are closed, however that comes about.</summary>
internal static class TemporaryFile
{
    public static FileStream Create(string folder)
    {
        Directory.CreateDirectory(folder);
        return new(
            Path.Combine(folder, $"package-{Guid.NewGuid():N}"),
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose, BufferSize = 0 });
    }

    /// <summary>Copies at most <paramref name="limit"/> bytes and gives their SHA-256 in base 64.</summary>
    /// <exception cref="LimitReachedException">There are more.</exception>
    public static async Task<string> FillAsync(FileStream file, Stream content, long limit, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 << 10];
        for (int read; (read = await content.ReadAsync(buffer, stop).ConfigureAwait(false)) > 0;)
        {
            if (file.Length + read > limit) throw new LimitReachedException($"more than {limit} bytes");
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), stop).ConfigureAwait(false);
        }

        file.Position = 0;
        return Convert.ToBase64String(hash.GetHashAndReset());
    }
}
