using System.Text.Json;
using ServerlessSec.Shared;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

public class ManagedPoliciesTests
{
    [Theory]
    [InlineData("AdministratorAccess", "*")]
    [InlineData("AmazonS3FullAccess", "s3:*")]
    [InlineData("arn:⟨AWS::Partition⟩:iam::aws:policy/AmazonDynamoDBFullAccess", "dynamodb:*")]
    [InlineData("arn:aws-cn:iam::aws:policy/AmazonS3FullAccess", "s3:*")]
    [InlineData("AWSLambdaBasicExecutionRole", "logs:PutLogEvents")]
    [InlineData("service-role/AWSLambdaBasicExecutionRole", "logs:PutLogEvents")]
    [InlineData("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", "logs:PutLogEvents")]
    [InlineData("arn:aws:iam::aws:policy/job-function/DataScientist", "s3:CreateBucket")]
    [InlineData("AWSLambdaFullAccess", "iam:PassRole")]
    [InlineData("AWSXRayDaemonWriteAccess", "xray:PutTraceSegments")]
    public void Finds_a_policy_by_name_and_by_arn(string name, string action)
    {
        var json = ManagedPolicies.Find(name);
        Assert.NotNull(json);
        Assert.Contains(Policies.Parse(PolicyKind.AwsManaged, json).Statements, statement => statement.Actions.Contains(action));
    }

    [Theory]
    [InlineData("NoSuchPolicy")]
    [InlineData("")]
    [InlineData("⟨Policy⟩")]
    [InlineData("arn:aws:iam::aws:policy/⟨Policy⟩")]
    [InlineData("arn:aws:iam::123456789012:policy/AdministratorAccess")]
    [InlineData("arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole")]
    public void Knows_nothing_of_others(string name) => Assert.Null(ManagedPolicies.Find(name));

    [Fact]
    public void Every_document_can_be_read()
    {
        var names = ManagedPolicies.Names.ToList();
        Assert.True(names.Count > 1_500);
        Assert.All(names, static name => Assert.NotEmpty(Policies.Parse(PolicyKind.AwsManaged, ManagedPolicies.Find(name)!).Statements));
    }

    [Fact]
    public void The_resource_stays_small()
    {
        using var stream = typeof(ManagedPolicies).Assembly.GetManifestResourceStream("ServerlessSec.Iam.ManagedPolicies.zip")!;
        Assert.InRange(stream.Length, 1, 400_000);
    }

    [Fact]
    public void Documents_of_the_same_day_are_the_same()
    {
        int same = 0, other = 0, absent = 0;
        foreach (var line in File.ReadLines(Requires.Corpus("iam/aws-managed-policies.jsonl")))
        {
            using var row = JsonDocument.Parse(line);
            var json = ManagedPolicies.Find(row.RootElement.GetProperty("name").GetString()!);
            var document = Policies.Parse(PolicyKind.AwsManaged, row.RootElement.GetProperty("document").GetRawText());
            if (json is null) absent++;
            else if (Shape(Policies.Parse(PolicyKind.AwsManaged, json)) == Shape(document)) same++;
            else other++;
        }

        // Policies that AWS retired, or changed after the day the resource was made.
        Assert.True(absent <= 45 && other <= 30, $"{same} equal, {other} different, {absent} absent");
    }

    private static string Shape(PolicyDocument document) => string.Join('\n', document.Statements.Select(static statement =>
        $"{statement.Allow} {string.Join(',', statement.Actions.Distinct().Order(StringComparer.Ordinal))} {string.Join(',', statement.Resources)} {statement.Conditions.Length}"));
}
