using System.Globalization;
using System.Text;

namespace ServerlessSec.Packages.Images;

/// <summary>
/// Reads a tar archive from its beginning to its end: ustar, pax and GNU's long names. What headers claim costs nothing
/// before it has come, unlike with the framework's reader, which takes the memory that an extended header announces.
/// </summary>
/// <param name="stream">The archive, inflated; skipped by seeking where it can.</param>
/// <param name="budget">Bytes that may be read before <see cref="LimitReachedException"/> is thrown.</param>
public sealed class TarReader(Stream stream, long budget)
{
    private const int Block = 512;
    private const int LongestText = 1 << 20;
    private const int MostHeadersOfOneEntry = 16;

    private readonly byte[] header = new byte[Block];
    private readonly byte[] waste = new byte[64 << 10];
    private long left;
    private int padding;

    /// <summary>Bytes of the archive so far.</summary>
    public long Position { get; private set; }

    /// <summary>Null at the end. What is left of the entry before is skipped.</summary>
    /// <exception cref="FormatException">The archive is malformed or ends early.</exception>
    public TarEntry? Next()
    {
        Skip(left + padding);
        (left, padding) = (0, 0);
        var more = new Extended();
        for (var headers = 0; TryHeader(); headers++)
        {
            if (headers == MostHeadersOfOneEntry) throw new FormatException("too many extended headers in a tar archive");

            var size = Number(124, 12);
            switch ((char)header[156])
            {
                case 'x':
                    ReadPax(Text(size), more);
                    continue;
                case 'g':
                    Skip(Padded(size));
                    continue;
                case 'L':
                    more.Name = Cut(Text(size));
                    continue;
                case 'K':
                    more.Target = Cut(Text(size));
                    continue;
            }

            return Entry(size, more);
        }

        return null;
    }

    /// <summary>Reads of the current entry; 0 at its end.</summary>
    public int Read(Span<byte> buffer)
    {
        if (left == 0 || buffer.IsEmpty) return 0;
        var count = ReadSome(buffer[..(int)Math.Min(left, buffer.Length)]);
        if (count == 0) throw Early();
        left -= count;
        return count;
    }

    private TarEntry Entry(long size, Extended more)
    {
        size = more.Size ?? size;
        var name = more.Name ?? Name();
        var kind = (char)header[156] switch
        {
            '1' => TarKind.HardLink,
            '2' => TarKind.SymbolicLink,
            '5' => TarKind.Folder,
            'S' => TarKind.Sparse,
            '0' or '7' or '\0' => more.IsSparse ? TarKind.Sparse : name.EndsWith('/') ? TarKind.Folder : TarKind.File,
            _ => TarKind.Other,
        };
        // Links, folders and devices are headers alone, whatever size they state.
        if ((char)header[156] is >= '1' and <= '6') size = 0;
        if ((char)header[156] == 'S') SkipHoles();
        left = size;
        padding = (int)(Padded(size) - size);
        return new(name, kind is TarKind.HardLink or TarKind.SymbolicLink ? more.Target ?? Field(157, 100) : "", kind, size);
    }

    private string Name()
    {
        var name = Field(0, 100);
        // GNU's own format has other things where ustar has the prefix.
        return header.AsSpan(257, 6).SequenceEqual("ustar\0"u8) && Field(345, 155) is { Length: > 0 } prefix ? $"{prefix}/{name}" : name;
    }

    /// <summary>Fills the header; false at the end.</summary>
    private bool TryHeader()
    {
        if (!TryFill(header)) return false;
        if (header.AsSpan().ContainsAnyExcept((byte)0)) return CheckSum();
        if (TryFill(header) && header.AsSpan().ContainsAnyExcept((byte)0)) throw new FormatException("a tar archive goes on behind its end");
        return false;
    }

    private bool CheckSum()
    {
        var (sum, signed) = (8 * ' ', 8 * ' ');
        for (var i = 0; i < Block; i++)
        {
            if (i is >= 148 and < 156) continue;
            sum += header[i];
            signed += (sbyte)header[i];
        }

        var stated = Number(148, 8);
        return stated == sum || stated == signed ? true : throw new FormatException("no tar archive, or a damaged one");
    }

