using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Iam;

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
}
