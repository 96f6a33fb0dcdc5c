using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

public class EventProducingActionsTests
{
    [Theory]
    [InlineData(TriggerKind.S3, "s3:ObjectCreated:*", "s3:PutObject", true)]
    [InlineData(TriggerKind.S3, "s3:ObjectCreated:CompleteMultipartUpload", "s3:PutObject", true)]
    [InlineData(TriggerKind.S3, "s3:ObjectCreated:*", "s3:DeleteObject", false)]
    [InlineData(TriggerKind.S3, "s3:ObjectRemoved:*", "s3:DeleteObject", true)]
    [InlineData(TriggerKind.S3, "s3:ObjectRemoved:DeleteMarkerCreated", "s3:DeleteObjectVersion", false)]
    [InlineData(TriggerKind.S3, "s3:ObjectTagging:*", "s3:PutObjectTagging", true)]
    [InlineData(TriggerKind.S3, "s3:*", "s3:PutObjectAcl", true)]
    [InlineData(TriggerKind.S3, "ObjectCreated:Put", "s3:PutObject", true)]
    [InlineData(TriggerKind.DynamoDb, "REMOVE", "dynamodb:PutItem", false)]
    [InlineData(TriggerKind.DynamoDb, "REMOVE", "dynamodb:DeleteItem", true)]
    [InlineData(TriggerKind.DynamoDb, "INSERT", "dynamodb:BatchWriteItem", true)]
    [InlineData(TriggerKind.Sqs, "", "sqs:SendMessage", true)]
    [InlineData(TriggerKind.Sns, "", "sns:Publish", true)]
    [InlineData(TriggerKind.EventBridge, "", "events:PutEvents", true)]
    [InlineData(TriggerKind.Kinesis, "", "kinesis:PutRecords", true)]
    [InlineData(TriggerKind.Schedule, "", "events:PutEvents", false)]
    public void Knows_which_action_makes_which_event(TriggerKind kind, string listened, string action, bool made) =>
        Assert.Equal(made, EventProducingActions.Of(kind, listened.Length == 0 ? [] : [listened]).Any(one => one.Action == action));

    [Fact]
    public void Knows_what_the_action_must_be_allowed_on()
    {
        Assert.Equal("arn:aws:s3:::⟨B⟩/in/*.jpg", EventProducingActions.Target(TriggerKind.S3, "arn:aws:s3:::⟨B⟩", "in/", ".jpg"));
        Assert.Equal("arn:aws:dynamodb:r:1:table/⟨T⟩", EventProducingActions.Target(TriggerKind.DynamoDb, "arn:aws:dynamodb:r:1:table/⟨T⟩/stream/⟨S⟩"));
        Assert.Equal("arn:aws:sqs:r:1:q", EventProducingActions.Target(TriggerKind.Sqs, "arn:aws:sqs:r:1:q"));
    }

    [Theory]
    [InlineData("arn:aws:s3:::⟨B⟩/*", Verdict.Allowed)]
    [InlineData("arn:aws:s3:::⟨B⟩/out/*", Verdict.ImplicitlyDenied)]
    [InlineData("arn:aws:s3:::⟨B⟩/in/small/*", Verdict.Allowed)]
    [InlineData("arn:aws:s3:::other/*", Verdict.Unknown)]
    public void Finds_the_grant_that_closes_a_loop(string resource, Verdict expected)
    {
        var target = EventProducingActions.Target(TriggerKind.S3, "arn:⟨AWS::Partition⟩:s3:::⟨B⟩", "in/", ".jpg");
        Assert.Equal(expected, Policies.Role(Policies.Allow("s3:Put*", resource)).Allows("s3:PutObject", target));
    }
}
