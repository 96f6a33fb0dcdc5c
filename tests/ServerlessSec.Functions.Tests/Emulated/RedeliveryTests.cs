using System.Diagnostics;
using System.Text.Json.Nodes;
using ServerlessSec.Emulation;
using static ServerlessSec.Functions.Emulated.Scenes;

namespace ServerlessSec.Functions.Emulated;

/// <summary>What fails once is done soon afterwards; what fails always holds up nobody else.</summary>
public sealed class RedeliveryTests(ScannedAccount account) : IClassFixture<ScannedAccount>
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("ReceiveDeployment", "sqs", "SendMessage")]
    [InlineData("ScanPosture", "dynamodb", "Query")]
    [InlineData("ScanPackage", "dynamodb", "Query")]
    [InlineData("PublishFindings", "dynamodb", "BatchGetItem")]
    [InlineData("PublishFindings", "dynamodb", "UpdateItem")]
    [InlineData("PublishFindings", "securityhub", "BatchImportFindings")]
    public async Task A_finding_arrives_within_a_minute_although_a_call_fails_on_its_way(string function, string service, string operation)
    {
        var cloud = await account.StartAsync();
        var name = $"late-{function}-{operation}";
        await cloud.CreateAsync(name, Wide);
        await cloud.SettleAsync();
        var (since, ahead, began) = (cloud.Logs.Count, await cloud.AheadAsync(), Stopwatch.GetTimestamp());
        // Not one that the client would try again by itself.
        await cloud.FaultsAsync(new Fault { Service = service, Caller = function, Operation = operation, Code = "UnexpectedFault" });
        await cloud.AfterAsync(Event("CreateFunction20150331", name));
        await cloud.FaultsAsync();
        var skipped = await cloud.AheadAsync() - ahead;
        Assert.Single(cloud.Said(since, "\"message failed\""));
        Assert.Contains("SLS2001", await cloud.OpenAsync(name));
        Assert.InRange(skipped + Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(10), Soon);
        Assert.Empty(await cloud.DeadLettersAsync());
    }

    [Fact]
    public async Task A_publisher_that_may_not_bring_its_message_back_has_it_back_after_the_timeout_of_its_queue()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("later", Wide);
        var (since, ahead) = (cloud.Logs.Count, await cloud.AheadAsync());
        await cloud.FaultsAsync(
            new Fault { Service = "dynamodb", Caller = "PublishFindings", Operation = "BatchGetItem", Code = "UnexpectedFault" },
            new Fault { Service = "sqs", Caller = "PublishFindings", Operation = "ChangeMessageVisibilityBatch", Code = "AccessDenied", Status = 403 });
        await cloud.AfterAsync(Event("CreateFunction20150331", "later"));
        await cloud.FaultsAsync();
        Assert.Contains("UnexpectedFault", Assert.Single(cloud.Said(since, "\"message failed\"")), StringComparison.Ordinal);
        Assert.Single(cloud.Said(since, "failed messages come again late"));
        Assert.InRange(await cloud.AheadAsync() - ahead, TimeSpan.FromMinutes(29), TimeSpan.FromMinutes(30));
        Assert.Contains("SLS2001", await cloud.OpenAsync("later"));
    }

    [Fact]
    public async Task A_message_that_nobody_can_read_becomes_a_dead_letter_with_its_reason_in_the_log_and_the_others_are_done()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("beside", Wide);
        var (since, ahead) = (cloud.Logs.Count, await cloud.AheadAsync());
        await cloud.SendAsync(cloud.Stack["DeploymentsQueue"], "no JSON");
        await cloud.SendAsync(cloud.Stack["PostureQueue"], """{"kind":"poison"}""", new() { ["MessageGroupId"] = cloud.Arn("beside"), ["MessageDeduplicationId"] = "poison" });
        await cloud.SendAsync(cloud.Stack["RefreshQueue"], """{"kind":"other"}""");
        await cloud.AfterAsync(Event("CreateFunction20150331", "beside"));
        Assert.Contains("SLS2001", await cloud.OpenAsync("beside"));
        Assert.Equal(
            ["DeploymentsDeadLetters: no JSON", """PostureDeadLetters: {"kind":"poison"}""", """RefreshDeadLetters: {"kind":"other"}"""],
            (await cloud.DeadLettersAsync()).Order(StringComparer.Ordinal));
        var said = cloud.Said(since, "\"message not understood\"").ConvertAll(static l => JsonNode.Parse(l)!);
        Assert.Equal(9, said.Count);
        Assert.All(said, static l => Assert.NotEmpty((string)l["reason"]!));
        Assert.InRange(await cloud.AheadAsync() - ahead, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await cloud.ForgetDeadLettersAsync();
    }

    [Fact]
    public async Task A_fault_of_our_own_reading_is_tried_again_and_no_work_is_lost()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("patient", Wide);
        await cloud.AfterAsync(Event("CreateFunction20150331", "patient"));
        // The row that says what was scanned last cannot be read.
        await SetAsync(cloud, "patient", "SCAN#Posture", "Order", "x|");
        await cloud.UpdateConfigurationAsync("patient", new() { ["Runtime"] = "nodejs14.x" });
        var since = cloud.Logs.Count;
        await cloud.AfterAsync(Event("UpdateFunctionConfiguration20150331v2", "patient"));
        Assert.Equal(3, cloud.Said(since, "\"message failed\"").Count);
        Assert.Empty(cloud.Said(since, "\"message not understood\""));
        Assert.Contains("PostureDeadLetters", Assert.Single(await cloud.DeadLettersAsync()), StringComparison.Ordinal);
        await cloud.ForgetDeadLettersAsync();
    }

    private static async Task SetAsync(EmulatedCloud cloud, string function, string row, string attribute, string text) => await cloud.Aws.JsonAsync("dynamodb", "DynamoDB_20120810.UpdateItem", new()
    {
        ["TableName"] = cloud.Stack["StateTable"],
        ["Key"] = new JsonObject { ["PK"] = new JsonObject { ["S"] = $"OWNER#{cloud.Arn(function)}" }, ["SK"] = new JsonObject { ["S"] = row } },
        ["UpdateExpression"] = "SET #a = :a",
        ["ExpressionAttributeNames"] = new JsonObject { ["#a"] = attribute },
        ["ExpressionAttributeValues"] = new JsonObject { [":a"] = new JsonObject { ["S"] = text } },
    }, stop: TestContext.Current.CancellationToken);
}
