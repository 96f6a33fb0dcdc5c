using CsCheck;

namespace ServerlessSec.Cli.Terminal;

public sealed class WrappingTests
{
    [Theory]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("", 7, "")]
    [InlineData("   ", 7, "")]
    [InlineData("exactly", 7, "exactly")]
    [InlineData("node_modules/lodash/package.json", 15, "node_modules/|lodash/package.|json")]
    [InlineData("abcdefghijklmnop", 5, "abcde|fghij|klmno|p")]
    [InlineData("at node_modules/lodash/package.json", 15, "at node_modules|/lodash/|package.json")]
    [InlineData("at aaaa/bbbb/cccc/dddd/e", 15, "at aaaa/bbbb/|cccc/dddd/e")]
    [InlineData("日本語のなまえ", 6, "日本語|のなま|え")]
    public void Breaks_where_a_reader_expects(string text, int width, string lines) => Assert.Equal(lines.Split('|'), Wrapping.Wrap(text, width));

    [Fact]
    public void Never_wider_than_asked_and_loses_only_blanks() => Gen.Select(Gen.String[Gen.OneOf(Gen.Char['a', 'f'], Gen.Const(' '), Gen.Const('/'), Gen.Const('語')), 0, 80], Gen.Int[2, 20])
        .Sample(static (text, width) =>
        {
            var lines = Wrapping.Wrap(text, width);
            return lines.TrueForAll(l => Wrapping.CellsOf(l) <= width)
                && string.Concat(lines).Replace(" ", "", StringComparison.Ordinal) == text.Replace(" ", "", StringComparison.Ordinal);
        });
}