    // GNU's old sparse format: lists of holes go on in further blocks.
    private void SkipHoles()
    {
        for (var more = header[482]; more != 0;)
        {
            if (!TryFill(header)) throw Early();
            more = header[504];
        }
    }

    private static void ReadPax(string text, Extended more)
    {
        for (var at = 0; at < text.Length;)
        {
            var space = text.IndexOf(' ', at);
            if (space < 0 || !int.TryParse(text.AsSpan(at, space - at), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
                throw new FormatException("a malformed pax header");

            // Lengths count bytes; a record of one character a byte is what Latin 1 gives.
            if (length <= space - at + 1 || length > text.Length - at || text[at + length - 1] != '\n') throw new FormatException("a malformed pax header");
            var record = text[(space + 1)..(at + length - 1)];
            at += length;
            if (record.IndexOf('=', StringComparison.Ordinal) is var equals and > 0) more.Take(record[..equals], Utf8(record[(equals + 1)..]));
        }
    }

    private static string Utf8(string latin) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(latin));

    private static string Cut(string latin) => Utf8(latin.IndexOf('\0', StringComparison.Ordinal) is var end and >= 0 ? latin[..end] : latin);

    private string Field(int start, int length)
    {
        var field = header.AsSpan(start, length);
        return Encoding.UTF8.GetString(field.IndexOf((byte)0) is var end and >= 0 ? field[..end] : field);
    }

    /// <summary>Octal digits, or since the numbers grew, bytes with the first one's highest bit set.</summary>
    private long Number(int start, int length)
    {
        var field = header.AsSpan(start, length);
        long value = 0;
        if (field[0] >= 0x80)
        {
            var digits = field[Math.Max(1, length - 8)..];
            if (field[0] != 0x80 || field[1..^digits.Length].ContainsAnyExcept((byte)0) || (digits.Length == 8 && digits[0] >= 0x80))
                throw new FormatException("a number in a tar header is negative or too large");
            foreach (var digit in digits) value = (value << 8) | digit;
            return value;
        }

        foreach (var digit in field.Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7') throw new FormatException("no tar archive, or a damaged one");
            value = (value << 3) | (uint)(digit - '0');
        }

        return value;
    }

    /// <summary>One character a byte.</summary>
    private string Text(long size)
    {
        if (size > LongestText) throw new LimitReachedException($"more than {LongestText} bytes in an extended tar header");
        var bytes = new byte[size];
        if (!TryFill(bytes) && size > 0) throw Early();
        Skip(Padded(size) - size);
        return Encoding.Latin1.GetString(bytes);
    }

    private static long Padded(long size) => size > long.MaxValue - Block ? throw new FormatException("a forged size in a tar header") : (size + Block - 1) / Block * Block;

    private void Skip(long count)
    {
        if (count <= 0) return;
        if (stream.CanSeek)
        {
            if (count > stream.Length - stream.Position) throw Early();
            stream.Position += count;
            Position += count;
            return;
        }

        while (count > 0)
        {
            var read = ReadSome(waste.AsSpan(0, (int)Math.Min(count, waste.Length)));
            if (read == 0) throw Early();
            count -= read;
        }
    }

    /// <summary>False where the stream ends before the first byte.</summary>
    private bool TryFill(Span<byte> buffer)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var count = ReadSome(buffer[filled..]);
            if (count == 0) return filled == 0 ? false : throw Early();
            filled += count;
        }

        return true;
    }

    private int ReadSome(Span<byte> buffer)
    {
        if (Position >= budget) throw new LimitReachedException($"more than {budget} bytes");
        var count = stream.Read(buffer);
        Position += count;
        return count;
    }

    private static FormatException Early() => new("a tar archive ends early");

    private sealed class Extended
    {
        public string? Name { get; set; }

        public string? Target { get; set; }

        public long? Size { get; private set; }

        public bool IsSparse { get; private set; }

        public void Take(string key, string value)
        {
            switch (key)
            {
                case "path":
                    Name ??= value;
                    break;
                case "linkpath":
                    Target = value;
                    break;
                case "size":
                    Size = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : throw new FormatException("a malformed pax header");
                    break;
                case "GNU.sparse.name":
                    Name = value;
                    break;
            }

            IsSparse |= key.StartsWith("GNU.sparse.", StringComparison.Ordinal);
        }
    }
}
