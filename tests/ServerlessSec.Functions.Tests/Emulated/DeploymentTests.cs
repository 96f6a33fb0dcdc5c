using System.Text.Json.Nodes;
using ServerlessSec.Functions.Stack;
using ServerlessSec.Shared;

namespace ServerlessSec.Functions.Emulated;

/// <summary>The whole template is deployed, and what flows through it arrives where it should.</summary>
public sealed class DeploymentTests(EchoedStack stack)
{
    [Fact]
    public async Task Every_resource_of_the_scanner_is_created()
    {
        var cloud = await stack.StartAsync();
        var expected = StackTemplate.Resources.Where(static r => r.Condition is null or "IsScanner").Select(static r => r.Id).ToList();
        Assert.True(expected.Count > 50);
        Assert.Empty(expected.Except(cloud.Stack.Keys));
        // The translator adds one mapping an event source, and one configuration of asynchronous invocation.
        Assert.Equal(8, cloud.Stack.Keys.Except(expected).Count());
        foreach (var queue in StackTemplate.OfType("AWS::SQS::Queue"))
            Assert.Equal(queue["FifoQueue"] is not null, cloud.Stack[queue.Id].EndsWith(".fifo", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_deployed_table_expires_rows_and_can_be_restored()
    {
        var cloud = await stack.StartAsync();
        var table = new JsonObject { ["TableName"] = cloud.Stack["StateTable"] };
        var stop = TestContext.Current.CancellationToken;
        var ttl = await cloud.Aws.JsonAsync("dynamodb", "DynamoDB_20120810.DescribeTimeToLive", table.DeepClone().AsObject(), stop: stop);
        Assert.Equal("ExpiresAt", ttl["TimeToLiveDescription"]!["AttributeName"]!.GetValue<string>());
        var backups = await cloud.Aws.JsonAsync("dynamodb", "DynamoDB_20120810.DescribeContinuousBackups", table, stop: stop);
        Assert.Equal("ENABLED", backups["ContinuousBackupsDescription"]!["PointInTimeRecoveryDescription"]!["PointInTimeRecoveryStatus"]!.GetValue<string>());
    }

    [Fact]
    public async Task Every_recorded_event_reaches_the_function_that_receives_deployments_once()
    {
        var cloud = await stack.StartAsync();
        var before = Received("ReceiveDeployment").Count;
        List<string> sent = [];
        foreach (var file in Directory.GetFiles(Repository.Path("events/deployments"), "*.json").Order(StringComparer.Ordinal))
        {
            var recorded = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!.AsObject();
            await cloud.PutEventAsync(recorded);
            sent.Add(recorded["id"]!.GetValue<string>());
        }

        await cloud.SettleAsync();
        Assert.True(sent.Count > 40);
        var received = Received("ReceiveDeployment").Skip(before).Select(static n => JsonNode.Parse(n["body"]!.GetValue<string>())!).ToList();
        Assert.Equal(sent.Order(StringComparer.Ordinal), received.Select(static e => e["id"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.All(received, static e => Assert.Equal("123456789012", e["account"]!.GetValue<string>()));
        Assert.Empty(await cloud.PeekAsync(cloud.Stack["EventsDeadLetters"]));
    }

    [Fact]
    public async Task An_event_that_is_not_the_scanners_business_reaches_nobody()
    {
        var cloud = await stack.StartAsync();
        var failed = JsonNode.Parse(await File.ReadAllTextAsync(Repository.Path("events/deployments/CreateRole.json"), TestContext.Current.CancellationToken))!.AsObject();
        failed["id"] = "5f2c0c1e-0000-4000-8000-0000000000ee";
        failed["detail"]!["errorCode"] = "AccessDenied";
        await cloud.PutEventAsync(failed);
        await cloud.SettleAsync();
        Assert.DoesNotContain(Received("ReceiveDeployment"), static n => n["body"]!.GetValue<string>().Contains("0000000000ee", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("PostureQueue", "ScanPosture")]
    [InlineData("PackageQueue", "ScanPackage")]
    [InlineData("ApplicationQueue", "ScanApplication")]
    [InlineData("PublishQueue", "PublishFindings")]
    public async Task A_message_of_a_queue_reaches_its_function_alone(string queue, string handler)
    {
        var cloud = await stack.StartAsync();
        await cloud.SendAsync(cloud.Stack[queue], "good-" + queue, new() { ["MessageGroupId"] = "a", ["MessageDeduplicationId"] = queue });
        await cloud.SettleAsync();
        foreach (var function in (string[])["ScanPosture", "ScanPackage", "ScanApplication", "PublishFindings"])
            Assert.Equal(function == handler ? 1 : 0, Received(function).Count(n => n["body"]?.GetValue<string>() == "good-" + queue));
    }

    [Fact]
    public async Task A_poisoned_message_ends_in_the_dead_letters_after_three_attempts()
    {
        var cloud = await stack.StartAsync();
        await cloud.SendAsync(cloud.Stack["PackageQueue"], "die-now", new() { ["MessageGroupId"] = "poison", ["MessageDeduplicationId"] = "poison" });
        await cloud.SettleAsync();
        Assert.Equal(["1", "2", "3"], Received("ScanPackage").Where(static n => n["body"]?.GetValue<string>() == "die-now").Select(static n => n["receive"]!.GetValue<string>()));
        Assert.Equal(["die-now"], await cloud.PeekAsync(cloud.Stack["PackageDeadLetters"]));
    }

    [Fact]
    public async Task The_stream_wakes_the_publisher_for_rows_that_differ_and_for_no_others()
    {
        var cloud = await stack.StartAsync();
        foreach (var (key, dirty, untold) in new[] { ("quiet", false, false), ("told", true, false), ("loud", true, true) })
        {
            var item = new JsonObject { ["PK"] = Text(key), ["SK"] = Text("x") };
            if (untold) item["Untold"] = Text("now");
            if (dirty)
            {
                item["DirtyKey"] = Text("PUBLISH#1");
                item["DirtySort"] = Text(key);
            }

            await cloud.Aws.JsonAsync("dynamodb", "DynamoDB_20120810.PutItem", new() { ["TableName"] = cloud.Stack["StateTable"], ["Item"] = item }, stop: TestContext.Current.CancellationToken);
        }

        await cloud.SettleAsync();
        var woken = Received("PublishFindings").Select(static n => n["record"]?["NewImage"]?["PK"]?["S"]?.GetValue<string>()).OfType<string>().ToList();
        Assert.Contains("loud", woken);
        Assert.DoesNotContain("quiet", woken);
        Assert.DoesNotContain("told", woken);
    }

    [Theory, InlineData("SweepSchedule", "sweep"), InlineData("DrainSchedule", "drain")]
    public async Task A_schedule_starts_the_sweep_with_its_input(string schedule, string kind)
    {
        var cloud = await stack.StartAsync();
        Assert.Null((await cloud.InvokeAsync(schedule)).Fault);
        Assert.Contains(stack.Echo.Notes("SweepAccount"), n => n["event"]?["kind"]?.GetValue<string>() == kind);
    }

    [Fact]
    public async Task The_schedule_of_refreshes_speaks_through_its_queue()
    {
        var cloud = await stack.StartAsync();
        await cloud.InvokeAsync("RefreshSchedule");
        await cloud.SettleAsync();
        Assert.Contains(Received("RefreshAdvisories"), static n => n["body"]?.GetValue<string>() == """{"kind":"refresh"}""");
    }

    [Fact]
    public async Task Each_function_has_the_credentials_of_its_own_role()
    {
        var cloud = await stack.StartAsync();
        await cloud.InvokeAsync("SweepSchedule");
        await cloud.InvokeAsync("RefreshSchedule");
        await cloud.SettleAsync();
        Assert.NotEqual(Key("SweepAccount"), Key("RefreshAdvisories"));

        string Key(string handler) => stack.Echo.Notes(handler).Select(static n => n["key"]!.GetValue<string>()).Distinct().Single();
    }

    private List<JsonObject> Received(string handler) => [.. stack.Echo.Notes(handler).Where(static n => n["source"] is not null)];

    private static JsonObject Text(string value) => new() { ["S"] = value };
}
