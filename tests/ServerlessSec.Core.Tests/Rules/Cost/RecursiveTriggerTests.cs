using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Cost;

public class RecursiveTriggerTests
{
    [Fact]
    public void Names_the_members_and_the_way()
    {
        var finding = Assert.Single(Check(Looping("Grind", new())));
        Assert.Equal(("Grind,Box", Severity.High), (finding.Subject.Id, finding.Severity));
        Assert.Equal(["Grind"], finding.Subject.Functions);
        Assert.Contains("Grind → Box → Grind", finding.Message, StringComparison.Ordinal);
        Assert.Contains("itself", finding.Message, StringComparison.Ordinal);
        Assert.Contains("stops such a loop", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Allow", Severity.Critical, true)]
    [InlineData("Terminate", Severity.High, false)]
    public void Leave_to_go_round_raises(string mode, Severity expected, bool mentioned)
    {
        var finding = Assert.Single(Check(Looping("Grind", new() { RecursiveLoop = Setting.Known(mode) })));
        Assert.Equal(expected, finding.Severity);
        Assert.Equal(mentioned, finding.Message.Contains("RecursiveLoop", StringComparison.Ordinal));
    }

    [Fact]
    public void What_only_may_come_back_weighs_less()
    {
        var posture = Given.Posture("Mark") with
        {
            Triggers = [new() { Kind = TriggerKind.S3, Name = "Change", Source = Given.Bucket("raw"), Events = ["s3:ObjectCreated:*"], Prefix = Setting.Known("in/") }],
            Role = Given.Role("MarkRole", Given.Allow("s3:PutObject", $"{Given.Bucket("raw")}/*")),
        };
        Assert.Equal(Severity.Medium, Assert.Single(Check(posture)).Severity);
    }

    [Fact]
    public void Leave_to_write_everywhere_is_hardly_a_sign_of_a_loop()
    {
        var posture = Looping("Grind", new()) with { Role = Given.Role("GrindRole", Given.Allow("sqs:SendMessage", "*")) };
        var finding = Assert.Single(Check(posture));
        Assert.Equal(Severity.Low, finding.Severity);
        Assert.Contains("do not rule out", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_where_Lambda_will_not_notice()
    {
        var posture = Given.Posture("Touch") with
        {
            Triggers = [new() { Kind = TriggerKind.DynamoDb, Name = "Change", Source = Given.Table("Stock") }],
            Role = Given.Role("TouchRole", Given.Allow("dynamodb:PutItem", Given.Table("Stock"))),
        };
        Assert.Contains("does not see", Assert.Single(Check(posture)).Message, StringComparison.Ordinal);
    }

    private static PostureFacts Looping(string name, FunctionConfiguration configuration) => Given.Posture(name) with
    {
        Configuration = configuration,
        Triggers = [new() { Kind = TriggerKind.Sqs, Name = "Take", Source = Given.Queue("Box") }],
        Role = Given.Role($"{name}Role", Given.Allow("sqs:SendMessage", Given.Queue("Box"))),
    };

    private static Finding[] Check(params PostureFacts[] functions) =>
        [.. new RecursiveTrigger().Check(Given.Application([.. functions]) with { Resources = [Given.Resource(ResourceKind.Queue, "Box", Given.Queue("Box"))] })];
}
