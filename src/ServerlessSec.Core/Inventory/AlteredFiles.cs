using System.Collections.Immutable;
using System.Security.Cryptography;
using ServerlessSec.Inventory.Binaries;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory;

/// <summary>
/// Holds installed code against what its installer wrote down. A file that is not there is no difference, since packages
/// are made small; nor is one that any of its records describes, since distributions share files.
/// </summary>
internal static class AlteredFiles
{
    private const int Most = 1_000;
    private const int Buffer = 64 << 10;

    public static ImmutableArray<AlteredFile> Find(PackageTree tree, Sink sink, CancellationToken stop)
    {
        var altered = ImmutableArray.CreateBuilder<AlteredFile>();
        var buffer = new byte[Buffer];
        var away = 0;
        foreach (var (file, records) in sink.AllRecorded())
        {
            if (stop.IsCancellationRequested || altered.Count == Most) break;
            if (!CodeFile.IsCode(file.Path) || file.Path.EndsWith(".pyc", StringComparison.Ordinal)) continue;
            if (!tree.IsAtHand(file))
            {
                away++;
                continue;
            }

            // Half of what may be read in all is left to others.
            if (tree.BytesRead + Math.Max(0, file.Size) > sink.Limits.TotalBytes / 2)
            {
                Unlooked(GapKind.Limit, "integrity limit", $"From '{file.Path}' on, installed files were not held against their records: there is too much of them.");
                break;
            }

            if (Verdict(tree, file, records, buffer) is { } found) altered.Add(found);
        }

        if (away > 0)
        {
            var what = away == 1 ? "1 installed file was not held against its record" : $"{away} installed files were not held against their records";
            Unlooked(GapKind.Missing, "not fetched", $"{what}: only what tells of components was fetched.");
        }

        return altered.ToImmutable();

        void Unlooked(GapKind kind, string reason, string message) =>
            sink.Gap(new(kind, new() { Evidence = Evidence.Inventory, Cataloger = "integrity" }, reason, message));
    }

    /// <summary>Null where the file is as written down, or could not be read, which the tree then says.</summary>
    private static AlteredFile? Verdict(PackageTree tree, PackageFile file, IReadOnlyList<RecordedFile> records, byte[] buffer)
    {
        try
        {
            foreach (var group in records.GroupBy(record => record.Digest.Algorithm))
            {
                var actual = Digest(tree, file, group.Key, buffer);
                if (group.Any(record => record.Digest.Bytes.AsSpan().SequenceEqual(actual))) return null;
            }

            return new(file.Path, file.Layer, records[0].Purl, IsStripped(tree, file, records));
        }
        catch (UnreadFileException)
        {
            return null;
        }
    }

    private static byte[] Digest(PackageTree tree, PackageFile file, HashAlgorithmName algorithm, byte[] buffer)
    {
        using var hash = IncrementalHash.CreateHash(algorithm);
        using var stream = tree.Open(file);
        while (stream.Read(buffer) is var count and > 0) hash.AppendData(buffer, 0, count);
        return hash.GetHashAndReset();
    }

    private static bool IsStripped(PackageTree tree, PackageFile file, IReadOnlyList<RecordedFile> records)
    {
        if (!records.All(record => record.Size > file.Size)) return false;
        try
        {
            using var source = tree.OpenSource(file);
            var head = new byte[4];
            return source.ReadUpTo(0, head) == head.Length
                && ProgramImage.FormatOf(head) == ImageFormat.Elf
                && ProgramImage.Open(source, ImageFormat.Elf).Section(".symtab") is null;
        }
        catch (FormatException)
        {
            // Not an image that any tool would have stripped.
            return false;
        }
    }
}
