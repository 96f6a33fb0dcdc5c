using System.Text;
using CsCheck;

namespace ServerlessSec.Packages;

public class ZipContainerTests
{
    [Theory, InlineData(false), InlineData(true)]
    public void Gives_back_what_was_packed_stored_or_deflated(bool stored)
    {
        var text = string.Concat(Enumerable.Repeat("const answer = 42;\n", 10_000));
        using var tree = Zips.Tree(new Zips().Add("src/", "").Add("src/index.js", text, stored).Add("empty.txt", "", stored).ToArray());

        Assert.Equal(["empty.txt", "src/index.js"], tree.Files.Select(file => file.Path));
        Assert.Equal(text, Read(tree, "src/index.js"));
        Assert.Equal("", Read(tree, "empty.txt"));
        Assert.Empty(tree.Gaps);
    }

    [Fact]
    public void Reads_any_content_in_any_order_from_several_open_streams() =>
        Gen.Byte.Array[0, 70_000].List[1, 8].Sample(contents =>
        {
            var zip = new Zips();
            for (var index = 0; index < contents.Count; index++) zip.Add($"f{index}", contents[index], stored: index % 2 == 0);
            using var tree = Zips.Tree(zip.ToArray());
            var streams = contents.Select((_, index) => tree.Open(tree.Find($"f{index}")!)).ToArray();
            var copies = contents.Select(_ => new MemoryStream()).ToArray();
            for (var round = 0; round < 3; round++)
            {
                for (var index = 0; index < streams.Length; index++)
                {
                    var part = new byte[round < 2 ? 1_000 : 100_000];
                    copies[index].Write(part, 0, streams[index].ReadAtLeast(part, part.Length, throwOnEndOfStream: false));
                }
            }

            Assert.All(contents.Zip(copies), pair => Assert.Equal(pair.First, pair.Second.ToArray()));
        }, iter: 50);

