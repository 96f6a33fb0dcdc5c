using System.Formats.Tar;
using System.Text;

namespace ServerlessSec.Packages.Images;

public sealed class TarReaderTests
{
    private static readonly string Long = string.Join('/', Enumerable.Repeat("folder", 30)) + "/file.txt";

    [Theory]
    [InlineData(TarEntryFormat.V7, false)]
    [InlineData(TarEntryFormat.Ustar, false)]
    [InlineData(TarEntryFormat.Pax, true)]
    [InlineData(TarEntryFormat.Gnu, true)]
    public void Reads_every_format_in_sequence_and_by_seeking(TarEntryFormat format, bool hasLongNames)
    {
        var first = hasLongNames ? Long : "short.txt";
        var tar = Tars.As(format, new("folder/"), new(first, new string('x', 700)), new("link", Symbolic: "target"), new("hard", Hard: first), new("empty", ""), new("last", "end"));
        foreach (var stream in new Stream[] { new MemoryStream(tar), new Forward(tar) })
        {
            var reader = new TarReader(stream, long.MaxValue);
            var names = new List<(string, TarKind, string)>();
            var last = "";
            while (reader.Next() is { } entry)
            {
                names.Add((entry.Name.TrimEnd('/'), entry.Kind, entry.Target));
                if (entry.Name == "last") last = Read(reader);
            }

            Assert.Equal(
                [("folder", TarKind.Folder, ""), (first, TarKind.File, ""), ("link", TarKind.SymbolicLink, "target"), ("hard", TarKind.HardLink, first), ("empty", TarKind.File, ""), ("last", TarKind.File, "")],
                names);
            Assert.Equal("end", last);
        }
    }

    [Fact]
    public void Cut_anywhere_it_ends_early_or_at_an_entry()
    {
        var tar = Tars.Of(new("a", new string('x', 600)), new("b", "y"));
        for (var length = 1; length < tar.Length; length += 97)
        {
            foreach (var stream in new Stream[] { new MemoryStream(tar, 0, length), new Forward(tar[..length]) })
            {
                var reader = new TarReader(stream, long.MaxValue);
                try
                {
                    while (reader.Next() is not null) Read(reader);
                }
                catch (FormatException)
                {
                    continue;
                }

                Assert.True(length % 512 == 0 || length > tar.Length - 1024, $"{length} bytes were read without complaint");
            }
        }
    }

    [Fact]
    public void What_a_header_claims_costs_nothing_before_it_has_come()
    {
        // An extended header of nearly eight gibibytes, and a file of the greatest size that can be written.
        foreach (var (type, size) in new[] { ('x', "77777777777"), ('L', "77777777777"), ('0', "\u0080\0\0\0\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff") })
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.ThrowsAny<FormatException>(() =>
            {
                var reader = new TarReader(new MemoryStream(Header(type, size)), long.MaxValue);
                reader.Next();
                reader.Next();
            });
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4 << 20);
        }
    }

    [Fact]
    public void A_wrong_checksum_a_negative_size_and_endless_headers_are_refused()
    {
        var damaged = Tars.Of(new Entry("a", "b"));
        damaged[0] ^= 1;
        Assert.Throws<FormatException>(() => new TarReader(new MemoryStream(damaged), long.MaxValue).Next());
        Assert.Throws<FormatException>(() => new TarReader(new MemoryStream(Header('0', "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00fe")), long.MaxValue).Next());
        var endless = Enumerable.Repeat(Header('g', "00000000000"), 1000).SelectMany(static h => h).ToArray();
        Assert.Throws<FormatException>(() => new TarReader(new MemoryStream(endless), long.MaxValue).Next());
    }

    [Fact]
    public void The_budget_ends_the_reading() =>
        Assert.Throws<LimitReachedException>(() =>
        {
            var reader = new TarReader(new Forward(Tars.Of(new("a", new string('x', 100_000)), new("b", "y"))), 50_000);
            while (reader.Next() is not null)
            {
            }
        });

    private static string Read(TarReader reader)
    {
        var text = new StringBuilder();
        var buffer = new byte[100];
        while (reader.Read(buffer) is > 0 and var count) text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        return text.ToString();
    }

    /// <summary>A header as nobody writes it, with the right checksum.</summary>
    internal static byte[] Header(char type, string size)
    {
        var header = new byte[512];
        Encoding.Latin1.GetBytes("name").CopyTo(header, 0);
        Encoding.Latin1.GetBytes(size).CopyTo(header, 124);
        header[156] = (byte)type;
        header.AsSpan(148, 8).Fill((byte)' ');
        Encoding.Latin1.GetBytes(Convert.ToString(header.Sum(static b => b), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        return header;
    }

    /// <summary>Bytes that come a few at a time and cannot be sought in.</summary>
    internal sealed class Forward(byte[] bytes) : ReadStream
    {
        private int position;

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(Math.Min(buffer.Length, 333), bytes.Length - position);
            bytes.AsSpan(position, count).CopyTo(buffer);
            position += count;
            return count;
        }
    }
}
