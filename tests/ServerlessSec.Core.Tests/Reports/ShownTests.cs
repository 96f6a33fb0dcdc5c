namespace ServerlessSec.Reports;

public class ShownTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("arn:⟨AWS::Partition⟩:sqs", "arn:${AWS::Partition}:sqs")]
    [InlineData("whole \ud83d\ude00", "whole \ud83d\ude00")]
    [InlineData("kept\u0007\n", "kept\u0007\n")]
    public void Exact_text_keeps_all_that_is_text(string text, string shown) => Assert.Equal(shown, Shown.Exact(text));

    // An attribute would not carry half a pair.
    [Fact]
    public void Half_a_surrogate_pair_is_no_text()
    {
        Assert.Equal("half \ufffd", Shown.Exact("half " + '\ud83d'));
        Assert.Equal("\ufffd half", Shown.Exact('\ude00' + " half"));
    }

    [Theory]
    [InlineData("two\r\nlines\tand a tab", "two  lines and a tab")]
    [InlineData("\u001b[31mred", "\ufffd[31mred")]
    [InlineData("photo\u202egpj.exe", "photo\ufffdgpj.exe")]
    [InlineData("  trimmed\n", "trimmed")]
    [InlineData("c1 \u0085 x", "c1 \ufffd x")]
    public void A_line_hides_nothing(string text, string shown) => Assert.Equal(shown, Shown.Line(text));

    [Theory]
    [InlineData("short", 10, "short")]
    [InlineData("exactly ten", 11, "exactly ten")]
    [InlineData("one too many", 11, "one too ma…")]
    [InlineData("abcdefgh\ud83d\ude00x", 10, "abcdefgh…")]
    [InlineData("abcdefghe\u0301xyz", 10, "abcdefgh…")]
    [InlineData("abcd\ud83d\udc69\u200d\ud83d\udcbbx", 9, "abcd…")]
    public void Text_is_cut_between_characters(string text, int length, string cut) => Assert.Equal(cut, Shown.Cut(text, length));

    [Fact]
    public void A_character_of_a_thousand_marks_does_not_swallow_the_text() =>
        Assert.InRange(Shown.Cut("a" + new string('\u0301', 1000), 100).Length, 50, 100);
}
