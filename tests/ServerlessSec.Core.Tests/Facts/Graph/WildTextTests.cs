using CsCheck;

namespace ServerlessSec.Facts.Graph;

public class WildTextTests
{
    private static readonly string[] Alphabet = ["*", "?", "a", "b", "⟨X⟩"];

    private static readonly Gen<string> Globs = Gen.Int[0, 4].Select(i => Alphabet[i]).Array[0, 7].Select(string.Concat);

    private static readonly Gen<string> Texts = Gen.Int[2, 4].Select(i => Alphabet[i]).Array[0, 7].Select(string.Concat);

    [Theory]
    [InlineData("a*", "*b", true, false)]
    [InlineData("a*", "ab*", true, true)]
    [InlineData("ab*", "a*", true, false)]
    [InlineData("a?c", "abc", true, true)]
    [InlineData("a?c", "ac", false, false)]
    [InlineData("*", "", true, true)]
    [InlineData("*", "*", true, true)]
    [InlineData("?", "*", true, false)]
    [InlineData("*a*b*", "*b*a*", true, false)]
    [InlineData("x*y", "a*y", false, false)]
    [InlineData("⟨X⟩", "⟨X⟩", true, true)]
    [InlineData("⟨X⟩", "⟨Y⟩", false, false)]
    [InlineData("⟨X⟩", "a", false, false)]
    [InlineData("⟨X.Arn⟩", "⟨X⟩", true, true)]
    [InlineData("*", "⟨X⟩", true, true)]
    [InlineData("?", "⟨X⟩", false, false)]
    [InlineData("⟨X", "⟨X", true, true)]
    public void Tells_whether_globs_share_a_text_and_whether_one_holds_the_other(string a, string b, bool overlaps, bool covers)
    {
        Assert.Equal(overlaps, WildText.Glob(a).Overlaps(WildText.Glob(b)));
        Assert.Equal(covers, WildText.Glob(a).Covers(WildText.Glob(b)));
    }

    [Fact]
    public void Literal_wildcards_match_themselves_only()
    {
        Assert.True(WildText.Literal("a*").Overlaps(WildText.Literal("a*")));
        Assert.False(WildText.Literal("a*").Overlaps(WildText.Literal("ab")));
        Assert.True(WildText.Glob("a*").Covers(WildText.Literal("a*")));
    }

    [Fact]
    public void Overlap_is_symmetric_and_shown_by_any_common_text() => Gen.Select(Globs, Globs, Texts).Sample((a, b, text) =>
    {
        var (left, right, common) = (WildText.Glob(a), WildText.Glob(b), WildText.Literal(text));
        if (left.Overlaps(right) != right.Overlaps(left)) return false;
        return !(left.Covers(common) && right.Covers(common)) || left.Overlaps(right);
    });

    [Fact]
    public void What_covers_overlaps_and_holds_every_text_of_the_other() => Gen.Select(Globs, Globs, Texts).Sample((a, b, text) =>
    {
        var (left, right, one) = (WildText.Glob(a), WildText.Glob(b), WildText.Literal(text));
        return !left.Covers(right) || (left.Overlaps(right) && (!right.Covers(one) || left.Covers(one)));
    });

    [Fact]
    public void A_literal_is_covered_exactly_where_it_overlaps() => Gen.Select(Globs, Texts).Sample((glob, text) =>
        WildText.Glob(glob).Covers(WildText.Literal(text)) == WildText.Glob(glob).Overlaps(WildText.Literal(text)));
}
