using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Iam;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Exposure;

public class PublicResourcePolicyTests
{
    [Theory]
    [InlineData(Reach.Public, false, "lambda:InvokeFunction", Severity.Critical)]
    [InlineData(Reach.Public, false, "lambda:*", Severity.Critical)]
    [InlineData(Reach.Public, false, "lambda:GetFunction", Severity.High)]
    [InlineData(Reach.Public, true, "lambda:InvokeFunctionUrl", null)]
    [InlineData(Reach.Closed, false, "lambda:InvokeFunction", null)]
    [InlineData(Reach.Unknown, false, "lambda:InvokeFunction", null)]
    public void Flags_a_statement_that_lets_everyone_in(Reach reach, bool urlOnly, string action, Severity? expected)
    {
        var grant = new InvokeGrant { Sid = "SquareCall", Principal = "*", Actions = [action], Reach = reach, UrlOnly = urlOnly };
        var findings = new PublicResourcePolicy().Check(Given.Function(Given.Posture() with { Grants = [grant] })).ToArray();
        Assert.Equal(expected, findings.SingleOrDefault()?.Severity);
        if (expected is not null) Assert.Equal("ResourcePolicy.SquareCall", findings[0].Place);
    }

    [Theory]
    [InlineData("AWS_IAM", Reach.Public, "lambda:InvokeFunctionUrl", true)]
    [InlineData("AWS_IAM", Reach.Public, "lambda:InvokeFunction", false)]
    [InlineData("AWS_IAM", Reach.Closed, "lambda:InvokeFunctionUrl", false)]
    [InlineData("NONE", Reach.Public, "lambda:InvokeFunctionUrl", false)]
    public void A_url_that_anybody_may_sign_for_is_told_here_and_not_as_anonymous(string authType, Reach reach, string action, bool flagged)
    {
        var grant = new InvokeGrant { Sid = "SquareCall", Principal = "*", Actions = [action], Reach = Reach.Public, UrlOnly = true };
        var function = Given.Function(Given.Posture() with { Url = new(Setting.Known(authType), reach, null), Grants = [grant] });
        var finding = new PublicResourcePolicy().Check(function).SingleOrDefault();
        Assert.Equal(flagged ? Severity.High : null, finding?.Severity);
        if (flagged) Assert.Contains("signs the request", finding!.Message, StringComparison.Ordinal);
        Assert.Equal(authType == "NONE", new AnonymousFunctionUrl().Check(function).Any());
    }
}
