using System.Text.Json.Nodes;
using ServerlessSec.Aws.Receiving;

namespace ServerlessSec.Functions.Stack;

public sealed class QueueTests
{
    private static List<Resource> Queues => [.. StackTemplate.OfType("AWS::SQS::Queue")];

    private static List<Resource> DeadLetters => [.. Queues.Where(static q => q.Id.EndsWith("DeadLetters", StringComparison.Ordinal))];

    private static List<Resource> Working => [.. Queues.Except(DeadLetters)];

    /// <summary>Each mapping of a queue or stream, with its function.</summary>
    private static IEnumerable<(Resource Function, string Name, JsonObject Properties, string Type)> Mappings =>
        from function in StackTemplate.Functions
        from mapping in function["Events"]?.AsObject() ?? []
        select (function, mapping.Key, mapping.Value!["Properties"]!.AsObject(), mapping.Value!["Type"]!.GetValue<string>());

    [Fact]
    public void The_queues_are_those_that_the_code_knows()
    {
        Assert.Equal(
            ["ApplicationQueue", "DeploymentsQueue", "PackageQueue", "PostureQueue", "PublishQueue", "RefreshQueue"],
            Working.Select(static q => q.Id).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["ApplicationQueue", "PackageQueue", "PostureQueue", "PublishQueue"],
            Working.Where(IsFifo).Select(static q => q.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_queue_gives_up_after_three_attempts_into_a_dead_letter_queue_of_its_own_and_its_kind()
    {
        foreach (var queue in Working)
        {
            var redrive = queue["RedrivePolicy"]!.AsObject();
            Assert.Equal(3, redrive["maxReceiveCount"]!.GetValue<long>());
            var dead = StackTemplate.Get(StackTemplate.Target(redrive["deadLetterTargetArn"])!);
            Assert.Equal(queue.Id.Replace("Queue", "DeadLetters", StringComparison.Ordinal), dead.Id);
            Assert.Equal(IsFifo(queue), IsFifo(dead));
        }
    }

    [Fact]
    public void Dead_letters_are_kept_longer_than_messages()
    {
        Assert.All(DeadLetters, static q => Assert.Equal(14 * 86400, q.Number("MessageRetentionPeriod")));
        Assert.All(Working, static q => Assert.True(q.Number("MessageRetentionPeriod") < 14 * 86400));
    }

    [Fact]
    public void A_message_stays_hidden_six_times_as_long_as_its_function_may_run()
    {
        var taken = new HashSet<string>();
        foreach (var (function, _, mapping, type) in Mappings.Where(static m => m.Type == "SQS"))
        {
            var queue = StackTemplate.Get(StackTemplate.Target(mapping["Queue"])!);
            Assert.Equal(6 * function.Number("Timeout"), queue.Number("VisibilityTimeout"));
            // What failed comes back sooner than by itself.
            Assert.True(queue.Number("VisibilityTimeout") >= Redelivery.Longest.TotalSeconds, queue.Id);
            Assert.True(taken.Add(queue.Id), $"'{queue.Id}' has two takers");
        }

        Assert.Equal(Working.Select(static q => q.Id).Order(), taken.Order());
    }

    [Fact]
    public void A_FIFO_queue_is_ordered_by_group_and_told_apart_by_our_own_ids()
    {
        foreach (var queue in Working.Where(IsFifo))
        {
            Assert.False(queue["ContentBasedDeduplication"]!.GetValue<bool>());
            Assert.Equal("messageGroup", queue["DeduplicationScope"]!.GetValue<string>());
            Assert.Equal("perMessageGroupId", queue["FifoThroughputLimit"]!.GetValue<string>());
        }
    }

    [Fact]
    public void Every_mapping_reports_its_failures_one_by_one_and_FIFO_mappings_take_one_at_a_time()
    {
        foreach (var (function, name, mapping, type) in Mappings)
        {
            Assert.Equal("ReportBatchItemFailures", Assert.Single(mapping["FunctionResponseTypes"]!.AsArray())!.GetValue<string>());
            if (type == "SQS" && IsFifo(StackTemplate.Get(StackTemplate.Target(mapping["Queue"])!)))
                Assert.True(mapping["BatchSize"]!.GetValue<long>() == 1, $"'{name}' of '{function}' takes more than one");
        }
    }

    [Fact]
    public void Every_queue_mapping_limits_its_concurrency_as_Lambda_allows()
    {
        foreach (var (function, name, mapping, _) in Mappings.Where(static m => m.Type == "SQS"))
        {
            var limit = mapping["ScalingConfig"]!["MaximumConcurrency"]!;
            var least = StackTemplate.Target(limit) is { } parameter ? StackTemplate.Root["Parameters"]![parameter]!["MinValue"]!.GetValue<long>() : limit.GetValue<long>();
            Assert.True(least >= 2, $"'{name}' of '{function}': Lambda takes 2 to 1000");
        }
    }

    [Fact]
    public void Only_rows_that_are_to_be_told_wake_the_publisher()
    {
        var (function, _, mapping, _) = Assert.Single(Mappings, static m => m.Type == "DynamoDB");
        Assert.Equal("PublishFindingsFunction", function.Id);
        var pattern = JsonNode.Parse(Assert.Single(mapping["FilterCriteria"]!["Filters"]!.AsArray())!["Pattern"]!.GetValue<string>())!;
        Assert.True(EventPattern.Matches(pattern, JsonNode.Parse("""{"eventName":"MODIFY","dynamodb":{"NewImage":{"PK":{"S":"a"},"DirtyKey":{"S":"PUBLISH#3"},"Untold":{"S":"now"}}}}""")));
        Assert.False(EventPattern.Matches(pattern, JsonNode.Parse("""{"eventName":"MODIFY","dynamodb":{"NewImage":{"PK":{"S":"a"},"DirtyKey":{"S":"PUBLISH#3"}}}}""")));
        Assert.False(EventPattern.Matches(pattern, JsonNode.Parse("""{"eventName":"MODIFY","dynamodb":{"NewImage":{"PK":{"S":"a"},"DirtyKey":{"S":"BULK#Package"}}}}""")));
        Assert.False(EventPattern.Matches(pattern, JsonNode.Parse("""{"eventName":"MODIFY","dynamodb":{"NewImage":{"PK":{"S":"a"}}}}""")));
        Assert.False(EventPattern.Matches(pattern, JsonNode.Parse("""{"eventName":"REMOVE","dynamodb":{"Keys":{"PK":{"S":"a"}}}}""")));
        Assert.Equal("WakeDeadLetters", StackTemplate.Target(mapping["DestinationConfig"]!["OnFailure"]!["Destination"]));
        Assert.True(mapping["MaximumRetryAttempts"]!.GetValue<long>() >= 0, "a poisoned record would hold up its shard");
    }

    [Fact]
    public void Every_queue_is_encrypted_by_SQS_or_the_customers_key()
    {
        foreach (var queue in Queues)
        {
            Assert.Equal("""{"Fn::If":["HasKey",{"Ref":"AWS::NoValue"},true]}""", queue["SqsManagedSseEnabled"]!.ToJsonString());
            Assert.Equal("""{"Fn::If":["HasKey",{"Ref":"KmsKeyArn"},{"Ref":"AWS::NoValue"}]}""", queue["KmsMasterKeyId"]!.ToJsonString());
        }
    }

    [Fact]
    public void Scans_wait_for_a_burst_to_settle()
    {
        Assert.Equal("SettleSeconds", StackTemplate.Target(StackTemplate.Get("PostureQueue")["DelaySeconds"]));
        Assert.Equal("SettleSeconds", StackTemplate.Target(StackTemplate.Get("PackageQueue")["DelaySeconds"]));
        Assert.Equal("ApplicationSettleSeconds", StackTemplate.Target(StackTemplate.Get("ApplicationQueue")["DelaySeconds"]));
    }

    private static bool IsFifo(Resource queue) => queue["FifoQueue"]?.GetValue<bool>() == true;
}
