using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

public class RolePermissionsTests
{
    private const string Object = "arn:aws:s3:::b/k";

    public static TheoryData<string, string[], string, string, Verdict> Requests => new()
    {
        { "nothing", [], "s3:GetObject", Object, Verdict.ImplicitlyDenied },
        { "allowed", [Policies.Allow("s3:GetObject", "arn:aws:s3:::b/*")], "s3:GetObject", Object, Verdict.Allowed },
        { "denied", [Policies.Allow("s3:*"), Policies.Deny("s3:GetObject")], "s3:GetObject", Object, Verdict.Denied },
        { "denied elsewhere", [Policies.Allow("s3:*"), Policies.Deny("s3:GetObject", "arn:aws:s3:::c/*")], "s3:GetObject", Object, Verdict.Allowed },
        { "not that action", [Policies.Statement("Allow", "NotAction", "s3:GetObject", "Resource", "*")], "s3:GetObject", Object, Verdict.ImplicitlyDenied },
        { "not that resource", [Policies.Statement("Allow", "Action", "*", "NotResource", "arn:aws:s3:::b/*")], "s3:GetObject", Object, Verdict.ImplicitlyDenied },
        { "condition open", [Policies.Allow("s3:*", "*", """{"Bool":{"aws:SecureTransport":"true"}}""")], "s3:GetObject", Object, Verdict.Conditional },
        { "deny may hold", [Policies.Allow("s3:*"), Policies.Deny("s3:*", "*", """{"Bool":{"aws:SecureTransport":"false"}}""")], "s3:GetObject", Object, Verdict.Conditional },
        { "a hole decides", [Policies.Allow("s3:*", "arn:aws:s3:::⟨Bucket⟩/*")], "s3:GetObject", Object, Verdict.Unknown },
        { "the same hole", [Policies.Allow("sqs:SendMessage", "arn:aws:sqs:⟨R⟩:⟨A⟩:⟨Q⟩")], "sqs:SendMessage", "arn:⟨P⟩:sqs:⟨R⟩:⟨A⟩:⟨Q⟩", Verdict.Allowed },
        { "a hole for an action", [Policies.Allow("⟨Action⟩")], "s3:GetObject", Object, Verdict.Unknown },
        { "a statement unseen", ["\"⟨Statement⟩\""], "s3:GetObject", Object, Verdict.Unknown },
        { "some of a pattern", [Policies.Allow("s3:PutObject", "arn:aws:s3:::b/in/*")], "s3:PutObject", "arn:aws:s3:::b/*", Verdict.Allowed },
        { "all that is allowed of it denied", [Policies.Allow("s3:PutObject", "arn:aws:s3:::b/in/*"), Policies.Deny("s3:*", "arn:aws:s3:::b/in*")], "s3:PutObject",
            "arn:aws:s3:::b/*", Verdict.Denied },
        { "nothing of a pattern", [Policies.Allow("s3:PutObject", "arn:aws:s3:::b/out/*")], "s3:PutObject", "arn:aws:s3:::b/in/*.jpg", Verdict.ImplicitlyDenied },
        { "no user's name", [Policies.Allow("iam:*", "arn:aws:iam::*:user/${aws:username}")], "iam:GetUser", "arn:aws:iam::123456789012:user/x", Verdict.ImplicitlyDenied },
        { "a tag decides", [Policies.Allow("s3:*", "arn:aws:s3:::b/${aws:PrincipalTag/team}/*")], "s3:GetObject", "arn:aws:s3:::b/red/k", Verdict.Unknown },
    };

    [Theory, MemberData(nameof(Requests))]
    public void Judges(string what, string[] statements, string action, string resource, Verdict expected)
    {
        var verdict = Policies.Role(statements).Allows(action, resource);
        Assert.True(verdict == expected, $"{what}: {verdict}");
    }

    [Fact]
    public void The_boundary_intersects()
    {
        var identity = Policies.Inline(Policies.Allow("s3:*"));
        Assert.Equal(Verdict.Allowed, new RolePermissions([identity], Policies.Inline(Policies.Allow("s3:Get*"))).Allows("s3:GetObject", Object));
        Assert.Equal(Verdict.ImplicitlyDenied, new RolePermissions([identity], Policies.Inline(Policies.Allow("s3:Get*"))).Allows("s3:PutObject", Object));
        Assert.Equal(Verdict.Denied, new RolePermissions([identity], Policies.Inline(Policies.Deny("s3:*"))).Allows("s3:GetObject", Object));
        Assert.Equal(Verdict.Unknown, new RolePermissions([identity], identity with { Statements = [], IsComplete = false }).Allows("s3:GetObject", Object));
        Assert.Equal(Verdict.ImplicitlyDenied, new RolePermissions([], Policies.Inline(Policies.Allow("*"))).Allows("s3:GetObject", Object));
    }