    [Fact]
    public void Needs_only_the_end_the_directory_and_the_entries_asked_for()
    {
        var zip = new Zips();
        for (var index = 0; index < 5_000; index++) zip.Add($"node_modules/p{index}/index.js", Encoding.UTF8.GetBytes($"{index}{new string('x', 400)}"), stored: true);
        var counted = new CountedSource(zip.ToArray());
        using var tree = new PackageTree(new ZipContainer(counted, ZipDirectory.Read(counted, ScanLimits.Default), ScanLimits.Default), ScanLimits.Default);
        Assert.InRange(counted.Reads, 2, 4);

        counted.Reads = 0;
        Read(tree, "node_modules/p2500/index.js");

        Assert.Equal(1, counted.Reads);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Accepts_a_program_before_the_archive(bool adjusted)
    {
        using var tree = Zips.Tree(new Zips().Prefix("#!/bin/sh\nexec unzip $0\n"u8.ToArray(), adjusted).Add("a.js", "1").ToArray());

        Assert.Equal("1", Read(tree, "a.js"));
        Assert.Empty(tree.Gaps);
    }

    [Fact]
    public void Reads_zip64_sizes_offsets_and_end_records()
    {
        using var tree = Zips.Tree(new Zips().Add("a.js", "1").Add("b.js", "22"u8.ToArray(), zip64: true).ToArray(zip64: true));

        Assert.Equal(("1", "22"), (Read(tree, "a.js"), Read(tree, "b.js")));
        Assert.Empty(tree.Gaps);
    }

    [Theory]
    [InlineData(5, "inflates to more than the 5 bytes")]
    [InlineData(500, "ends after 100 of the 500 bytes")]
    public void Finds_an_entry_that_is_not_as_long_as_it_says(long declared, string reason)
    {
        using var tree = Zips.Tree(new Zips().Add("big.js", new byte[100], size: declared).Add("good.js", "1").ToArray());

        var error = Assert.Throws<UnreadFileException>(() => Read(tree, "big.js"));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        var gap = Assert.Single(tree.Gaps);
        Assert.Equal((GapKind.Unread, Evidence.Package, "big.js"), (gap.Kind, gap.Scope.Evidence, gap.Scope.Path));
        Assert.Equal("1", Read(tree, "good.js"));
    }

    [Fact]
    public void Finds_a_lie_even_when_only_the_declared_bytes_are_read()
    {
        using var tree = Zips.Tree(new Zips().Add("big.js", new byte[100], size: 5).ToArray());
        using var stream = tree.Open(tree.Files[0]);

        Assert.Throws<UnreadFileException>(() => stream.ReadExactly(new byte[5]));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Checks_the_checksum(bool stored)
    {
        using var tree = Zips.Tree(new Zips().Add("a.js", "one"u8.ToArray(), stored, crc: 1).ToArray());

        Assert.Contains("checksum", Assert.Throws<UnreadFileException>(() => Read(tree, "a.js")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stops_a_bomb_by_its_ratio_long_before_its_end()
    {
        using var tree = Zips.Tree(new Zips().Add("bomb", new byte[64 << 20]).Add("a.js", "1").ToArray(), new() { Ratio = 50 });

        Assert.Throws<UnreadFileException>(() => Read(tree, "bomb"));

        Assert.InRange(tree.BytesRead, 1 << 20, 4 << 20);
        Assert.Equal(GapKind.Limit, Assert.Single(tree.Gaps).Kind);
        Assert.Equal("1", Read(tree, "a.js"));
    }

    [Theory]
    [InlineData(1_000, long.MaxValue)]
    [InlineData(long.MaxValue, 1_000)]
    public void Stops_at_the_bytes_of_one_file_and_of_the_package(long ofFile, long inAll)
    {
        using var tree = Zips.Tree(new Zips().Add("a", new byte[5_000], stored: true).ToArray(), new() { FileBytes = ofFile, TotalBytes = inAll });

        Assert.Throws<UnreadFileException>(() => Read(tree, "a"));
        Assert.Equal(GapKind.Limit, Assert.Single(tree.Gaps).Kind);
    }

    [Theory]
    [InlineData(1, 8, "encrypted entry")]
    [InlineData(0, 12, "compression method 12")]
    [InlineData(0, 99, "compression method 99")]
    public void Says_which_entries_cannot_be_read(int flags, int method, string reason)
    {
        using var tree = Zips.Tree(new Zips().Add("secret.js", "one"u8.ToArray(), flags: (ushort)flags, method: (ushort)method).Add("a.js", "1").ToArray());

        Assert.Throws<UnreadFileException>(() => Read(tree, "secret.js"));
        Assert.Contains(tree.Gaps, gap => gap.Reason == reason && gap.Scope.Path == "secret.js");
        Assert.Equal("1", Read(tree, "a.js"));
    }

    [Theory]
    [InlineData("../evil.js")]
    [InlineData("a/../../evil.js")]
    [InlineData("a/b/../evil.js")]
    [InlineData("/etc/passwd")]
    [InlineData("a\\b.js")]
    [InlineData("..\\evil.js")]
    [InlineData("C:/evil.js")]
    [InlineData("c:evil.js")]
    [InlineData("evil\0.js")]
    public void Leaves_out_names_that_lead_elsewhere_and_says_so(string name)
    {
        using var tree = Zips.Tree(new Zips().Add(name, "x").Add("a.js", "1").ToArray());

        Assert.Equal("a.js", Assert.Single(tree.Files).Path);
        Assert.Equal(GapKind.Unread, Assert.Single(tree.Gaps).Kind);
    }

    [Theory, InlineData("./a.js"), InlineData("././a.js"), InlineData(".//a.js")]
    public void Tidies_names_that_stay_inside(string name)
    {
        using var tree = Zips.Tree((name, "1"));

        Assert.Equal("a.js", Assert.Single(tree.Files).Path);
        Assert.Empty(tree.Gaps);
    }

    private static readonly string[] Segments = ["..", ".", "a", "", "C:", "\\", "b.js"];

    [Fact]
    public void No_entry_ever_escapes_the_tree() =>
        Gen.Int[0, Segments.Length - 1].Select(index => Segments[index]).Array[1, 6].Sample(segments =>
        {
            using var tree = Zips.Tree((string.Join('/', segments), "x"));
            Assert.All(tree.Files, file => Assert.DoesNotContain(file.Path.Split('/'), segment => segment is ".." or "." or ""));
        });

    [Fact]
    public void Keeps_the_last_of_two_entries_with_one_name_and_says_so()
    {
        using var tree = Zips.Tree(("a.js", "first"), ("b.js", "b"), ("a.js", "last"));

        Assert.Equal("last", Read(tree, "a.js"));
        Assert.Equal(2, tree.Files.Length);
        Assert.Equal("two entries of one name", Assert.Single(tree.Gaps).Reason);
    }

    [Fact]
    public void Equal_entries_of_one_name_are_no_riddle() => Assert.Empty(Zips.Tree(("a.js", "same"), ("a.js", "same")).Gaps);

    [Fact]
    public void Does_not_follow_links_and_speaks_of_those_that_lead_out()
    {
        using var tree = Zips.Tree(new Zips()
            .AddLink("node_modules/.bin/tool", "../../../outside").AddLink("node_modules/inner", "../packages/inner")
            .AddLink("lib/out", "../../var/secret").AddLink("lib/abs", "/opt/nodejs").Add("a.js", "1").ToArray());

        Assert.Equal("a.js", Assert.Single(tree.Files).Path);
        Assert.Equal(["lib/abs", "lib/out"], tree.Gaps.Select(gap => gap.Scope.Path).Order());
    }

    [Fact]
    public void Reads_names_of_code_page_437_and_of_unmarked_utf8()
    {
        byte[] raw = [0x81, (byte)'.', (byte)'j', (byte)'s'];
        using var tree = Zips.Tree(new Zips()
            .Add("", "1"u8.ToArray(), rawName: raw)
            .Add("", "2"u8.ToArray(), rawName: Encoding.UTF8.GetBytes("é.js"))
            .Add("ß.js", "3").ToArray());

        Assert.Equal(["ß.js", "é.js", "ü.js"], tree.Files.Select(file => file.Path));
    }

    [Fact]
    public void Takes_the_unicode_field_only_while_it_belongs_to_the_name()
    {
        byte[] name = [0x81, (byte)'x'];
        byte[] Field(uint crc) => [0x75, 0x70, 9, 0, 1, .. BitConverter.GetBytes(crc), .. "ärx"u8];

        Assert.Equal("ärx", ZipNames.Decode(name, Field(Crc32.Append(0, name))));
        Assert.Equal("üx", ZipNames.Decode(name, Field(7)));
    }

    [Theory]
    [InlineData(0, "the file is empty")]
    [InlineData(10, "no zip archive")]
    [InlineData(-1, "no zip archive")]
    [InlineData(-30, "no zip archive")]
    public void Refuses_what_is_empty_or_cut_off(int length, string reason)
    {
        var zip = Zips.Of(("a.js", "1"));
        var cut = zip[..(length < 0 ? zip.Length + length : length)];

        Assert.Contains(reason, Assert.Throws<FormatException>(() => Zips.Tree(cut)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_when_the_directory_holds_less_than_announced()
    {
        using var tree = Zips.Tree(new Zips().Add("a.js", "1").ToArray(announced: 7));

        Assert.Equal("damaged central directory", Assert.Single(tree.Gaps).Reason);
        Assert.Equal("1", Read(tree, "a.js"));
    }

    [Fact]
    public void Stops_at_the_entry_limit_and_at_the_path_limit()
    {
        var zip = new Zips();
        for (var index = 0; index < 20; index++) zip.Add($"f{index}", "x");
        using var tree = Zips.Tree(zip.ToArray(), new() { Entries = 10 });
        using var other = Zips.Tree(new Zips().Add(new string('a', 2_000), "x").Add("a.js", "1").ToArray());

        Assert.Equal(10, tree.Files.Length);
        Assert.Equal(GapKind.Limit, Assert.Single(tree.Gaps).Kind);
        Assert.Single(other.Files);
        Assert.Equal(GapKind.Limit, Assert.Single(other.Gaps).Kind);
    }

    [Fact]
    public void Counts_what_a_hostile_archive_repeats_instead_of_saying_it_a_thousand_times()
    {
        var zip = new Zips();
        for (var index = 0; index < 3_000; index++) zip.Add($"../{index}", "");
        using var tree = Zips.Tree(zip.ToArray());

        Assert.InRange(tree.Gaps.Length, 2, 201);
        Assert.StartsWith("2800 more", tree.Gaps[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_seventy_thousand_entries()
    {
        var zip = new Zips();
        for (var index = 0; index < 70_000; index++) zip.Add($"f{index}", [], stored: true);
        using var tree = Zips.Tree(zip.ToArray(announced: 70_000 & 0xffff));

        Assert.Equal(70_000, tree.Files.Length);
        Assert.Empty(tree.Gaps);
    }

    [Fact]
    public void Reads_of_a_million_entries_as_many_as_it_may_and_says_so()
    {
        var zip = new Zips();
        for (var index = 0; index < 1_000_000; index++) zip.Add($"f{index}", [], stored: true);
        using var tree = Zips.Tree(zip.ToArray(zip64: true));

        Assert.Equal(ScanLimits.Default.Entries, tree.Files.Length);
        Assert.Equal("entry limit", Assert.Single(tree.Gaps).Reason);
    }

    /// <summary>Every way of damaging a byte ends in a tree with gaps or in one exception.</summary>
    [Fact]
    public void Fails_only_with_a_format_exception_on_damaged_archives()
    {
        var zip = new Zips().Add("node_modules/a/package.json", """{"name":"a","version":"1.0.0"}""").Add("b.js", "1", stored: true).AddLink("c", "b.js").ToArray(zip64: true);
        Gen.Select(Gen.Int[0, zip.Length - 1], Gen.Byte).List[1, 6].Sample(changes =>
        {
            var damaged = zip.ToArray();
            foreach (var (at, value) in changes) damaged[at] = value;
            try
            {
                using var tree = Zips.Tree(damaged);
                foreach (var file in tree.Files) TryRead(tree, file.Path);
            }
            catch (FormatException)
            {
                // Refused as a whole.
            }
        }, iter: 20_000);
    }

    private static void TryRead(PackageTree tree, string path)
    {
        try
        {
            Read(tree, path);
        }
        catch (UnreadFileException)
        {
            Assert.Contains(tree.Gaps, gap => gap.Scope.Path == path);
        }
    }

    private static string Read(PackageTree tree, string path) => Encoding.UTF8.GetString(tree.ReadAll(tree.Find(path)!, int.MaxValue - 1));

    private sealed class CountedSource(byte[] bytes) : ByteSource
    {
        public int Reads { get; set; }

        public override long Length => bytes.Length;

        public override int Read(long offset, Span<byte> buffer)
        {
            Reads++;
            var length = (int)Math.Clamp(bytes.Length - offset, 0, buffer.Length);
            bytes.AsSpan((int)offset, length).CopyTo(buffer);
            return length;
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
