using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

public class PolicyParserTests
{
    private const string One = """{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}""";

    [Theory]
    [InlineData($$"""{"Version":"2012-10-17","Statement":{{One}}}""")]
    [InlineData($$"""{"Version":"2012-10-17","Statement":[{{One}}]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":["*"]}]}""")]
    [InlineData("""{"version":"2012-10-17","statement":[{"effect":"Allow","action":"s3:GetObject","resource":"*"}]}""")]
    public void Reads_single_values_and_lists_alike(string json)
    {
        var document = Policies.Parse(PolicyKind.Inline, json);
        var statement = Assert.Single(document.Statements);
        Assert.True(document.IsComplete);
        Assert.True(statement is { Allow: true, HasVariables: true, NotAction: false, NotResource: false });
        Assert.Equal(["s3:GetObject"], statement.Actions.AsEnumerable());
        Assert.Equal(["*"], statement.Resources.AsEnumerable());
    }

    [Theory]
    [InlineData("\"*\"", "*", "*")]
    [InlineData("""{"AWS":"*"}""", "AWS", "*")]
    [InlineData("""{"AWS":"123456789012"}""", "AWS", "arn:aws:iam::123456789012:root")]
    [InlineData("""{"AWS":"⟨AWS::AccountId⟩"}""", "AWS", "arn:aws:iam::⟨AWS::AccountId⟩:root")]
    [InlineData("""{"AWS":["arn:aws:iam::123456789012:role/r"]}""", "AWS", "arn:aws:iam::123456789012:role/r")]
    [InlineData("""{"Service":"s3.amazonaws.com"}""", "Service", "s3.amazonaws.com")]
    [InlineData("""{"Federated":"cognito-identity.amazonaws.com"}""", "Federated", "cognito-identity.amazonaws.com")]
    [InlineData("""{"CanonicalUser":"79a59d"}""", "CanonicalUser", "79a59d")]
    public void Reads_every_form_of_principal(string principal, string type, string value)
    {
        var document = Policies.Of(PolicyKind.Resource, $$"""{"Effect":"Allow","Principal":{{principal}},"Action":"lambda:InvokeFunction"}""");
        Assert.Equal([new PolicyPrincipal(type, value)], document.Statements[0].Principals.AsEnumerable());
    }

    [Theory]
    [InlineData("\"⟨Statement⟩\"", 0)]
    [InlineData("""{"Effect":"⟨Effect⟩","Action":"*","Resource":"*"}""", 0)]
    [InlineData("""{"Effect":"Allow","Action":"⟨Action⟩","Resource":"*"}""", 1)]
    [InlineData("""{"Effect":"Allow","Action":"s3:*","Resource":["⟨Resource⟩"]}""", 1)]
    [InlineData("""{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":"⟨Condition⟩"}""", 1)]
    [InlineData("""{"Effect":"Allow","Action":"s3:*","Action":"ec2:*","Resource":"*"}""", 1)]
    public void What_is_known_at_deployment_only_leaves_the_document_incomplete(string statement, int kept)
    {
        var document = Policies.Inline(statement, One);
        Assert.False(document.IsComplete);
        Assert.Equal(kept + 1, document.Statements.Length);
        Assert.Equal(Verdict.Allowed, new RolePermissions([document]).Allows("s3:GetObject", "arn:aws:s3:::b/k"));
    }

    [Fact]
    public void A_hole_within_a_resource_is_no_incompleteness() =>
        Assert.True(Policies.Inline(Policies.Allow("sqs:SendMessage", "arn:⟨AWS::Partition⟩:sqs:⟨AWS::Region⟩:⟨AWS::AccountId⟩:⟨Queue⟩")).IsComplete);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"Version":"2012-10-17"}""")]
    [InlineData("""{"Version":"2020-01-01","Statement":[]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[7]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Action":"*","Resource":"*"}]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*"}]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*"}]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","NotAction":"s3:*","Resource":"*"}]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[["*"]],"Resource":"*"}]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":["x"]}]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"\ud800","Resource":"*"}]}""")]
    public void Refuses_what_iam_refuses(string json) => Assert.Throws<FormatException>(() => Policies.Parse(PolicyKind.Inline, json));

    [Fact]
    public void Nesting_and_size_are_bounded()
    {
        var deep = $$"""{"Version":"2012-10-17","Statement":{{new string('[', 100_000)}}""";
        Assert.Throws<FormatException>(() => Policies.Parse(PolicyKind.Inline, deep));

        var actions = string.Join(',', Enumerable.Repeat("\"s3:Get\"", 2_000));
        var wide = """{"Statement":{"Effect":"Allow","Action":[""" + actions + """],"Resource":"*"}}""";
        var policy = new PolicySnapshot { Kind = PolicyKind.Inline, Name = "wide", Json = wide };
        Assert.Throws<LimitReachedException>(() => PolicyParser.Parse(policy, ScanLimits.Default with { Steps = 1_000 }));
        Assert.Throws<LimitReachedException>(() => PolicyParser.Parse(policy, ScanLimits.Default with { ManifestBytes = 1_000 }));
    }

    [Fact]
    public void A_statement_stands_where_the_snapshot_says()
    {
        SourceLocation first = new("t.yaml", 3, 1, null), second = new("t.yaml", 9, 1, null), whole = new("t.yaml", 1, 1, null);
        var policy = new PolicySnapshot
        {
            Kind = PolicyKind.Inline,
            Name = "p",
            Json = $$"""{"Version":"2012-10-17","Statement":[{{One}},{{One}}]}""",
            Location = whole,
            StatementLocations = [first, second],
        };
        Assert.Equal([first, second], PolicyParser.Parse(policy, ScanLimits.Default).Statements.Select(static statement => statement.Location));
        policy = policy with { StatementLocations = [] };
        Assert.All(PolicyParser.Parse(policy, ScanLimits.Default).Statements, statement => Assert.Equal(whole, statement.Location));
    }

    [Fact]
    public void A_policy_of_aws_comes_without_its_document()
    {
        var known = new PolicySnapshot { Kind = PolicyKind.AwsManaged, Name = "AmazonS3FullAccess" };
        var document = PolicyParser.Parse(known, ScanLimits.Default);
        Assert.True(document.IsComplete);
        Assert.Contains(document.Statements, static statement => statement.Actions.Contains("s3:*"));
        Assert.False(PolicyParser.Parse(known with { Name = "NoSuchPolicy" }, ScanLimits.Default).IsComplete);
    }
}
