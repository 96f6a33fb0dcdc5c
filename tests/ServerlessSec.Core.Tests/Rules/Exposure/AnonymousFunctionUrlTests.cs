using ServerlessSec.Facts;
using ServerlessSec.Iam;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Exposure;

public class AnonymousFunctionUrlTests
{
    [Theory, InlineData(Reach.Public, true), InlineData(Reach.Closed, false), InlineData(Reach.Unknown, false)]
    public void Flags_a_url_that_strangers_can_call(Reach reach, bool flagged)
    {
        var url = new UrlFacts(Setting.Known("NONE"), reach, Given.At(3));
        var findings = new AnonymousFunctionUrl().Check(Given.Function(Given.Posture() with { Url = url })).ToArray();
        Assert.Equal(flagged, findings.Length == 1);
        if (flagged) Assert.Equal(("FunctionUrlConfig.AuthType", Given.At(3)), (findings[0].Place, findings[0].Location));
    }

    [Fact]
    public void Says_nothing_of_a_function_without_url_or_posture()
    {
        Assert.Empty(new AnonymousFunctionUrl().Check(Given.Function(Given.Posture())));
        Assert.Empty(new AnonymousFunctionUrl().Check(Given.Package(new() { Id = "Checkout" })));
    }
}
