using System.Text.RegularExpressions;
using CsCheck;

namespace ServerlessSec.Findings;

public class PatternTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "anything", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("Pay", "Pay", true)]
    [InlineData("Pay", "pay", false)]
    [InlineData("Pay", "Payment", false)]
    [InlineData("Pay*", "Payment", true)]
    [InlineData("*ment", "Payment", true)]
    [InlineData("a*a", "a", false)]
    [InlineData("a*a", "aa", true)]
    [InlineData("*a*b*", "xbxaxbx", true)]
    [InlineData("*ab*ab*", "xabx", false)]
    [InlineData("**", "x", true)]
    [InlineData("s3:*", "s3:*", true)]
    [InlineData("a?c", "abc", false)]
    [InlineData("a.c", "abc", false)]
    public void Only_the_star_is_special(string pattern, string text, bool matches) => Assert.Equal(matches, new Pattern(pattern).Matches(text));

    [Fact]
    public void Agrees_with_the_regular_expression_that_it_stands_for() =>
        Gen.Select(Gen.String[Gen.Char["ab*"], 0, 10], Gen.String[Gen.Char["ab"], 0, 14]).Sample((pattern, text) =>
        {
            var regex = new Regex("^" + string.Join("[ab]*", pattern.Split('*')) + "\\z", RegexOptions.NonBacktracking);
            Assert.Equal(regex.IsMatch(text), new Pattern(pattern).Matches(text));
        }, iter: 20_000);

    [Fact]
    public void A_pattern_made_to_go_back_takes_no_longer()
    {
        // A search that begins anew at each position would compare 10^11 characters here.
        var text = new string('a', 1_000_000);
        Assert.False(new Pattern($"*{new string('a', 100_000)}b*a").Matches(text));
        Assert.False(new Pattern(string.Concat(Enumerable.Repeat("*a", 1_000)) + "*b").Matches(text));
    }
}
