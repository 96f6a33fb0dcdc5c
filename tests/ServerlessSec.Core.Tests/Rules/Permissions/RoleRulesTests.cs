using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Permissions;

public class RoleRulesTests
{
    [Theory, InlineData(false, Severity.Critical), InlineData(true, Severity.High)]
    public void An_administrator_is_one_whatever_policy_says_so(bool conditional, Severity severity)
    {
        var finding = Assert.Single(
            new AdministratorRole().Check(With(new() { Id = "HeavyRole", Arn = "", Administrator = [Grant("extra", "*", "*") with { Conditional = conditional }] })));
        Assert.Equal((severity, "extra: * on *"), (finding.Severity, finding.Place));
        Assert.Contains("HeavyRole", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_role_and_an_empty_role_are_no_administrators()
    {
        Assert.Empty(new AdministratorRole().Check(Given.Function(Given.Posture())));
        Assert.Empty(new AdministratorRole().Check(With(Given.Role("Light"))));
    }

    [Theory]
    [InlineData("s3:*", "*", false, Severity.High)]
    [InlineData("s3:*", "arn:aws:s3:::*", false, Severity.High)]
    [InlineData("s3:*", "arn:aws:s3:::raw/*", false, Severity.Medium)]
    [InlineData("dynamodb:*", "arn:aws:dynamodb:*:*:table/*", false, Severity.High)]
    [InlineData("s3:*", "*", true, Severity.Medium)]
    [InlineData("logs:*", "*", false, Severity.Low)]
    [InlineData("logs:* cloudwatch:*", "*", false, Severity.Low)]
    [InlineData("logs:* s3:*", "*", false, Severity.High)]
    [InlineData("xray:*", "*", false, null)]
    [InlineData("xray:* logs:*", "*", false, Severity.Low)]
    [InlineData("iam:*", "*", false, Severity.Critical)]
    [InlineData("iam:*", "*", true, Severity.Medium)]
    [InlineData("iam:*", "arn:aws:iam::123456789012:role/shop/*", false, Severity.Medium)]
    [InlineData("*", "NotResource arn:aws:s3:::vault/*", false, Severity.High)]
    public void Weighs_a_wildcard_by_service_and_resources(string actions, string resource, bool conditional, Severity? expected)
    {
        var role = Given.Role("R") with { ServiceWide = [Grant("inline", actions, resource) with { Conditional = conditional }] };
        Assert.Equal(expected, new WildcardAction().Check(With(role)).SingleOrDefault()?.Severity);
    }

    [Theory]
    [InlineData("secretsmanager:GetSecretValue", false, Severity.High)]
    [InlineData("iam:PassRole", true, Severity.Medium)]
    [InlineData("dynamodb:Scan", false, Severity.Medium)]
    [InlineData("dynamodb:Scan", true, Severity.Low)]
    [InlineData("dynamodb:Scan kms:Decrypt", false, Severity.High)]
    public void Weighs_a_sensitive_permission_by_what_it_opens(string actions, bool conditional, Severity expected)
    {
        var role = Given.Role("R") with { SensitiveOnAll = [Grant("inline", actions, "*") with { Conditional = conditional }] };
        Assert.Equal(expected, Assert.Single(new SensitiveActionOnAllResources().Check(With(role))).Severity);
    }

    [Fact]
    public void One_statement_is_told_once_by_the_rule_that_weighs_most()
    {
        var all = Grant("inline", "*", "*") with { Location = Given.At(7) };
        var wide = Grant("inline", "s3:*", "*") with { Location = Given.At(9) };
        var sensitive = Grant("inline", "s3:GetObject", "*") with { Location = Given.At(9) };
        Assert.Empty(new WildcardAction().Check(With(Given.Role("R") with { Administrator = [all], ServiceWide = [all] })));
        Assert.Empty(new WildcardAction().Check(With(Given.Role("R") with { Administrator = [all], ServiceWide = [wide] })));
        Assert.Single(new WildcardAction().Check(With(Given.Role("R") with { Administrator = [all with { Conditional = true }], ServiceWide = [wide] })));
        Assert.Empty(new SensitiveActionOnAllResources().Check(With(Given.Role("R") with { Administrator = [all], SensitiveOnAll = [sensitive] })));
        Assert.Empty(new SensitiveActionOnAllResources().Check(With(Given.Role("R") with { ServiceWide = [wide], SensitiveOnAll = [sensitive] })));
        Assert.Empty(new SensitiveActionOnAllResources().Check(
            With(Given.Role("R") with { ServiceWide = [wide with { Location = null }], SensitiveOnAll = [sensitive with { Location = null }] })));
        Assert.Single(new SensitiveActionOnAllResources().Check(With(Given.Role("R") with { ServiceWide = [wide with { Policy = "other" }], SensitiveOnAll = [sensitive] })));
    }

    [Fact]
    public void Services_of_one_statement_are_told_together()
    {
        RoleGrant At(int line, string actions) => Grant("inline", actions, "*") with { Location = Given.At(line) };
        var findings = new WildcardAction().Check(With(Given.Role("R") with { ServiceWide = [At(9, "sqs:*"), At(9, "logs:*"), At(9, "s3:*"), At(9, "xray:*"), At(12, "sns:*")] }))
            .ToArray();
        Assert.Equal(["inline: logs:*,s3:*,sqs:* on *", "inline: sns:* on *"], findings.Select(f => f.Place));
        Assert.Equal(Severity.High, findings[0].Severity);
        Assert.Contains("whole services: policy inline of role R grants the wildcards logs:*, s3:* and sqs:* on every resource", findings[0].Message, StringComparison.Ordinal);
        Assert.Contains("a whole service: policy inline of role R grants the wildcard sns:* on every resource", findings[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Exceptions_are_told_as_such()
    {
        var grant = new RoleGrant("inline", ["NotAction iam:*", "NotAction organizations:*"], ["NotResource arn:aws:s3:::vault"], false, null);
        var finding = Assert.Single(new WildcardAction().Check(With(Given.Role("R") with { ServiceWide = [grant] })));
        Assert.Contains("nearly every service: policy inline of role R grants all actions but iam:* and organizations:* on every resource but arn:aws:s3:::vault.",
            finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_may_narrow_a_grant_is_named()
    {
        var role = Given.Role("R") with { Administrator = [Grant("inline", "*", "*") with { Conditional = true }] };
        Assert.Contains("under a condition", Assert.Single(new AdministratorRole().Check(With(role))).Message, StringComparison.Ordinal);
        var bounded = role with { Boundary = new() { Name = "limit", Kind = PolicyKind.Boundary, IsComplete = false } };
        Assert.Contains("unless its boundary", Assert.Single(new AdministratorRole().Check(With(bounded))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_statement_gives_beside_a_whole_service_is_told_too()
    {
        var role = Given.Role("R") with
        {
            ServiceWide = [Grant("inline", "s3:*", "*") with { Location = Given.At(9) }],
            SensitiveOnAll = [Grant("inline", "iam:PassRole s3:GetObject", "*") with { Location = Given.At(9) }],
        };
        var finding = Assert.Single(new SensitiveActionOnAllResources().Check(With(role)));
        Assert.Equal(("inline: iam:PassRole on *", Severity.High), (finding.Place, finding.Severity));
        var inTwo = role with { ServiceWide = [], SensitiveOnAll = [.. role.SensitiveOnAll, Grant("inline", "kms:Decrypt", "*") with { Location = Given.At(9) }] };
        Assert.Equal("inline: iam:PassRole,kms:Decrypt,s3:GetObject on *", Assert.Single(new SensitiveActionOnAllResources().Check(With(inTwo))).Place);
        var managed = role with { Policies = [role.Policies[0] with { Kind = PolicyKind.AwsManaged }] };
        Assert.Empty(new SensitiveActionOnAllResources().Check(With(managed)));
    }

    [Fact]
    public void A_place_names_neither_account_nor_region()
    {
        var role = Given.Role("R") with { ServiceWide = [Grant("inline", "sqs:*", "arn:aws:sqs:eu-west-1:123456789012:desk")] };
        Assert.Equal("inline: sqs:* on arn:aws:sqs:::desk", Assert.Single(new WildcardAction().Check(With(role))).Place);
        var held = Given.Role("R") with { ServiceWide = [Grant("inline", "sqs:*", Given.Queue("Desk"))] };
        Assert.Equal("inline: sqs:* on arn:${AWS::Partition}:sqs:::${Desk}", Assert.Single(new WildcardAction().Check(With(held))).Place);
    }

    [Fact]
    public void Functions_that_share_a_role_are_named_together()
    {
        PostureFacts Under(string function, RoleFacts? role) => Given.Posture(function) with { Role = role };
        var application = Given.Application(Under("Waiter", Given.Role("CrewRole")), Under("Solo", Given.Role("SoloRole")), Under("Cook", Given.Role("CrewRole")),
            Under("Lost", null), Under("Lone", null));
        var finding = Assert.Single(new SharedRole().Check(application));
        Assert.Equal("CrewRole", finding.Subject.Id);
        Assert.Equal(["Cook", "Waiter"], finding.Subject.Functions);
        Assert.Contains("Cook and Waiter", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_role_that_was_not_seen_is_shared_no_less()
    {
        const string imported = "⟨Import:crew-role⟩";
        PostureFacts Under(string function, string? arn) => Given.Posture(function) with { RoleArn = arn, Location = Given.At(4) };
        var finding = Assert.Single(
            new SharedRole().Check(Given.Application(Under("Waiter", imported), Under("Solo", "arn:aws:iam::123456789012:role/solo"), Under("Cook", imported),
            Under("Lost", null), Under("Lone", null))));
        Assert.Equal(["Cook", "Waiter"], finding.Subject.Functions);
        Assert.Equal(Given.At(4), finding.Location);
    }

    private static RoleGrant Grant(string policy, string actions, string resource) => new(policy, [.. actions.Split(' ')], [resource], false, null);

    private static FunctionFacts With(RoleFacts role) => Given.Function(Given.Posture() with { Role = role });
}
