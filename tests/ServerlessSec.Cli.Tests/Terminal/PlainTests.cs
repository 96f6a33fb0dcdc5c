using System.Globalization;
using System.Text;
using CsCheck;

namespace ServerlessSec.Cli.Terminal;

public sealed class PlainTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\e[31mred\e[0m", "\\u{001B}[31mred\\u{001B}[0m")]
    [InlineData("two\nlines\tand tab", "two lines and tab")]
    [InlineData("\u009B2J", "\\u{009B}2J")]
    [InlineData("\e]8;;http://evil\u0007x", "\\u{001B}]8;;http://evil\\u{0007}x")]
    [InlineData("abc\u202Egpj.exe", "abc\\u{202E}gpj.exe")]
    [InlineData("a\u2066b\u2069", "a\\u{2066}b\\u{2069}")]
    [InlineData("zero\u200Bwidth\uFEFF", "zero\\u{200B}width\\u{FEFF}")]
    [InlineData("line\u2028sep", "line\\u{2028}sep")]
    [InlineData("[red]not markup[/]", "[red]not markup[/]")]
    [InlineData("naïve 日本", "naïve 日本")]
    [InlineData("arn:⟨AWS::Partition⟩:sqs", "arn:${AWS::Partition}:sqs")]
    public void Leaves_nothing_that_a_terminal_obeys(string text, string shown) => Assert.Equal(shown, Plain.Of(text));

    [Theory, InlineData("naïve", "na\\u{00EF}ve"), InlineData("日", "\\u{65E5}"), InlineData("🔑", "\\u{1F511}"), InlineData("ok", "ok"), InlineData("a → b …", "a -> b ...")]
    public void Is_ASCII_where_the_terminal_shows_no_more(string text, string shown) => Assert.Equal(shown, Plain.Of(text, ascii: true));

    [Fact]
    public void No_text_at_all_yields_a_control_or_a_format_character() => Gen.String[Gen.Char, 0, 60].Sample(static text =>
    {
        var shown = Plain.Of(text);
        return !shown.EnumerateRunes().Any(static r => Rune.GetUnicodeCategory(r) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
    });
}
