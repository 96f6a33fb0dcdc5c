using System.Buffers.Binary;
using System.Collections.Immutable;

namespace ServerlessSec.Packages;

/// <summary>
/// What a zip says it holds, read from its end and its central directory alone (PKWARE APPNOTE.TXT 6.3.10, §4.3). It is
/// plain data: several containers over the same file may share it.
/// </summary>
public sealed class ZipDirectory
{
    private const uint RecordSignature = 0x02014b50;
    private const int RecordSize = 46;
    private const ushort Zip64Extra = 0x0001;
    private const byte MadeOnUnix = 3;
    private const uint FileTypeMask = 0xf000;
    private const uint LinkType = 0xa000;

    private readonly ScanLimits limits;
    private readonly GapList gaps = new();
    private readonly List<ZipEntry> entries;

    private ZipDirectory(ByteSource source, ScanLimits limits)
    {
        this.limits = limits;
        var end = ZipEnd.Find(source);
        var start = Start(source, end);

        // Never more than the directory has room for, whatever the archive announces.
        entries = new((int)Math.Min(Math.Min(end.Entries, end.DirectorySize / RecordSize), limits.Entries));
        ReadRecords(new(source, start, end.DirectorySize), end, start - end.DirectoryOffset, new(entries.Capacity, StringComparer.Ordinal));
        if (entries.Exists(entry => entry.IsLink)) SetLinksAside(source);
        NoteObstacles();
        Files = ListFiles();
        Gaps = gaps.ToImmutable();
    }

    public ImmutableArray<ContainedFile> Files { get; }

    public ImmutableArray<Gap> Gaps { get; }

    /// <summary>As <see cref="Files"/>.</summary>
    internal IReadOnlyList<ZipEntry> Entries => entries;

    /// <summary>Throws <see cref="FormatException"/> where the source is no zip or has no readable directory.</summary>
    public static ZipDirectory Read(ByteSource source, ScanLimits limits) => new(source, limits);

    /// <summary>Where the directory begins.</summary>
    private long Start(ByteSource source, ZipEnd end)
    {
        if (end.DirectorySize > limits.ManifestBytes)
            throw new LimitReachedException($"central directory of more than {limits.ManifestBytes} bytes");
        if (end.DirectorySize == 0) return end.DirectoryOffset;

        // A program before the archive moves everything: the directory then ends at its end record all the same.
        var expected = end.Position - end.DirectorySize;
        var atExpected = StartsRecord(source, expected);
        var atStated = end.DirectoryOffset != expected && StartsRecord(source, end.DirectoryOffset);
        if (!atExpected && !atStated) throw new FormatException("no central directory where the archive says it is");
        if (atExpected && atStated)
        {
            Say(
                GapKind.Unread,
                null,
                "two central directories",
                "The archive has two central directories; the one before its end record was read, and other programs may see other files.");
        }

        return atExpected ? expected : end.DirectoryOffset;
    }

    private static bool StartsRecord(ByteSource source, long offset)
    {
        Span<byte> signature = stackalloc byte[4];
        return offset >= 0
            && source.ReadUpTo(offset, signature) == 4
            && BinaryPrimitives.ReadUInt32LittleEndian(signature) == RecordSignature;
    }

    private void ReadRecords(CentralDirectory records, ZipEnd end, long shift, Dictionary<string, int> places)
    {
        var count = 0L;
        while (records.Peek(RecordSize) is { Length: RecordSize } head && BinaryPrimitives.ReadUInt32LittleEndian(head) == RecordSignature)
        {
            if (count == limits.Entries)
            {
                Say(GapKind.Limit, null, "entry limit", $"The archive has more than {limits.Entries} entries; the rest was not read.");
                return;
            }

            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(head[28..]);
            var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(head[30..]);
            var size = RecordSize + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(head[32..]);
            var record = records.Peek(size);
            if (record.Length < size) break;
            Take(record, record.Slice(RecordSize, nameLength), record.Slice(RecordSize + nameLength, extraLength), shift, places);
            records.Skip(size);
            count++;
        }

        // Without zip64 the end record counts modulo 65,536.
        if (end.IsZip64 ? count != end.Entries : (ushort)count != end.Entries)
            Say(
                GapKind.Unread,
                null,
                "damaged central directory",
                $"The archive announces {end.Entries} entries, but {count} could be read.");
    }

    private void Take(ReadOnlySpan<byte> record, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra, long shift, Dictionary<string, int> places)
    {
        var text = ZipNames.Decode(name, extra);
        if (!EntryPath.TryClean(text, out var path, out var reason))
        {
            Say(GapKind.Unread, Shorten(text), reason, $"The entry '{Shorten(text)}' was left out: {reason}.");
            return;
        }

        if (path.Length == 0 || text.EndsWith('/')) return;
        if (path.Length > limits.PathLength)
        {
            Say(
                GapKind.Limit,
                Shorten(path),
                "path length limit",
                $"The entry '{Shorten(path)}' was left out: its path is longer than {limits.PathLength} characters.");
            return;
        }

        Place(Entry(record, path, extra, (ushort)name.Length, shift), places);
    }

