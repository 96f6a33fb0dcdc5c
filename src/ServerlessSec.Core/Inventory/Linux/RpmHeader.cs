using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ServerlessSec.Inventory.Linux;

/// <summary>The header of an installed package as every backend of rpm keeps it: an index of tags, then their values, big-endian.</summary>
internal sealed class RpmHeader
{
    private const int Entry = 16;
    private const int MostFiles = 200_000;

    private readonly byte[] blob;
    private readonly int values;
    private readonly Dictionary<int, (int Type, int Offset, int Count)> tags = [];

    /// <exception cref="FormatException">Its lengths are not those of the blob.</exception>
    public RpmHeader(byte[] blob)
    {
        this.blob = blob;
        if (blob.Length < 8) throw new FormatException("a package header ends early");
        var (entries, length) = (U32(0), U32(4));
        if (entries > 0xffff || 8 + entries * Entry + (long)length > blob.Length) throw new FormatException("a package header is longer than its record");
        values = (int)(8 + entries * Entry);
        for (var i = 0; i < entries; i++)
        {
            var at = 8 + i * Entry;
            tags.TryAdd((int)U32(at), ((int)U32(at + 4), (int)Math.Min(U32(at + 8), int.MaxValue), (int)Math.Min(U32(at + 12), int.MaxValue)));
        }
    }

    public string? Name => Text(1000);

    /// <summary><c>epoch:version-release</c>, without an epoch of 0.</summary>
    public string Version => (Number(1003) is { } epoch and > 0 ? epoch.ToString(CultureInfo.InvariantCulture) + ":" : "") + $"{Text(1001)}-{Text(1002)}";

    public string? Licence => Text(1014);

    /// <summary>The file that the source is in, with the epoch of the package: <c>bash</c> at <c>5.1.8-6.el9</c> of <c>bash-5.1.8-6.el9.src.rpm</c>.</summary>
    public SourcePackage? Source
    {
        get
        {
            if (Text(1044) is not { } file || !file.EndsWith(".rpm", StringComparison.Ordinal)) return null;
            var end = file.LastIndexOf('.', file.Length - 5);
            if (end <= 0) return null;
            var release = file.LastIndexOf('-', end - 1);
            var version = release <= 0 ? -1 : file.LastIndexOf('-', release - 1);
            if (version <= 0) return null;
            var epoch = Number(1003) is { } given and > 0 ? given.ToString(CultureInfo.InvariantCulture) + ":" : "";
            return new(file[..version], epoch + file[(version + 1)..end]);
        }
    }

    /// <summary>Full paths of the package's files.</summary>
    public IEnumerable<string> Files()
    {
        var (folders, names) = (Texts(1118), Texts(1117));
        if (!tags.TryGetValue(1116, out var places) || places.Type != 4) yield break;
        for (var i = 0; i < names.Count && i < places.Count; i++)
        {
            var at = values + (long)places.Offset + 4L * i;
            if (at + 4 > blob.Length) yield break;
            if (U32((int)at) is var folder && folder < folders.Count) yield return folders[(int)folder] + names[i];
        }
    }

    private uint? Number(int tag) =>
        tags.TryGetValue(tag, out var at) && at is { Type: 4, Count: > 0 } && values + (long)at.Offset + 4 <= blob.Length ? U32(values + at.Offset) : null;

    private string? Text(int tag) => tags.TryGetValue(tag, out var at) && at.Type is 6 or 8 or 9 ? TextAt(values + (long)at.Offset)?.Text : null;

    private List<string> Texts(int tag)
    {
        var list = new List<string>();
        if (!tags.TryGetValue(tag, out var at) || at.Type != 8) return list;
        var position = values + (long)at.Offset;
        while (list.Count < Math.Min(at.Count, MostFiles) && TextAt(position) is var (text, end))
        {
            list.Add(text);
            position = end;
        }

        return list;
    }

    /// <summary>Up to the zero that ends it; null where there is none.</summary>
    private (string Text, long End)? TextAt(long start)
    {
        if (start >= blob.Length) return null;
        var rest = blob.AsSpan((int)start);
        var length = rest.IndexOf((byte)0);
        return length < 0 || length > 4096 ? null : (Encoding.UTF8.GetString(rest[..length]), start + length + 1);
    }

    private uint U32(int at) => BinaryPrimitives.ReadUInt32BigEndian(blob.AsSpan(at));
}
