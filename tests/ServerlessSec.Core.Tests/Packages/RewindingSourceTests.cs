using CsCheck;

namespace ServerlessSec.Packages;

public class RewindingSourceTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(index => (byte)(index * 7 % 251))];

    [Fact]
    public void Any_place_can_be_read_of_a_stream_that_only_goes_forward()
    {
        var openings = 0;
        using var source = new RewindingSource(
            () =>
            {
                openings++;
                return new MemoryStream(Content);
            },
            Content.Length);

        Gen.Select(Gen.Int[0, Content.Length - 1], Gen.Int[1, 200_000]).Sample(
            (offset, length) =>
            {
                var buffer = new byte[length];
                var count = source.ReadUpTo(offset, buffer);
                return count == Math.Min(length, Content.Length - offset) && buffer.AsSpan(0, count).SequenceEqual(Content.AsSpan(offset, count));
            },
            iter: 500, threads: 1);
        Assert.Equal(1, openings);
    }

    [Fact]
    public void Turning_back_further_than_is_kept_opens_it_again_but_not_for_ever()
    {
        var openings = 0;
        using var source = new RewindingSource(
            () =>
            {
                openings++;
                return new MemoryStream(Content);
            },
            Content.Length,
            kept: 128 << 10);
        var one = new byte[1];

        source.ReadExactly(299_999, one);
        source.ReadExactly(5, one);
        Assert.Equal((Content[5], 2), (one[0], openings));
        Assert.Throws<LimitReachedException>(() =>
        {
            for (var round = 0; round < 100; round++)
            {
                source.ReadExactly(299_999, one);
                source.ReadExactly(0, one);
            }
        });
        Assert.Equal(32, openings);
    }

    [Fact]
    public void A_stream_shorter_than_it_says_fails_where_it_ends()
    {
        using var source = new RewindingSource(() => new MemoryStream(Content, 0, 100), Content.Length);

        Assert.Equal(100, source.Read(0, new byte[1_000]));
        Assert.Throws<FormatException>(() => source.Read(100, new byte[1]));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_file_of_a_tree_is_readable_at_any_place_and_counted(bool stored)
    {
        using var tree = Zips.Tree(new Zips().Add("a", Content, stored).ToArray());
        using var source = tree.OpenSource(tree.Files[0]);
        var part = new byte[1_000];

        source.ReadExactly(250_000, part);
        Assert.Equal(Content[250_000..251_000], part);
        source.ReadExactly(10, part);
        Assert.Equal(Content[10..1_010], part);
        Assert.True(tree.BytesRead >= 2_000);
    }

    [Fact]
    public void A_file_that_cannot_be_had_is_a_gap_of_the_tree()
    {
        using var tree = Zips.Tree(new Zips().Add("a", Content, size: 10).Add("b", Content, flags: 1).ToArray(), ScanLimits.Default with { FileBytes = 1_000 });

        Assert.Throws<UnreadFileException>(() =>
        {
            using var source = tree.OpenSource(tree.Find("a")!);
            source.Read(0, new byte[20]);
        });
        Assert.Throws<UnreadFileException>(() => tree.OpenSource(tree.Find("b")!).Read(0, new byte[1]));
        Assert.Contains(tree.Gaps, gap => gap.Scope.Path == "a");
    }
}
