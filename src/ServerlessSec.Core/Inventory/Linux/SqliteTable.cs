using System.Buffers.Binary;
using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Linux;

/// <summary>
/// The rows of one table of an SQLite file, without SQLite: pages are read one at a time, none twice, and what rows claim to
/// be long is bounded by the file (https://sqlite.org/fileformat2.html).
/// </summary>
internal sealed class SqliteTable
{
    private const int MostDepth = 32;

    private readonly ByteSource file;
    private readonly int size;
    private readonly int usable;
    private readonly HashSet<uint> seen = [];
    private long budget;

    public SqliteTable(ByteSource file)
    {
        this.file = file;
        budget = 2 * file.Length;
        var head = new byte[100];
        file.ReadExactly(0, head);
        if (!head.AsSpan().StartsWith("SQLite format 3\0"u8)) throw new FormatException("no SQLite file");
        size = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(16)) is var stated && stated == 1 ? 65_536 : stated;
        usable = size - head[20];
        if (size < 512 || (size & (size - 1)) != 0 || usable < 480) throw new FormatException("a forged page size in an SQLite file");
    }

    /// <summary>The last column of every row, which is a blob.</summary>
    public IEnumerable<byte[]> Blobs(string table)
    {
        var root = 0u;
        foreach (var row in Rows(1))
        {
            var columns = Columns(row);
            if (columns.Count >= 4 && Text(row, columns[0]) == "table" && Text(row, columns[1]) == table) root = (uint)Integer(row, columns[3]);
        }

        if (root == 0) throw new FormatException($"the SQLite file has no table {table}");
        seen.Clear();
        foreach (var row in Rows(root))
        {
            var columns = Columns(row);
            if (columns.Count > 0 && columns[^1] is var (type, start, length) && type >= 12 && type % 2 == 0) yield return row[start..(start + length)];
        }
    }

    private IEnumerable<byte[]> Rows(uint root)
    {
        var open = new Stack<(uint Page, int Depth)>();
        open.Push((root, 0));
        while (open.TryPop(out var at))
        {
            if (at.Depth > MostDepth || !seen.Add(at.Page)) throw new FormatException("pages of an SQLite file go in a circle");
            var page = Page(at.Page);
            var start = at.Page == 1 ? 100 : 0;
            var (kind, cells) = (page[start], U16(page, start + 3));
            var header = kind == 5 ? 12 : 8;
            if (kind is not (5 or 13) || start + header + 2 * cells > page.Length) throw new FormatException("a page of an SQLite file is none of a table");
            if (kind == 5) open.Push((U32(page, start + 8), at.Depth + 1));
            for (var i = cells - 1; kind == 5 && i >= 0; i--) open.Push((U32(page, U16(page, start + header + 2 * i)), at.Depth + 1));
            for (var i = 0; kind == 13 && i < cells; i++) yield return Row(page, U16(page, start + header + 2 * i));
        }
    }

    private byte[] Row(byte[] page, int at)
    {
        var length = Varint(page, ref at);
        Varint(page, ref at);
        if (length < 0 || (budget -= length) < 0) throw new FormatException("rows of an SQLite file are longer than the file");
        var local = (int)Local(length);
        if (at + local > page.Length) throw new FormatException("a row of an SQLite file leaves its page");

        var row = new byte[length];
        page.AsSpan(at, local).CopyTo(row);
        var filled = local;
        for (var next = local < length ? U32(page, at + local) : 0; filled < length;)
        {
            if (next == 0) throw new FormatException("a row of an SQLite file ends early");
            var more = Page(next);
            var count = Math.Min(usable - 4, row.Length - filled);
            more.AsSpan(4, count).CopyTo(row.AsSpan(filled));
            filled += count;
            next = U32(more, 0);
        }

        return row;
    }

    /// <summary>How much of a row lies in the page itself.</summary>
    private long Local(long length)
    {
        var most = usable - 35;
        if (length <= most) return length;
        var least = ((usable - 12) * 32 / 255) - 23;
        var local = least + ((length - least) % (usable - 4));
        return local <= most ? local : least;
    }

    /// <summary>Type, place and length of each column.</summary>
    private static List<(long Type, int Start, int Length)> Columns(byte[] row)
    {
        var columns = new List<(long, int, int)>();
        var at = 0;
        var header = Varint(row, ref at);
        if (header > row.Length) throw new FormatException("a damaged row of an SQLite file");
        for (var start = header; at < header;)
        {
            var type = Varint(row, ref at);
            var length = type switch { >= 12 => (type - 12) / 2, 0 or 8 or 9 => 0, <= 4 => type, 5 => 6, _ => 8 };
            if (type < 0 || start + length > row.Length) throw new FormatException("a damaged row of an SQLite file");
            columns.Add((type, (int)start, (int)length));
            start += length;
        }

        return columns;
    }

    private static string Text(byte[] row, (long Type, int Start, int Length) column) =>
        column.Type >= 13 && column.Type % 2 == 1 ? Encoding.UTF8.GetString(row, column.Start, column.Length) : "";

    private static long Integer(byte[] row, (long Type, int Start, int Length) column)
    {
        if (column.Type is 8 or 9) return column.Type - 8;
        long value = 0;
        if (column.Type is >= 1 and <= 6)
        {
            foreach (var digit in row.AsSpan(column.Start, column.Length)) value = (value << 8) | digit;
        }

        return value;
    }

    private static long Varint(byte[] bytes, ref int at)
    {
        long value = 0;
        for (var i = 0; i < 9; i++)
        {
            if (at >= bytes.Length) throw new FormatException("a damaged number in an SQLite file");
            var digit = bytes[at++];
            if (i == 8) return (value << 8) | digit;
            value = (value << 7) | (uint)(digit & 0x7f);
            if (digit < 0x80) return value;
        }

        return value;
    }

    private byte[] Page(uint number)
    {
        if (number == 0 || (long)number * size > file.Length) throw new FormatException("an SQLite file ends early");
        var page = new byte[size];
        file.ReadExactly((long)(number - 1) * size, page);
        return page;
    }

    private static int U16(byte[] bytes, int at) =>
        at + 2 <= bytes.Length ? BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at)) : throw new FormatException("a damaged page of an SQLite file");

    private static uint U32(byte[] bytes, int at) =>
        at + 4 <= bytes.Length ? BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at)) : throw new FormatException("a damaged page of an SQLite file");
}
