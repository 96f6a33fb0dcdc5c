using ServerlessSec.Inventory;
using ServerlessSec.Packages;

namespace ServerlessSec.Sources.Packages;

/// <summary>A zip on a server: its directory first, then the entries that catalogers ask for, the rest only when it is read.</summary>
public static class RangedZip
{
    /// <summary>What is no longer than this comes whole.</summary>
    private const long Small = 1 << 20;

    /// <summary>Takes the file over. One that comes whole is held to <paramref name="digest"/>, its SHA-256 in base 64.</summary>
    /// <param name="withCode">Whether code comes too: native libraries, and all where an installer wrote down how it should be.</param>
    /// <exception cref="FormatException">It is no zip, or another than the digest's.</exception>
    public static async Task<FileContainer> OpenAsync(RangedFile file, string? digest, bool withCode, ScanLimits limits, CancellationToken stop)
    {
        var isTaken = false;
        try
        {
            if (file.Length <= Small) await file.FetchAsync([new(0, file.Length)], stop).ConfigureAwait(false);
            var zip = new ZipContainer(file, ZipDirectory.Read(file, limits), limits);
            var isRecorded = withCode && zip.Files.Any(static entry => InventoryReader.IsRecord(entry.Path));
            var wanted = zip
                .Extents(path => InventoryReader.IsWanted(path)
                    || (withCode && (InventoryReader.IsNative(path) || InventoryReader.IsOwnScript(path)))
                    || (isRecorded && CodeFile.IsCode(path)))
                .Where(extent => extent.Offset >= 0 && extent.Offset < file.Length)
                .Select(static extent => new ByteRange(extent.Offset, extent.Offset + extent.Length)).ToArray();
            if (file.Cost(wanted) > file.Length / 2) wanted = [new(0, file.Length)];
            await file.FetchAsync(wanted, stop).ConfigureAwait(false);
            if (digest is { Length: > 0 } && file.IsWhole && await file.DigestAsync(stop).ConfigureAwait(false) != digest)
                throw new FormatException("what came is not what its digest says: it was changed meanwhile, or damaged");
            isTaken = true;
            return zip;
        }
        finally
        {
            if (!isTaken) file.Dispose();
        }
    }
}
