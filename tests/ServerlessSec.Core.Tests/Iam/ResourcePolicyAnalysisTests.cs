using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

public class ResourcePolicyAnalysisTests
{
    private const string Function = "arn:aws:lambda:eu-west-1:123456789012:function:f";
    private const string Url = "lambda:InvokeFunctionUrl";
    private const string Invoke = "lambda:InvokeFunction";
    private const string NoAuth = """{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}""";
    private const string ViaUrl = """{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}""";
    private const string Organization = """{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}""";

    private static string Allow(string principal, string action, string? condition = null, string effect = "Allow", string element = "Principal", string resource = Function) =>
        $$"""{"Effect":"{{effect}}","{{element}}":{{principal}},"Action":"{{action}}","Resource":"{{resource}}"{{(condition is null ? "" : ",\"Condition\":" + condition)}}}""";

    private static ResourcePolicyAnalysis Of(params string[] statements) => new([Policies.Of(PolicyKind.Resource, statements)]);

    [Theory]
    [InlineData("\"*\"", null, Reach.Public)]
    [InlineData("""{"AWS":"*"}""", null, Reach.Public)]
    [InlineData("""{"AWS":["arn:aws:iam::123456789012:root","*"]}""", null, Reach.Public)]
    [InlineData("""{"AWS":"123456789012"}""", null, Reach.Closed)]
    [InlineData("""{"AWS":"arn:aws:iam::⟨AWS::AccountId⟩:root"}""", null, Reach.Closed)]
    [InlineData("""{"AWS":"⟨Partner⟩"}""", null, Reach.Unknown)]
    [InlineData("""{"Service":"s3.amazonaws.com"}""", null, Reach.Closed)]
    [InlineData("\"*\"", Organization, Reach.Closed)]
    [InlineData("\"*\"", """{"StringEquals":{"aws:PrincipalOrgID":"⟨Organization⟩"}}""", Reach.Closed)]
    [InlineData("\"*\"", """{"StringEquals":{"aws:principalorgid":["o-a1b2c3d4e5"]}}""", Reach.Closed)]
    [InlineData("\"*\"", """{"StringLike":{"aws:PrincipalOrgID":"*"}}""", Reach.Public)]
    [InlineData("\"*\"", """{"StringLike":{"aws:PrincipalOrgID":"o-*"}}""", Reach.Public)]
    [InlineData("\"*\"", """{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}""", Reach.Public)]
    [InlineData("\"*\"", """{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}""", Reach.Public)]
    [InlineData("\"*\"", """{"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}""", Reach.Public)]
    [InlineData("\"*\"", """{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/r-ab12/*"}}""", Reach.Closed)]
    [InlineData("\"*\"", """{"StringEquals":{"aws:PrincipalAccount":["123456789012","210987654321"]}}""", Reach.Closed)]
    [InlineData("\"*\"", """{"StringEquals":{"aws:SourceAccount":"123456789012"}}""", Reach.Closed)]
    [InlineData("\"*\"", """{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/console-*"}}""", Reach.Closed)]
    [InlineData("\"*\"", """{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}}""", Reach.Public)]
    [InlineData("\"*\"", """{"ArnLike":{"aws:PrincipalArn":["arn:aws:iam::123456789012:role/x","*"]}}""", Reach.Public)]
    [InlineData("\"*\"", """{"ArnLike":{"aws:SourceArn":"arn:aws:sns:eu-west-1:123456789012:t"}}""", Reach.Closed)]
    [InlineData("\"*\"", """{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:*:*"}}""", Reach.Public)]
    [InlineData("\"*\"", """{"StringEquals":{"aws:SourceVpce":"vpce-0123456789abcdef0"}}""", Reach.Closed)]
    [InlineData("\"*\"", """{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}""", Reach.Closed)]
    [InlineData("\"*\"", """{"IpAddress":{"aws:SourceIp":["0.0.0.0/1","128.0.0.0/1"]}}""", Reach.Public)]
    [InlineData("\"*\"", """{"Bool":{"aws:SecureTransport":"true"}}""", Reach.Public)]
    [InlineData("\"*\"", """{"Null":{"aws:PrincipalOrgID":"false"}}""", Reach.Public)]
    [InlineData("\"*\"", """{"StringEquals":{"example:Unheard":"of"}}""", Reach.Unknown)]
    [InlineData("\"*\"", """{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5","example:Unheard":"of"}}""", Reach.Closed)]
    [InlineData("\"*\"", "\"⟨Condition⟩\"", Reach.Unknown)]
    public void Knows_who_gets_through_a_statement(string principal, string? condition, Reach expected) =>
        Assert.Equal(expected, Of(Allow(principal, Invoke, condition)).Grants().Max(static grant => grant.Reach));

