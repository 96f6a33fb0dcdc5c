using CsCheck;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

public class PermissionQuestionsTests
{
    private static readonly string Everything = Policies.Allow("*");

    public static TheoryData<string, string[], string?, bool> Administrators => new()
    {
        { "a star", [Everything], null, true },
        { "a star with a colon", [Policies.Allow("*:*")], null, true },
        { "every ARN", [Policies.Allow("*", "arn:aws:*:*:*:*")], null, true },
        { "all but billing", [Policies.Statement("Allow", "NotAction", "aws-portal:*", "Resource", "*")], null, true },
        { "all but one bucket", [Policies.Statement("Allow", "Action", "*", "NotResource", "arn:aws:s3:::vault/*")], null, true },
        { "all but IAM", [Policies.Statement("Allow", "NotAction", "iam:*,organizations:*,account:*", "Resource", "*")], null, false },
        { "one service", [Policies.Allow("s3:*")], null, false },
        { "a star on one bucket", [Policies.Allow("*", "arn:aws:s3:::b/*")], null, false },
        { "denied again", [Everything, Policies.Deny("*")], null, false },
        { "denied but for logs", [Everything, Policies.Statement("Deny", "NotAction", "logs:CreateLogStream,logs:PutLogEvents", "Resource", "*")], null, false },
        { "denied but for IAM", [Everything, Policies.Statement("Deny", "NotAction", "iam:*", "Resource", "*")], null, true },
        { "IAM denied", [Everything, Policies.Deny("iam:*")], null, false },
        { "leaving the organization denied", [Everything, Policies.Deny("organizations:LeaveOrganization")], null, true },
        { "one bucket denied", [Everything, Policies.Deny("*", "arn:aws:s3:::vault/*")], null, true },
        { "old sessions denied", [Everything, Policies.Deny("*", "*", """{"DateLessThan":{"aws:TokenIssueTime":"2026-01-01T00:00:00Z"}}""")], null, true },
        { "within a boundary of S3", [Everything], Policies.Allow("s3:*"), false },
        { "within a boundary of everything", [Everything], Everything, true },
        { "within a boundary on one bucket", [Everything], Policies.Allow("*", "arn:aws:s3:::b/*"), false },
        { "a boundary alone", [Policies.Allow("s3:GetObject", "arn:aws:s3:::b/*")], Everything, false },
        { "a user's name that no role has", [Policies.Allow("*", "*", """{"StringEquals":{"aws:username":"root"}}""")], null, false },
    };

    [Theory, MemberData(nameof(Administrators))]
    public void Knows_an_administrator(string what, string[] statements, string? boundary, bool expected)
    {
        var role = new RolePermissions([Policies.Inline(statements)], boundary is null ? null : Policies.Of(PolicyKind.Boundary, boundary));
        Assert.True(role.Administrator().Any() == expected, what);
    }

    [Fact]
    public void A_condition_makes_an_administrator_conditional()
    {
        var grant = Assert.Single(Policies.Role(Policies.Allow("*", "*", """{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}""")).Administrator());
        Assert.True(grant.Conditional);
        Assert.False(Assert.Single(Policies.Role(Everything).Administrator()).Conditional);
    }

    [Fact]
    public void Two_documents_are_weighed_together()
    {
        var role = new RolePermissions([Policies.Inline(Everything), Policies.Inline(Policies.Deny("*"))]);
        Assert.Empty(role.Administrator());
        Assert.Empty(role.SensitiveOnAll());
        Assert.Empty(role.ServiceWide());
    }

    [Theory]
    [InlineData("s3:*", "*", "s3", true, false)]
    [InlineData("s3:**", "arn:aws:s3:::*", "s3", true, false)]
    [InlineData("s3:?*", "*", "s3", true, false)]
    [InlineData("S3:*", "arn:aws:s3:::b,arn:aws:s3:::b/*", "s3", false, false)]
    [InlineData("*", "arn:aws:s3:::b/*", "s3", false, false)]
    [InlineData("xray:*", "*", "xray", true, true)]
    [InlineData("logs:*", "arn:aws:logs:*:*:log-group:/aws/lambda/own:*", "logs", false, true)]
    [InlineData("logs:*", "arn:aws:logs:*:*:*", "logs", true, false)]
    public void Knows_a_whole_service(string action, string resource, string service, bool onAll, bool harmless)
    {
        var grant = Assert.Single(Policies.Role(Policies.Allow(action, resource)).ServiceWide());
        Assert.Equal((service, onAll, harmless, false), (grant.Service, grant.OnAll, grant.Harmless, grant.Conditional));
        Assert.Equal([action], grant.Actions.AsEnumerable());
        Assert.Equal(resource.Split(','), grant.Resources.AsEnumerable());
    }

