using ServerlessSec.Facts;
using ServerlessSec.Iam;

namespace ServerlessSec.Rules.Exposure;

public class ServicePrincipalWithoutSourceTests
{
    [Theory]
    [InlineData("s3.amazonaws.com", SourceRestriction.None, "SourceArn with")]
    [InlineData("s3.amazonaws.com", SourceRestriction.None, "SourceAccount")]
    [InlineData("s3.amazonaws.com", SourceRestriction.ArnWithoutAccount, "SourceAccount")]
    [InlineData("sns.amazonaws.com", SourceRestriction.Restricted, null)]
    [InlineData("sns.amazonaws.com", SourceRestriction.Unknown, null)]
    [InlineData("alexa-appkit.amazon.com", SourceRestriction.None, "EventSourceToken")]
    [InlineData("alexa-appkit.amazon.com", SourceRestriction.Restricted, null)]
    [InlineData("config.amazonaws.com", SourceRestriction.None, "Add SourceAccount")]
    public void Flags_a_service_that_calls_for_anybody_and_names_what_to_add(string principal, SourceRestriction source, string? fix)
    {
        var finding = Check(new InvokeGrant { Sid = "Call", Principal = principal, IsService = true, Source = source }).SingleOrDefault();
        Assert.Equal(fix is not null, finding is not null);
        if (fix is not null) Assert.Contains(fix, finding!.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Services_of_one_statement_are_told_apart_and_no_region_is_in_the_place()
    {
        InvokeGrant Grant(string principal) => new() { Sid = "Call", Principal = principal, IsService = true, Source = SourceRestriction.None };
        Assert.Equal(["ResourcePolicy.Call: logs", "ResourcePolicy.Call: sns"],
            Check(Grant("logs.eu-west-1.amazonaws.com"), Grant("sns.amazonaws.com"), Grant("logs.eu-north-1.amazonaws.com")).Select(f => f.Place));
    }

    [Fact]
    public void An_account_is_no_service() =>
        Assert.Empty(Check(new InvokeGrant { Sid = "Call", Principal = "123456789012", Source = SourceRestriction.None }));

    private static Findings.Finding[] Check(params InvokeGrant[] grants) =>
        [.. new ServicePrincipalWithoutSource().Check(Given.Function(Given.Posture() with { Grants = [.. grants] }))];
}