    private static ZipEntry Entry(ReadOnlySpan<byte> record, string path, ReadOnlySpan<byte> extra, ushort nameLength, long shift)
    {
        long compressed = BinaryPrimitives.ReadUInt32LittleEndian(record[20..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(record[24..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(record[42..]);

        // §4.5.3: only the fields that overflowed stand in the extra block, in this order.
        var wide = ZipNames.Extra(extra, Zip64Extra);
        size = Widen(size, ref wide);
        compressed = Widen(compressed, ref wide);
        offset = Widen(offset, ref wide);

        var attributes = BinaryPrimitives.ReadUInt32LittleEndian(record[38..]);
        var isLink = record[5] == MadeOnUnix && ((attributes >> 16) & FileTypeMask) == LinkType;
        return new(path, size, compressed, BinaryPrimitives.ReadUInt32LittleEndian(record[16..]),
            BinaryPrimitives.ReadUInt16LittleEndian(record[10..]),
            BinaryPrimitives.ReadUInt16LittleEndian(record[8..]),
            offset + shift,
            nameLength,
            isLink);
    }

    private static long Widen(long value, ref ReadOnlySpan<byte> wide)
    {
        if (value != uint.MaxValue || wide.Length < 8) return value;
        value = (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(wide), long.MaxValue / 4);
        wide = wide[8..];
        return value;
    }

    /// <summary>Of two entries with one name the later overwrites the earlier, as extraction does; where they differ
    /// that is worth a word.</summary>
    private void Place(ZipEntry entry, Dictionary<string, int> places)
    {
        if (places.TryAdd(entry.Path, entries.Count))
        {
            entries.Add(entry);
            return;
        }

        var earlier = entries[places[entry.Path]];
        entries[places[entry.Path]] = entry;
        if ((earlier.Crc, earlier.Size) != (entry.Crc, entry.Size))
        {
            Say(
                GapKind.Unread,
                entry.Path,
                "two entries of one name",
                $"The archive holds '{entry.Path}' more than once; only the last was read, which is what extraction leaves.");
        }
    }

    /// <summary>Links are not followed: what lies inside is read where it lies, and only a way out is worth a word.</summary>
    private void SetLinksAside(ByteSource source)
    {
        const int longestTarget = 4096;
        const int targetsRead = 10_000;
        var read = 0;
        foreach (var link in entries.Where(entry => entry.IsLink && !entry.Path.Contains("/.bin/", StringComparison.Ordinal)))
        {
            try
            {
                if (read++ == targetsRead) throw new LimitReachedException($"more than {targetsRead} links");
                using var stream = new ZipEntryStream(source, link, limits);
                var target = new byte[longestTarget];
                var length = stream.ReadAtLeast(target, longestTarget, throwOnEndOfStream: false);
                if (!EntryPath.StaysInside(link.Path, ZipNames.Decode(target.AsSpan(0, length), [])))
                    Say(
                        GapKind.Unread,
                        link.Path,
                        "link out of the package",
                        $"The link '{link.Path}' leads out of the package and was not followed.");
            }
            catch (FormatException unread)
            {
                Say(GapKind.Unread, link.Path, "unread link", $"The link '{link.Path}' could not be read: {unread.Message}.");
            }
        }

        entries.RemoveAll(entry => entry.IsLink);
    }

    private ImmutableArray<ContainedFile> ListFiles()
    {
        var files = ImmutableArray.CreateBuilder<ContainedFile>(entries.Count);
        foreach (var entry in entries) files.Add(new(entry.Path, entry.Size));
        return files.MoveToImmutable();
    }

    private void NoteObstacles()
    {
        foreach (var entry in entries)
        {
            if (entry.Obstacle is { Length: > 0 } obstacle)
                Say(GapKind.Unread, entry.Path, obstacle, $"The entry '{entry.Path}' cannot be read: {obstacle}.");
        }
    }

    private void Say(GapKind kind, string? path, string reason, string message) =>
        gaps.Add(new(kind, new() { Evidence = Evidence.Package, Path = path }, reason, message));

    private static string Shorten(string name) => name.Length <= 120 ? Printable(name) : Printable(name[..117]) + "...";

    private static string Printable(string name) => string.Create(name.Length, name, static (span, text) =>
    {
        for (var index = 0; index < span.Length; index++) span[index] = char.IsControl(text[index]) ? '?' : text[index];
    });
}