    [Theory]
    [InlineData("s3:Get*", "*")]
    [InlineData("s3:GetObject", "*")]
    [InlineData("s3:A*", "*")]
    public void A_part_of_a_service_is_not_the_whole(string action, string resource) => Assert.Empty(Policies.Role(Policies.Allow(action, resource)).ServiceWide());

    [Fact]
    public void What_is_denied_of_a_service_is_left_out()
    {
        var allow = Policies.Allow("s3:*,sqs:*");
        Assert.Equal(["s3", "sqs"], Policies.Role(allow).ServiceWide().Select(static grant => grant.Service));
        Assert.Equal(["sqs"], Policies.Role(allow, Policies.Deny("s3:*")).ServiceWide().Select(static grant => grant.Service));
        Assert.Equal(["s3", "sqs"], Policies.Role(allow, Policies.Deny("s3:DeleteBucket")).ServiceWide().Select(static grant => grant.Service));
        Assert.Equal(["sqs"], new RolePermissions([Policies.Inline(allow)], Policies.Inline(Policies.Allow("sqs:*,s3:Get*"))).ServiceWide().Select(static grant => grant.Service));
        Assert.Empty(Policies.Role(Everything).ServiceWide());
    }

    [Theory]
    [InlineData("Action", "*", "NotResource", "*")]
    [InlineData("Action", "s3:*", "NotResource", "arn:aws:s3:::vault,*")]
    [InlineData("NotAction", "*", "Resource", "*")]
    public void All_but_everything_is_nothing(string actionElement, string actions, string resourceElement, string resources)
    {
        var role = Policies.Role(Policies.Statement("Allow", actionElement, actions, resourceElement, resources));
        Assert.Empty(role.Administrator());
        Assert.Empty(role.ServiceWide());
        Assert.Empty(role.SensitiveOnAll());
    }

    [Fact]
    public void A_power_user_has_nearly_every_service()
    {
        var role = new RolePermissions([PolicyParser.Parse(new PolicySnapshot { Kind = PolicyKind.AwsManaged, Name = "PowerUserAccess" }, ScanLimits.Default)]);
        Assert.Empty(role.Administrator());
        Assert.Contains(role.ServiceWide(), static grant => grant.Service == "*" && grant.Actions.Contains("NotAction iam:*"));
    }

    [Theory]
    [InlineData("s3:GetObject", "*", "s3:GetObject")]
    [InlineData("s3:Get*", "arn:aws:s3:::*/*", "s3:GetObject,s3:GetObjectVersion")]
    [InlineData("s3:GetObject", "arn:aws:s3:::*", "s3:GetObject")]
    [InlineData("s3:GetObject", "arn:aws:s3:::b/*", null)]
    [InlineData("iam:PassRole", "arn:aws:iam::*:role/*", "iam:PassRole")]
    [InlineData("iam:PassRole", "arn:aws:iam::⟨AWS::AccountId⟩:role/*", "iam:PassRole")]
    [InlineData("iam:PassRole", "arn:aws:iam::123456789012:role/app-*", null)]
    [InlineData("dynamodb:Scan", "arn:⟨AWS::Partition⟩:dynamodb:⟨AWS::Region⟩:⟨AWS::AccountId⟩:table/*", "dynamodb:Scan")]
    [InlineData("dynamodb:Scan", "arn:aws:dynamodb:eu-west-1:123456789012:table/⟨Table⟩", null)]
    [InlineData("secretsmanager:*", "*", "secretsmanager:DeleteSecret,secretsmanager:GetSecretValue,secretsmanager:PutResourcePolicy,secretsmanager:PutSecretValue")]
    [InlineData("ssm:GetParameter", "arn:aws:ssm:*:*:parameter/shop/*", null)]
    [InlineData("ec2:CreateNetworkInterface", "*", null)]
    [InlineData("sqs:ReceiveMessage", "*", null)]
    [InlineData("s3:ListAllMyBuckets", "*", null)]
    public void Knows_sensitive_actions_on_everything(string action, string resource, string? expected)
    {
        var grants = Policies.Role(Policies.Allow(action, resource)).SensitiveOnAll();
        Assert.Equal(expected, grants.IsEmpty ? null : string.Join(',', Assert.Single(grants).Actions));
    }

    [Fact]
    public void A_sensitive_action_may_be_conditional_or_denied()
    {
        const string Service = """{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}""";
        Assert.True(Assert.Single(Policies.Role(Policies.Allow("iam:PassRole", "*", Service)).SensitiveOnAll()).Conditional);
        Assert.Empty(Policies.Role(Policies.Allow("iam:PassRole"), Policies.Deny("iam:*")).SensitiveOnAll());
        Assert.NotEmpty(Policies.Role(Policies.Allow("iam:PassRole"), Policies.Deny("iam:PassRole", "arn:aws:iam::*:role/admin")).SensitiveOnAll());
        Assert.Empty(new RolePermissions([Policies.Inline(Policies.Allow("iam:PassRole"))], Policies.Inline(Policies.Allow("s3:*"))).SensitiveOnAll());
    }

