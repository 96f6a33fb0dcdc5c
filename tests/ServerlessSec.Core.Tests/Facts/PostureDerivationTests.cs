using ServerlessSec.Snapshots;

namespace ServerlessSec.Facts;

public class PostureDerivationTests
{
    [Theory]
    [InlineData("PARTNER_TOKEN", ValueOrigin.Reference, "⟨PartnerToken⟩", true)]
    [InlineData("PARTNER_TOKEN", ValueOrigin.Reference, "⟨Client.ClientSecret⟩", true)]
    [InlineData("PARTNER_TOKEN", ValueOrigin.Unknown, null, true)]
    [InlineData("PARTNER_TOKEN", ValueOrigin.Literal, "blue horse 7", true)]
    [InlineData("PARTNER_TOKEN", ValueOrigin.NoEcho, "changeme", true)]
    [InlineData("PARTNER_TOKEN", ValueOrigin.ResourceName, "⟨PartnerSecret⟩", false)]
    [InlineData("PARTNER_TOKEN", ValueOrigin.Reference, "arn:⟨AWS::Partition⟩:secretsmanager:⟨AWS::Region⟩:⟨AWS::AccountId⟩:secret:partner", false)]
    [InlineData("PARTNER_TOKEN", ValueOrigin.Literal, "arn:aws:ssm:eu-west-1:123456789012:parameter/partner", false)]
    [InlineData("PARTNER_TOKEN", ValueOrigin.Literal, "/shop/partner/token", false)]
    [InlineData("PARTNER_TOKEN", ValueOrigin.Literal, "changeme", false)]
    [InlineData("PARTNER_TOKEN", ValueOrigin.Literal, "", false)]
    [InlineData("PARTNER_TOKEN", ValueOrigin.DynamicReference, "{{resolve:ssm:/shop/token}}", false)]
    [InlineData("PARTNER_TOKEN", ValueOrigin.DynamicReference, "{{resolve:secretsmanager:shop}}", true)]
    [InlineData("STAGE", ValueOrigin.Literal, "live", false)]
    public void A_variable_is_sensitive_by_its_name_unless_its_value_says_where_the_secret_is(string name, ValueOrigin origin, string? value, bool expected)
    {
        var function = new FunctionSnapshot
        {
            Id = "Pay",
            Arn = "arn:aws:lambda:eu-west-1:123456789012:function:pay",
            Configuration = new() { Environment = [new(name, origin, value, null)] }
        };
        Assert.Equal(expected, Assert.Single(PostureDerivation.Derive(function, ScanLimits.Default).Environment).Sensitive);
    }
}