    [Fact]
    public void Naming_whom_not_to_let_in_lets_everyone_in()
    {
        var grant = Assert.Single(Of(Allow("""{"AWS":"123456789012"}""", Invoke, element: "NotPrincipal")).Grants());
        Assert.Equal((Reach.Public, "*"), (grant.Reach, grant.Principal.Value));
    }

    [Theory]
    [InlineData(Url, NoAuth, true)]
    [InlineData(Url, null, true)]
    [InlineData(Invoke, ViaUrl, true)]
    [InlineData(Invoke, null, false)]
    [InlineData("lambda:*", null, false)]
    [InlineData("lambda:*", NoAuth, true)]
    public void Knows_a_statement_that_serves_urls_only(string action, string? condition, bool urlOnly)
    {
        var grant = Assert.Single(Of(Allow("\"*\"", action, condition)).Grants());
        Assert.Equal((Reach.Public, urlOnly), (grant.Reach, grant.UrlOnly));
    }

    [Theory]
    [InlineData(null, Reach.Closed)]
    [InlineData("""{"Bool":{"aws:SecureTransport":"false"}}""", Reach.Public)]
    [InlineData("""{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}""", Reach.Closed)]
    [InlineData("""{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}""", Reach.Closed)]
    [InlineData("""{"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}}""", Reach.Closed)]
    [InlineData("""{"StringEquals":{"aws:PrincipalAccount":"210987654321"}}""", Reach.Public)]
    [InlineData("""{"StringEquals":{"example:Unheard":"of"}}""", Reach.Unknown)]
    public void Considers_a_denial(string? condition, Reach expected) =>
        Assert.Equal(expected, Assert.Single(Of(Allow("\"*\"", Invoke), Allow("\"*\"", "lambda:*", condition, "Deny")).Grants()).Reach);

    public static TheoryData<string, string[], Reach, Reach> Urls => new()
    {
        { "nothing granted", [], Reach.Closed, Reach.Closed },
        { "half a grant", [Allow("\"*\"", Url, NoAuth)], Reach.Closed, Reach.Closed },
        { "the other half", [Allow("\"*\"", Invoke, ViaUrl)], Reach.Closed, Reach.Closed },
        { "both", [Allow("\"*\"", Url, NoAuth), Allow("\"*\"", Invoke, ViaUrl)], Reach.Public, Reach.Closed },
        { "invoking without condition", [Allow("\"*\"", Url, NoAuth), Allow("\"*\"", Invoke)], Reach.Public, Reach.Closed },
        { "both in one", [Allow("\"*\"", "lambda:InvokeFunction*")], Reach.Public, Reach.Public },
        { "for signed calls only", [Allow("\"*\"", Url, """{"StringEquals":{"lambda:FunctionUrlAuthType":"AWS_IAM"}}"""), Allow("\"*\"", Invoke)], Reach.Closed, Reach.Public },
        { "not through the URL", [Allow("\"*\"", Url), Allow("\"*\"", Invoke, """{"Bool":{"lambda:InvokedViaFunctionUrl":"false"}}""")], Reach.Closed, Reach.Closed },
        { "one of them for members", [Allow("\"*\"", Url, NoAuth), Allow("\"*\"", Invoke, Organization)], Reach.Closed, Reach.Closed },
        { "denied", [Allow("\"*\"", Url), Allow("\"*\"", Invoke), Allow("\"*\"", Url, null, "Deny")], Reach.Closed, Reach.Closed },
        { "denied without authentication", [Allow("\"*\"", Url), Allow("\"*\"", Invoke), Allow("\"*\"", Url, NoAuth, "Deny")], Reach.Closed, Reach.Public },
        { "of different qualifiers", [Allow("\"*\"", Url), Allow("\"*\"", Invoke, resource: Function + ":live")], Reach.Closed, Reach.Closed },
        { "of one qualifier", [Allow("\"*\"", Url, resource: Function + ":live"), Allow("\"*\"", Invoke, resource: Function + ":live")], Reach.Public, Reach.Public },
        { "of a name known at deployment",
            [Allow("\"*\"", Url, resource: "arn:aws:lambda:⟨AWS::Region⟩:⟨AWS::AccountId⟩:function:⟨Ajar⟩"),
            Allow("\"*\"", Invoke, resource: "arn:aws:lambda:⟨AWS::Region⟩:⟨AWS::AccountId⟩:function:⟨Ajar⟩")], Reach.Public, Reach.Public },
        { "a condition unheard of", [Allow("\"*\"", Url), Allow("\"*\"", Invoke, """{"StringEquals":{"example:Unheard":"of"}}""")], Reach.Unknown, Reach.Unknown },
        { "a statement unseen", [Allow("\"*\"", Url), "\"⟨Statement⟩\""], Reach.Unknown, Reach.Closed },
    };

