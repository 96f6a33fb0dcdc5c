using System.Text.Json.Nodes;
using ServerlessSec.Aws.Receiving;
using ServerlessSec.Emulation;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using ServerlessSec.Shared;

namespace ServerlessSec.Functions.Emulated;

/// <summary>What each piece of work costs in calls, counted and held to what the documents say.</summary>
public sealed class CallTests
{
    private const int More = 10;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_documented_calls_are_those_that_are_made()
    {
        Requires.EmulatedCloud();
        var options = new CloudOptions();
        options.Environment["API_CALLS_PER_SECOND"] = "1000";
        options.Parameters["OptOutPatterns"] = "serverlesssec-*"; // The scanner's own functions are not what is counted.
        await using var cloud = await EmulatedCloud.StartAsync(options);
        cloud.DropStreamRecords(true); // The schedule wakes the publisher, once.
        var table = new CallTable();
        await AdvisoryMirror.OpenAsync(cloud);
        var (known, added) = ((Guid.NewGuid().ToString(), "2026-11-01T00:00:00Z"), (Guid.NewGuid().ToString(), "2026-11-20T00:00:00Z"));
        await AdvisoryMirror.OfferAsync(cloud, known);
        await CallsAsync(cloud, () => cloud.InvokeAsync("RefreshSchedule"));
        await CallsAsync(cloud, () => cloud.InvokeAsync("DrainSchedule"));
        table.Add("refresh of one ecosystem, nothing new", (await CallsAsync(cloud, () => RefreshAsync(cloud)))["RefreshAdvisoriesRole"]);
        await AdvisoryMirror.OfferAsync(cloud, known, added);
        table.Add("refresh of one ecosystem, one package changed that nobody holds", (await CallsAsync(cloud, () => RefreshAsync(cloud)))["RefreshAdvisoriesRole"]);

        await CreateAsync(cloud, "checkout");
        var posture = await CallsAsync(cloud, () => SendAsync(cloud, ScanKind.Posture, "first"));
        var package = await CallsAsync(cloud, () => SendAsync(cloud, ScanKind.Package, "first"));
        table.Add("posture scan, first", posture["ScanPostureRole"]);
        table.Add("posture scan, again", (await CallsAsync(cloud, () => SendAsync(cloud, ScanKind.Posture, "again")))["ScanPostureRole"]);
        table.Add("package scan, first", package["ScanPackageRole"]);
        table.Add("package scan, same code again", (await CallsAsync(cloud, () => SendAsync(cloud, ScanKind.Package, "again")))["ScanPackageRole"]);
        table.Add("application scan, one function differs", posture["ScanApplicationRole"]);
        var told = await CallsAsync(cloud, () => cloud.InvokeAsync("DrainSchedule"));
        table.Add($"publishing {(await cloud.FindingsAsync()).Count} findings and gaps", told["PublishFindingsRole"]);
        table.Add("deployment event of one function", (await CallsAsync(cloud, () => cloud.PutEventAsync("UpdateFunctionCode20150331v2")))["ReceiveDeploymentRole"]);
        await CallsAsync(cloud, () => cloud.InvokeAsync("DrainSchedule"));
        table.Add("drain, nothing waits", (await CallsAsync(cloud, () => cloud.InvokeAsync("DrainSchedule")))["SweepAccountRole"]);

        for (var i = 0; i < More; i++) await CreateAsync(cloud, $"more-{i}", "checkout-role");
        var functions = cloud.Stack.Count(static r => r.Key.EndsWith("Function", StringComparison.Ordinal)) + 1 + More;
        table.Add($"sweep of {functions} functions with {functions - More} roles, {More} functions new, and drain", (await CallsAsync(cloud, () => cloud.InvokeAsync("SweepSchedule")))["SweepAccountRole"]);
        await table.VerifyAsync("docs/operations.md", Stop);
    }

    /// <summary>What each role called until nothing is left to do, but for what was done before.</summary>
    private static async Task<Dictionary<string, List<LoggedCall>>> CallsAsync(EmulatedCloud cloud, Func<Task> work)
    {
        await cloud.SettleAsync();
        var before = cloud.Calls().Count();
        await work();
        await cloud.SettleAsync();
        var names = cloud.Stack.Where(static r => r.Key.EndsWith("Role", StringComparison.Ordinal)).ToDictionary(static r => r.Value, static r => r.Key);
        return cloud.Calls().Skip(before).Where(c => names.ContainsKey(c.Caller.Split('/')[^1])).GroupBy(c => names[c.Caller.Split('/')[^1]]).ToDictionary(static g => g.Key, static g => g.ToList());
    }

    private static Task RefreshAsync(EmulatedCloud cloud) => cloud.SendAsync(cloud.Stack["RefreshQueue"], RefreshMessages.Write("npm"));

    private static Task SendAsync(EmulatedCloud cloud, ScanKind scan, string id)
    {
        var job = new ScanJob
        {
            Function = Owner.Of("aws", "eu-central-1", EmulatedCloud.Account, "checkout"),
            Scan = scan,
            EventId = id,
            Wish = new(DateTimeOffset.UtcNow, null, 0),
        };
        return cloud.SendAsync(cloud.Stack[$"{scan}Queue"], ScanMessages.Write(job), new() { ["MessageGroupId"] = job.Function.Arn, ["MessageDeduplicationId"] = ScanMessages.DeduplicationId(job) });
    }

    private static async Task CreateAsync(EmulatedCloud cloud, string name, string? role = null)
    {
        var arn = role is null ? await cloud.CreateRoleAsync($"{name}-role", """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""") : $"arn:aws:iam::{EmulatedCloud.Account}:role/{role}";
        if (role is null) await cloud.IamAsync("AttachRolePolicy", new("RoleName", $"{name}-role"), new("PolicyArn", "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"));
        await cloud.CreateFunctionAsync(name, Layout.Zip(("index.js", "exports.handler = async () => 'ok'"), ("node_modules/left/package.json", """{"name":"left","version":"1.0.0"}""")), arn, new JsonObject
        {
            ["Runtime"] = "nodejs22.x",
            ["Handler"] = "index.handler",
        });
    }
}
