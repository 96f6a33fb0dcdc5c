using CsCheck;

namespace ServerlessSec.Iam;

public class PatternTests
{
    [Theory]
    [InlineData("*", "s3:GetObject", Match.Yes)]
    [InlineData("*:*", "s3:GetObject", Match.Yes)]
    [InlineData("S3:getobject", "s3:GetObject", Match.Yes)]
    [InlineData("s3:Get*", "s3:GetObject", Match.Yes)]
    [InlineData("s3:*Object", "s3:GetObject", Match.Yes)]
    [InlineData("s3:G?tObject", "s3:GetObject", Match.Yes)]
    [InlineData("s3:", "s3:GetObject", Match.No)]
    [InlineData("s3", "s3:GetObject", Match.No)]
    [InlineData("s3:GetObject ", "s3:GetObject", Match.No)]
    [InlineData("s3:GetObject,PutObject", "s3:GetObject", Match.No)]
    [InlineData("s3-object-lambda:*", "s3:GetObject", Match.No)]
    [InlineData("⟨Action⟩", "s3:GetObject", Match.Maybe)]
    [InlineData("s3:⟨Verb⟩Object", "s3:GetObject", Match.Maybe)]
    [InlineData("s3:⟨Verb⟩Object", "s3:GetBucket", Match.No)]
    [InlineData("s3:⟨AWS::Region⟩", "sqs:SendMessage", Match.No)]
    public void An_action_pattern_covers(string pattern, string action, Match expected) =>
        Assert.Equal(expected, ActionPattern.Parse(pattern).Covers(ActionPattern.Parse(action)));

    [Theory]
    [InlineData("*", "arn:aws:s3:::b/k", Match.Yes)]
    [InlineData("arn:aws:s3:::*", "arn:aws:s3:::b/k", Match.Yes)]
    [InlineData("arn:aws:s3:::b/*", "arn:aws:s3:::b/a/b:c", Match.Yes)]
    [InlineData("arn:aws:s3:::b", "arn:aws:s3:::b/k", Match.No)]
    [InlineData("arn:aws:s3:::B/*", "arn:aws:s3:::b/k", Match.No)]
    [InlineData("arn:aws:sqs", "arn:aws:sqs:eu-west-1:123456789012:q", Match.Yes)]
    [InlineData("arn:aws:sqs:eu-*", "arn:aws:sqs:eu-west-1:123456789012:q", Match.Yes)]
    [InlineData("arn:aws:sqs:*:q", "arn:aws:sqs:eu-west-1:123456789012:q", Match.No)]
    [InlineData("arn:aws:iam::*:role/app/*", "arn:aws:iam::123456789012:role/app/x/y", Match.Yes)]
    [InlineData("arn:⟨AWS::Partition⟩:s3:::b/*", "arn:aws:s3:::b/k", Match.Yes)]
    [InlineData("arn:aws:sqs:⟨AWS::Region⟩:⟨AWS::AccountId⟩:q", "arn:aws:sqs:⟨AWS::Region⟩:⟨AWS::AccountId⟩:q", Match.Yes)]
    [InlineData("arn:aws:sqs:⟨AWS::Region⟩:⟨AWS::AccountId⟩:q", "arn:aws:sqs:eu-west-1:123456789012:q", Match.Maybe)]
    [InlineData("arn:aws:sqs:⟨AWS::Region⟩:⟨AWS::AccountId⟩:q", "arn:aws:sqs:⟨AWS::Region⟩:⟨AWS::AccountId⟩:p", Match.No)]
    [InlineData("arn:aws:s3:::⟨Bucket⟩/*", "arn:aws:s3:::⟨Bucket⟩/in/k", Match.Yes)]
    [InlineData("arn:aws:s3:::⟨Bucket⟩/*", "arn:aws:s3:::uploads/in/k", Match.Maybe)]
    [InlineData("arn:aws:s3:::⟨Bucket⟩/*", "arn:aws:s3:::⟨Other⟩/in/k", Match.Maybe)]
    [InlineData("arn:aws:s3:::⟨Bucket⟩-in/*", "arn:aws:s3:::uploads-out/k", Match.No)]
    [InlineData("⟨Queue.Arn⟩", "⟨Queue.Arn⟩", Match.Yes)]
    [InlineData("⟨Queue.Arn⟩", "arn:aws:sqs:eu-west-1:123456789012:q", Match.Maybe)]
    public void A_resource_pattern_covers(string pattern, string resource, Match expected) =>
        Assert.Equal(expected, ArnPattern.Parse(pattern).Covers(ArnPattern.Parse(resource)));