    [Theory, MemberData(nameof(Urls))]
    public void A_url_is_public_when_everyone_is_granted_both_actions(string what, string[] statements, Reach expected, Reach signed)
    {
        var reach = Of(statements).UrlReach(Setting.Known("NONE"));
        Assert.True(reach == expected, $"{what}: {reach}");
        var bySignature = Of(statements).UrlReach(Setting.Known("AWS_IAM"));
        Assert.True(bySignature == signed, $"{what}, signed: {bySignature}");
        Assert.Equal(expected == Reach.Closed ? Reach.Closed : Reach.Unknown, Of(statements).UrlReach(Setting.Unknown<string>()));
    }

    [Fact]
    public void The_two_actions_may_stand_in_two_documents() =>
        Assert.Equal(Reach.Public,
            new ResourcePolicyAnalysis([Policies.Of(PolicyKind.Resource, Allow("\"*\"", Url)),
            Policies.Of(PolicyKind.Resource, Allow("\"*\"", Invoke))]).UrlReach(Setting.Known("NONE")));

    [Theory]
    [InlineData(null, SourceRestriction.None)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::uploads"}}""", SourceRestriction.ArnWithoutAccount)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"arn:⟨AWS::Partition⟩:s3:::⟨Uploads⟩"}}""", SourceRestriction.ArnWithoutAccount)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::uploads"},"StringEquals":{"aws:SourceAccount":"123456789012"}}""", SourceRestriction.Restricted)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::uploads"},"StringEquals":{"aws:SourceAccount":"⟨AWS::AccountId⟩"}}""", SourceRestriction.Restricted)]
    [InlineData("""{"StringEquals":{"AWS:SourceAccount":"123456789012"}}""", SourceRestriction.Restricted)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"arn:aws:sns:eu-west-1:123456789012:chimes"}}""", SourceRestriction.Restricted)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"arn:aws:execute-api:⟨AWS::Region⟩:⟨AWS::AccountId⟩:⟨Api⟩/*/GET/"}}""", SourceRestriction.Restricted)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"arn:aws:execute-api:eu-west-1:*:a1b2c3d4e5/*"}}""", SourceRestriction.ArnWithoutAccount)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"arn:aws:events:*:*:rule/*"}}""", SourceRestriction.None)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::*"}}""", SourceRestriction.None)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"*"}}""", SourceRestriction.None)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":["arn:aws:sns:eu-west-1:123456789012:chimes","*"]}}""", SourceRestriction.None)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"⟨Source⟩"}}""", SourceRestriction.Unknown)]
    [InlineData("""{"ArnLikeIfExists":{"aws:SourceArn":"arn:aws:sns:eu-west-1:123456789012:chimes"}}""", SourceRestriction.None)]
    [InlineData("""{"StringNotEquals":{"aws:SourceAccount":"123456789012"}}""", SourceRestriction.None)]
    [InlineData("""{"StringLike":{"aws:SourceAccount":"*"}}""", SourceRestriction.None)]
    [InlineData("""{"StringEquals":{"aws:SourceOrgID":"o-a1b2c3d4e5"}}""", SourceRestriction.Restricted)]
    [InlineData("""{"StringEquals":{"lambda:EventSourceToken":"amzn1.ask.skill.1"}}""", SourceRestriction.Restricted)]
    [InlineData("""{"Bool":{"aws:SecureTransport":"true"}}""", SourceRestriction.None)]
    [InlineData("\"⟨Condition⟩\"", SourceRestriction.Unknown)]
    public void Knows_how_far_a_service_is_tied_to_its_source(string? condition, SourceRestriction expected)
    {
        var grant = Assert.Single(Of(Allow("""{"Service":"s3.amazonaws.com"}""", Invoke, condition)).Grants());
        Assert.Equal((true, expected, Reach.Closed), (grant.IsService, grant.Source, grant.Reach));
    }

    [Fact]
    public void Grants_name_their_statement()
    {
        var grants = Of("""{"Sid":"First","Effect":"Allow","Principal":{"Service":["s3.amazonaws.com","sns.amazonaws.com"]},"Action":["lambda:InvokeFunction","lambda:GetFunction"]}""", Allow("\"*\"", Invoke)).Grants();
        Assert.Equal(["First", "First", "2"], grants.Select(static grant => grant.Sid));
        Assert.Equal(["s3.amazonaws.com", "sns.amazonaws.com", "*"], grants.Select(static grant => grant.Principal.Value));
        Assert.Equal(["lambda:GetFunction", "lambda:InvokeFunction"], grants[0].Actions.AsEnumerable());
    }
}
