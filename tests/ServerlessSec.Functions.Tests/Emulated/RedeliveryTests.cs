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
        Assert.Contains("fault asked for by a test", Assert.Single(cloud.Said(since, "\"message failed\"")), StringComparison.Ordinal);
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
        await SetAsync(cloud, "patient", "SCAN#Posture", ("Order", "S", "x|"));
        await cloud.UpdateConfigurationAsync("patient", new() { ["Runtime"] = "nodejs14.x" });
        var since = cloud.Logs.Count;
        await cloud.AfterAsync(Event("UpdateFunctionConfiguration20150331v2", "patient"));
        Assert.Equal(3, cloud.Said(since, "\"message failed\"").Count);
        Assert.Empty(cloud.Said(since, "\"message not understood\""));
        Assert.Contains("PostureDeadLetters", Assert.Single(await cloud.DeadLettersAsync()), StringComparison.Ordinal);
        await cloud.ForgetDeadLettersAsync();
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_passed_over_and_told_of_and_the_others_are_published()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("blot", Wide);
        await cloud.AfterAsync(Event("CreateFunction20150331", "blot"));
        var spoiled = (await cloud.ToldAsync("blot")).First(static f => Rule(f) == "SLS2001")["Id"]!.GetValue<string>().Split('/')[^1];
        await SetAsync(cloud, "blot", $"FINDING#{spoiled}", ("Body", "B", Convert.ToBase64String("null"u8)), ("DirtySort", "S", "2026-01-01T00:00:00.0000000Z#first"));
        await cloud.CreateAsync("clear", Wide);
        var since = cloud.Logs.Count;
        await cloud.AfterAsync(Event("CreateFunction20150331", "clear"));
        Assert.Contains("SLS2001", await cloud.OpenAsync("clear"));
        var said = JsonNode.Parse(Assert.Single(cloud.Said(since, "a row cannot be read")))!;
        Assert.Equal(("WARN", $"OWNER#{cloud.Arn("blot")}/FINDING#{spoiled}"), ((string?)said["level"], (string?)said["row"]));
        Assert.Single(cloud.Said(since, "\"FindingsUnreadable\":1"));
        Assert.Empty(cloud.Said(since, "\"message failed\""));
        Assert.Empty(await cloud.DeadLettersAsync());
    }

    private static async Task SetAsync(EmulatedCloud cloud, string function, string row, params (string Name, string Type, string Value)[] attributes)
    {
        var values = attributes.Select(static (a, i) => KeyValuePair.Create($":a{i}", (JsonNode?)new JsonObject { [a.Type] = a.Value }));
        await cloud.Aws.JsonAsync("dynamodb", "DynamoDB_20120810.UpdateItem", new()
        {
            ["TableName"] = cloud.Stack["StateTable"],
            ["Key"] = new JsonObject { ["PK"] = new JsonObject { ["S"] = $"OWNER#{cloud.Arn(function)}" }, ["SK"] = new JsonObject { ["S"] = row } },
            ["UpdateExpression"] = "SET " + string.Join(", ", attributes.Select(static (_, i) => $"#a{i} = :a{i}")),
            ["ExpressionAttributeNames"] = new JsonObject(attributes.Select(static (a, i) => KeyValuePair.Create($"#a{i}", (JsonNode?)a.Name))),
            ["ExpressionAttributeValues"] = new JsonObject(values),
        }, stop: TestContext.Current.CancellationToken);
    }
}