    [Theory]
    [InlineData("arn:aws:s3:::b/in/*", "arn:aws:s3:::b/*.jpg", Match.Yes)]
    [InlineData("arn:aws:s3:::b/in/*", "arn:aws:s3:::b/out/*", Match.No)]
    [InlineData("arn:aws:s3:::*/in/*", "arn:aws:s3:::b/*/x", Match.Yes)]
    [InlineData("arn:aws:s3:::b/?", "arn:aws:s3:::b/*", Match.Yes)]
    [InlineData("arn:aws:s3:::b/??", "arn:aws:s3:::b/?", Match.No)]
    [InlineData("arn:aws:s3:::⟨Bucket⟩/in/*", "arn:aws:s3:::⟨Bucket⟩/out/*", Match.No)]
    [InlineData("arn:aws:s3:::⟨Bucket⟩/*", "arn:aws:s3:::b/*", Match.Maybe)]
    [InlineData("*", "⟨Anything⟩", Match.Yes)]
    public void Two_resource_patterns_overlap(string left, string right, Match expected)
    {
        Assert.Equal(expected, ArnPattern.Overlaps(left, right));
        Assert.Equal(expected, ArnPattern.Overlaps(right, left));
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("**", true)]
    [InlineData("arn:*", true)]
    [InlineData("arn:aws:*", true)]
    [InlineData("arn:aws:*:*:*:*", true)]
    [InlineData("arn:⟨AWS::Partition⟩:*:*:*:*", true)]
    [InlineData("arn:aws:s3:::*", false)]
    [InlineData("⟨Resource⟩", false)]
    public void Everything_has_several_spellings(string pattern, bool everything) => Assert.Equal(everything, ArnPattern.Parse(pattern).IsEverything);

    [Fact]
    public void Many_stars_cost_no_more_than_their_number()
    {
        var hostile = "arn:aws:s3:::" + string.Concat(Enumerable.Repeat("*a", 1_000)) + "*b";
        var text = "arn:aws:s3:::" + new string('a', 2_000);
        Assert.Equal(Match.No, ArnPattern.Parse(hostile).Covers(ArnPattern.Parse(text)));
        Assert.Equal(Match.Yes, ArnPattern.Parse(hostile).Covers(ArnPattern.Parse(text + "b")));
        Assert.Equal(Match.Yes, ArnPattern.Overlaps(hostile, hostile.Replace("*b", "*c*", StringComparison.Ordinal)));
        Assert.Equal(Match.No, ActionPattern.Parse("s3:" + string.Concat(Enumerable.Repeat("*a", 1_000)) + "b").Covers(ActionPattern.Parse("s3:" + new string('a', 2_000))));
    }

    private static readonly Gen<string> Pattern = Gen.Char["ab*?"].Array[0, 7].Select(static symbols => new string(symbols));
    private static readonly Gen<string> Exact = Gen.Char["ab"].Array[0, 6].Select(static symbols => new string(symbols));

    [Fact]
    public void What_a_pattern_covers_agrees_with_its_definition() =>
        Gen.Select(Pattern, Exact).Sample(static (pattern, text) =>
            (Glob.Covers(Glob.Parse(pattern), Glob.Parse(text)) == Match.Yes) == Defined(pattern, text)
                && Glob.Overlaps(Glob.Parse(pattern), Glob.Parse(text)) == Glob.Covers(Glob.Parse(pattern), Glob.Parse(text)));

    [Fact]
    public void Covering_and_overlapping_agree_with_their_definitions() =>
        Gen.Select(Pattern, Pattern).Sample(static (left, right) =>
        {
            var texts = Texts().ToList();
            bool covers = Glob.Covers(Glob.Parse(left), Glob.Parse(right)) == Match.Yes, overlaps = Glob.Overlaps(Glob.Parse(left), Glob.Parse(right)) == Match.Yes;
            return (!covers || texts.All(text => !Defined(right, text) || Defined(left, text)))
                && (overlaps || !texts.Any(text => Defined(right, text) && Defined(left, text)))
                && Glob.Covers(Glob.Parse(left), Glob.Parse(left)) == Match.Yes;
        }, iter: 2_000);

    private static IEnumerable<string> Texts()
    {
        for (var length = 0; length <= 6; length++)
        {
            for (var bits = 0; bits < 1 << length; bits++)
            {
                var (size, pick) = (length, bits);
                yield return string.Create(size, pick, static (span, pick) =>
                {
                    for (var i = 0; i < span.Length; i++) span[i] = (pick >> i & 1) == 0 ? 'a' : 'b';
                });
            }
        }
    }

    private static bool Defined(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        if (pattern.IsEmpty) return text.IsEmpty;
        if (pattern[0] == '*') return Defined(pattern[1..], text) || (!text.IsEmpty && Defined(pattern, text[1..]));
        return !text.IsEmpty && (pattern[0] == '?' || pattern[0] == text[0]) && Defined(pattern[1..], text[1..]);
    }
}