    [Theory]
    [InlineData("AWSLambdaBasicExecutionRole")]
    [InlineData("AWSLambdaVPCAccessExecutionRole")]
    [InlineData("AWSLambdaSQSQueueExecutionRole")]
    [InlineData("AWSLambdaDynamoDBExecutionRole")]
    [InlineData("AWSLambdaKinesisExecutionRole")]
    [InlineData("AWSXRayDaemonWriteAccess")]
    [InlineData("CloudWatchLambdaInsightsExecutionRolePolicy")]
    public void What_aws_gives_to_functions_is_not_sensitive(string name)
    {
        var role = new RolePermissions([PolicyParser.Parse(new PolicySnapshot { Kind = PolicyKind.AwsManaged, Name = name }, ScanLimits.Default)]);
        Assert.Empty(role.Administrator());
        Assert.Empty(role.ServiceWide());
        Assert.Empty(role.SensitiveOnAll());
    }

    [Fact]
    public void Every_sensitive_action_stands_once_and_has_a_class()
    {
        Assert.Equal(SensitiveActions.All.Length, SensitiveActions.All.DistinctBy(static action => action.Action).Count());
        Assert.All(SensitiveActions.All, static action => Assert.Contains(action.Class, new[] { "privilege", "secrets", "data", "destruction" }));
        Assert.All(SensitiveActions.All, static action => Assert.Matches("^[a-z0-9-]+:[A-Za-z]+$", action.Action));
    }

    private static readonly Gen<string> Action = Among<string>("*", "s3:*", "s3:Get*", "s3:GetObject", "iam:PassRole", "iam:*");
    private static readonly Gen<string> Resource = Among<string>("*", "arn:aws:s3:::*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/k", "arn:aws:s3:::⟨B⟩/k", "arn:aws:iam::*:role/*");
    private static readonly Gen<string?> Condition = Among<string?>(null, """{"Bool":{"aws:SecureTransport":"true"}}""", """{"StringEquals":{"aws:username":"x"}}""");

    private static readonly Gen<string> AnyStatement = Gen.Select(
        Gen.Bool, Gen.Bool, Gen.Bool, Gen.Select(Action, Resource, Condition),
        static (allow, notAction, notResource, rest) => Policies.Statement(
            allow ? "Allow" : "Deny", notAction ? "NotAction" : "Action", rest.Item1, notResource ? "NotResource" : "Resource", rest.Item2, rest.Item3));

    private static readonly Gen<string> Requested = Among<string>("arn:aws:s3:::b/k", "arn:aws:s3:::c/k", "arn:aws:iam::123456789012:role/r", "arn:aws:s3:::b/*");

    [Fact]
    public void Adding_a_deny_never_grants() =>
        Gen.Select(AnyStatement.Array[1, 4], AnyStatement, Action, Requested).Sample(static (statements, extra, action, resource) =>
        {
            var deny = extra.Replace("\"Allow\"", "\"Deny\"", StringComparison.Ordinal);
            RolePermissions before = Policies.Role(statements), after = Policies.Role([.. statements, deny]);
            return Rank(after.Allows(action, resource)) <= Rank(before.Allows(action, resource))
                && after.Administrator().Length <= before.Administrator().Length
                && after.SensitiveOnAll().Sum(static grant => grant.Actions.Length) <= Given(before);
        });

    [Fact]
    public void Widening_a_wildcard_in_an_allow_never_revokes() =>
        Gen.Select(AnyStatement.Array[0, 3], Action, Resource, Requested).Sample(static (statements, action, resource, requested) =>
        {
            var before = Policies.Role([.. statements, Policies.Allow(action, resource)]).Allows("s3:GetObject", requested);
            var wider = Policies.Role([.. statements, Policies.Allow("*", resource)]).Allows("s3:GetObject", requested);
            var widest = Policies.Role([.. statements, Policies.Allow("*")]).Allows("s3:GetObject", requested);
            return Rank(before) <= Rank(wider) && Rank(wider) <= Rank(widest);
        });

    private static Gen<T> Among<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    /// <summary>An administrator has every action of the table.</summary>
    private static int Given(RolePermissions role) =>
        role.Administrator().Length * SensitiveActions.All.Length + role.SensitiveOnAll().Sum(static grant => grant.Actions.Length);

    // Whether it is a Deny or nothing that keeps a request out is the same to the caller.
    private static int Rank(Verdict verdict) => verdict is Verdict.Denied or Verdict.ImplicitlyDenied ? 0 : (int)verdict;
}