    [Theory]
    [InlineData("""{"StringEquals":{"s3:prefix":"a"}}""", "a", true)]
    [InlineData("""{"StringEquals":{"S3:PREFIX":["x","a"]}}""", "a", true)]
    [InlineData("""{"StringEquals":{"s3:prefix":"a*"}}""", "ab", false)]
    [InlineData("""{"StringNotEquals":{"s3:prefix":"a"}}""", "b", true)]
    [InlineData("""{"StringEqualsIgnoreCase":{"s3:prefix":"A"}}""", "a", true)]
    [InlineData("""{"StringNotEqualsIgnoreCase":{"s3:prefix":"A"}}""", "a", false)]
    [InlineData("""{"StringLike":{"s3:prefix":"a*"}}""", "ab", true)]
    [InlineData("""{"StringNotLike":{"s3:prefix":["a*","b*"]}}""", "bc", false)]
    [InlineData("""{"ArnLike":{"s3:prefix":"arn:aws:iam::*:role/app/*"}}""", "arn:aws:iam::123456789012:role/app/x/y", true)]
    [InlineData("""{"ArnEquals":{"s3:prefix":"arn:aws:iam::*:role/app"}}""", "arn:aws:iam::123456789012:role/ap", false)]
    [InlineData("""{"ArnNotLike":{"s3:prefix":"arn:aws:iam::1*:role/*"}}""", "arn:aws:iam::2:role/x", true)]
    [InlineData("""{"Bool":{"s3:prefix":"true"}}""", "True", true)]
    [InlineData("""{"Bool":{"s3:prefix":true}}""", "true", true)]
    [InlineData("""{"NumericLessThan":{"s3:prefix":10}}""", "9.5", true)]
    [InlineData("""{"NumericGreaterThanEquals":{"s3:prefix":"10"}}""", "9", false)]
    [InlineData("""{"NumericNotEquals":{"s3:prefix":"10"}}""", "10.0", false)]
    [InlineData("""{"NumericEquals":{"s3:prefix":"10"}}""", "ten", false)]
    [InlineData("""{"DateLessThan":{"s3:prefix":"2026-01-01T00:00:00Z"}}""", "2025-12-31T23:59:59Z", true)]
    [InlineData("""{"DateGreaterThan":{"s3:prefix":"1767225600"}}""", "2025-12-31T23:59:59Z", false)]
    [InlineData("""{"IpAddress":{"s3:prefix":"10.0.0.0/8"}}""", "10.1.2.3", true)]
    [InlineData("""{"IpAddress":{"s3:prefix":["192.0.2.7","2001:db8::/32"]}}""", "2001:db8::1", true)]
    [InlineData("""{"NotIpAddress":{"s3:prefix":"10.0.0.0/8"}}""", "10.1.2.3", false)]
    [InlineData("""{"Null":{"s3:prefix":"false"}}""", "a", true)]
    [InlineData("""{"Null":{"s3:prefix":"true"}}""", "a", false)]
    [InlineData("""{"ForAllValues:StringEquals":{"s3:prefix":["a","b"]}}""", "a|b", true)]
    [InlineData("""{"ForAllValues:StringEquals":{"s3:prefix":["a","b"]}}""", "a|c", false)]
    [InlineData("""{"ForAnyValue:StringLike":{"s3:prefix":["c*"]}}""", "a|cd", true)]
    [InlineData("""{"StringEquals":{"s3:prefix":"${aws:userid}"}}""", "me", true)]
    [InlineData("""{"StringEquals":{"s3:prefix":"${aws:absent, 'me'}"}}""", "me", true)]
    [InlineData("""{"StringLike":{"s3:prefix":"m${*}"}}""", "me", false)]
    [InlineData("""{"StringEquals":{"s3:absent":"a"}}""", "a", false)]
    [InlineData("""{"StringNotEquals":{"s3:absent":"a"}}""", "a", true)]
    [InlineData("""{"StringEqualsIfExists":{"s3:absent":"a"}}""", "a", true)]
    [InlineData("""{"Null":{"s3:absent":"true"}}""", "a", true)]
    [InlineData("""{"ForAllValues:StringEquals":{"s3:absent":"a"}}""", "a", true)]
    [InlineData("""{"ForAnyValue:StringEquals":{"s3:absent":"a"}}""", "a", false)]
    public void Evaluates_a_condition(string condition, string value, bool holds)
    {
        var context = new RequestContext([new("s3:prefix", [.. value.Split('|')]), new("aws:userid", ["me"])], isComplete: true);
        var verdict = Policies.Role(Policies.Allow("s3:GetObject", "*", condition)).Allows("s3:GetObject", Object, context);
        Assert.Equal(holds ? Verdict.Allowed : Verdict.ImplicitlyDenied, verdict);
    }

    [Fact]
    public void A_variable_is_plain_text_before_the_version_of_2012()
    {
        const string Statement = """{"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::1:user/${aws:userid}"}""";
        var context = new RequestContext([new("aws:userid", ["me"])], isComplete: true);
        Assert.Equal(Verdict.Allowed, Ask($$"""{"Version":"2012-10-17","Statement":{{Statement}}}"""));
        Assert.Equal(Verdict.ImplicitlyDenied, Ask($$"""{"Version":"2008-10-17","Statement":{{Statement}}}"""));
        Assert.Equal(Verdict.ImplicitlyDenied, Ask($$"""{"Statement":{{Statement}}}"""));

        Verdict Ask(string json) => new RolePermissions([Policies.Parse(PolicyKind.Inline, json)]).Allows("iam:GetUser", "arn:aws:iam::1:user/me", context);
    }
}
