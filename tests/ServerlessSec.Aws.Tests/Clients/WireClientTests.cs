using Amazon.Runtime;
using ServerlessSec.Aws.Collecting;
using ServerlessSec.Aws.Emulation;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Clients;

/// <summary>Answers that are none: whoever works on a message must not take them for a message that is none.</summary>
public sealed class WireClientTests
{
    [Theory]
    [InlineData("", "is empty")]
    [InlineData("null", "is 'null'")]
    [InlineData("{", "is not the JSON")]
    [InlineData("[]", "is not the JSON")]
    [InlineData("{}", "is not the JSON")]
    [InlineData("<html>", "is not the JSON")]
    public async Task An_answer_in_JSON_that_is_none_is_said_so_and_is_not_the_messages_fault(string body, string reason)
    {
        await using var proxy = Answering(_ => body);
        using var lambda = new LambdaClient(Emulator.Credentials, At(proxy));
        var fault = await Assert.ThrowsAsync<AmazonUnmarshallingException>(() => lambda.GetFunctionAsync("desk", null, Stop));
        Assert.Contains($"'GetFunction' {reason}", fault.Message, StringComparison.Ordinal);
        Assert.Single(proxy.Seen);
    }

    [Theory, InlineData(""), InlineData("<GetRole"), InlineData("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>")]
    public async Task An_answer_in_XML_that_is_none_is_said_so(string body)
    {
        await using var proxy = Answering(_ => body);
        using var iam = new IamClient(Emulator.Credentials, At(proxy));
        var fault = await Assert.ThrowsAsync<AmazonUnmarshallingException>(() => iam.GetRoleAsync("desk-role", Stop));
        Assert.Contains("'GetRole' is not the XML", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_could_not_be_read_is_read_again_and_one_that_was_read_is_not()
    {
        const string Policy = "arn:aws:iam::123456789012:policy/orders";
        var asked = 0;
        await using var proxy = Answering(form =>
        {
            if (form.Contains("Action=GetRole&", StringComparison.Ordinal)) return "<R><GetRoleResult><Role><Arn>arn:aws:iam::123456789012:role/desk</Arn></Role></GetRoleResult></R>";
            if (form.Contains("Action=ListRolePolicies&", StringComparison.Ordinal)) return "<R><ListRolePoliciesResult/></R>";
            if (form.Contains("Action=ListAttachedRolePolicies&", StringComparison.Ordinal)) return $"<R><ListAttachedRolePoliciesResult><AttachedPolicies><member><PolicyName>orders</PolicyName><PolicyArn>{Policy}</PolicyArn></member></AttachedPolicies></ListAttachedRolePoliciesResult></R>";
            if (form.Contains("Action=GetPolicyVersion&", StringComparison.Ordinal)) return "<R><GetPolicyVersionResult><PolicyVersion><Document>%7B%7D</Document></PolicyVersion></GetPolicyVersionResult></R>";
            return ++asked == 1 ? "" : "<R><GetPolicyResult><Policy><DefaultVersionId>v1</DefaultVersionId></Policy></GetPolicyResult></R>";
        });
        using var iam = new IamClient(Emulator.Credentials, At(proxy));
        var collector = new RoleCollector(iam);
        await Assert.ThrowsAsync<AmazonUnmarshallingException>(() => collector.CollectAsync("arn:aws:iam::123456789012:role/desk", Stop));
        for (var time = 0; time < 2; time++)
        {
            var (role, missing) = await collector.CollectAsync("arn:aws:iam::123456789012:role/desk", Stop);
            Assert.Null(missing);
            Assert.Equal(("orders", PolicyKind.CustomerManaged, "{}"), (role.Policies[0].Name, role.Policies[0].Kind, role.Policies[0].Json));
        }

        Assert.Equal(2, asked);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Action<ClientConfig> At(FaultProxy proxy) => config =>
    {
        config.ServiceURL = proxy.Address.ToString();
        config.AuthenticationRegion = "eu-central-1";
    };

    private static FaultProxy Answering(Func<string, string> body) => new(new("http://127.0.0.1:1"))
    {
        Faults = passing => new(200, body(System.Text.Encoding.UTF8.GetString(passing.Body))),
    };
}
