using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessSec.Emulation;
using ServerlessSec.Shared;

namespace ServerlessSec.Functions.Emulated;

/// <summary>From a deployment to a finding in Security Hub, by the very template and program that are deployed.</summary>
public sealed class EndToEndTests(ITestOutputHelper output)
{
    private const string Wide = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""";
    private const string Narrow = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::shop-receipts/*"}]}""";

    [Fact]
    public async Task A_problem_is_told_once_archived_when_it_is_fixed_and_when_its_function_is_gone()
    {
        Requires.EmulatedCloud();
        await using var cloud = await EmulatedCloud.StartAsync();

        // Created: told.
        await CreateAsync(cloud, "checkout", Wide);
        var created = Event("CreateFunction20150331", "checkout");
        var took = await AfterAsync(cloud, created);
        var told = await ActiveAsync(cloud, "checkout");
        Assert.Contains("SLS2001", told);

        // The same event again, and another of the same state: nothing is doubled.
        var count = (await cloud.FindingsAsync()).Count;
        await AfterAsync(cloud, created, created, Event("UpdateFunctionConfiguration20150331v2", "checkout"));
        Assert.Equal(count, (await cloud.FindingsAsync()).Count);
        Assert.Equal(told, await ActiveAsync(cloud, "checkout"));

        // Fixed: archived, and nothing else is.
        await cloud.PutRolePolicyAsync("checkout-role", "inline", Narrow);
        await AfterAsync(cloud, Event("PutRolePolicy", "checkout-role"));
        await PassAsync(cloud);
        var left = await ActiveAsync(cloud, "checkout");
        Assert.DoesNotContain("SLS2001", left);
        Assert.Equal("ARCHIVED", Assert.Single(await cloud.FindingsAsync(), static f => f["GeneratorId"]!.GetValue<string>() == "serverlesssec/SLS2001")["RecordState"]!.GetValue<string>());
        Assert.Equal(told.Where(static r => r != "SLS2001" && !r.StartsWith("SLS2", StringComparison.Ordinal)), left.Where(static r => !r.StartsWith("SLS2", StringComparison.Ordinal)));

        // Gone: nothing stays open.
        await cloud.DeleteFunctionAsync("checkout");
        await AfterAsync(cloud, Event("DeleteFunction20150331", "checkout"));
        await PassAsync(cloud);
        Assert.Empty(await ActiveAsync(cloud, "checkout"));
        Assert.All(DeadLetters(cloud), url => Assert.Empty(cloud.PeekAsync(url).Result));
        output.WriteLine($"created to told, first event of all: {took.TotalMilliseconds:0} ms");
    }

    [Theory, InlineData("ScanPostureRole"), InlineData("PublishFindingsRole")]
    public async Task Who_is_killed_before_learning_that_a_write_was_done_does_the_work_again_and_doubles_nothing(string victim)
    {
        Requires.EmulatedCloud();
        await using var cloud = await EmulatedCloud.StartAsync();
        await CreateAsync(cloud, "checkout", Wide);
        await AfterAsync(cloud, Event("CreateFunction20150331", "checkout"));
        var calm = await ActiveAsync(cloud, "checkout");
        Assert.Contains("SLS2001", calm);

        for (var write = 0; write < 3; write++)
        {
            await cloud.FaultsAsync(new Fault { Caller = victim, Operation = "write", After = write });
            await cloud.PutRolePolicyAsync("checkout-role", "inline", write % 2 == 0 ? Narrow : Wide);
            await AfterAsync(cloud, Event("UpdateFunctionConfiguration20150331v2", "checkout"));
            await cloud.FaultsAsync();
            await cloud.PutRolePolicyAsync("checkout-role", "inline", Wide);
            await AfterAsync(cloud, Event("UpdateFunctionConfiguration20150331v2", "checkout"));
            await PassAsync(cloud);
        }

        Assert.Contains(cloud.Logs, static l => l.Text.Contains("Runtime.ExitError", StringComparison.Ordinal));
        Assert.Equal(calm, await ActiveAsync(cloud, "checkout"));
    }

    [Fact]
    public async Task What_is_found_while_Security_Hub_is_off_is_told_when_it_is_on()
    {
        Requires.EmulatedCloud();
        await using var cloud = await EmulatedCloud.StartAsync(new() { SecurityHub = false });
        cloud.DropStreamRecords(true);
        await CreateAsync(cloud, "checkout", Wide);
        await AfterAsync(cloud, Event("CreateFunction20150331", "checkout"));
        await PassAsync(cloud);
        await cloud.SecurityHubAsync(true);
        Assert.Empty(await cloud.FindingsAsync());
        await PassAsync(cloud);
        Assert.Contains("SLS2001", await ActiveAsync(cloud, "checkout"));
    }

    /// <summary>A recorded event that happens now.</summary>
    private static JsonObject Event(string sample, string name)
    {
        var text = File.ReadAllText(Repository.Path($"events/deployments/{sample}.json"));
        Assert.Contains(name, text, StringComparison.Ordinal);
        var json = JsonNode.Parse(text)!.AsObject();
        json["id"] = Guid.NewGuid().ToString();
        json["time"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        return json;
    }

    private static async Task CreateAsync(EmulatedCloud cloud, string name, string policy)
    {
        var role = await cloud.CreateRoleAsync($"{name}-role", policy);
        await cloud.CreateFunctionAsync(name, Layout.Zip(("index.js", "exports.handler = async () => 'ok'")), role, new()
        {
            ["Runtime"] = "nodejs22.x",
            ["Handler"] = "index.handler",
        });
    }

    private static async Task<TimeSpan> AfterAsync(EmulatedCloud cloud, params JsonObject[] events)
    {
        var since = Stopwatch.GetTimestamp();
        foreach (var one in events) await cloud.PutEventAsync(one);
        await cloud.SettleAsync();
        return Stopwatch.GetElapsedTime(since);
    }

    /// <summary>Second looks come, and what waits is fed to the queues.</summary>
    private static async Task PassAsync(EmulatedCloud cloud)
    {
        for (var look = 0; look < 3; look++)
        {
            await cloud.AdvanceAsync(TimeSpan.FromSeconds(100));
            await cloud.SettleAsync();
        }

        Assert.Null((await cloud.InvokeAsync("DrainSchedule")).Fault);
        await cloud.SettleAsync();
    }

    private static IEnumerable<string> DeadLetters(EmulatedCloud cloud) => cloud.Stack.Where(static r => r.Key.EndsWith("DeadLetters", StringComparison.Ordinal)).Select(static r => r.Value);

    private async Task<List<string>> ActiveAsync(EmulatedCloud cloud, string function)
    {
        var findings = await cloud.FindingsAsync(new() { ["RecordState"] = new JsonArray(new JsonObject { ["Value"] = "ACTIVE", ["Comparison"] = "EQUALS" }) });
        var ours = findings.Where(f => f["Resources"]!.AsArray().Any(r => r!["Id"]!.GetValue<string>().Contains(function, StringComparison.Ordinal))).ToList();
        foreach (var finding in ours) output.WriteLine($"{finding["GeneratorId"]} {finding["Title"]}");
        foreach (var line in cloud.Logs.Where(static l => l.Text.Contains("\"ERROR\"", StringComparison.Ordinal)).DistinctBy(static l => l.Function)) output.WriteLine($"{line.Function}: {line.Text}");
        output.WriteLine("--");
        return [.. ours.Select(static f => f["GeneratorId"]!.GetValue<string>().Split('/')[^1]).Order(StringComparer.Ordinal)];
    }
}
