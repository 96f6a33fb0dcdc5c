using ServerlessSec.Emulation;
using static ServerlessSec.Functions.Emulated.Scenes;

namespace ServerlessSec.Functions.Emulated;

/// <summary>Functions that no event tells of.</summary>
public sealed class ExistingAccountTests(ScannedAccount account) : IClassFixture<ScannedAccount>
{
    /// <summary>The scanner's own functions wake each other on purpose, and are scanned as all others are.</summary>
    private const string OwnLoops = "SLS7002";

    [Fact]
    public async Task An_account_that_sends_no_event_is_found_by_the_first_refresh_and_kept_up_with_by_sweeps()
    {
        account.Export.Records["npm"].Add(AdvisoryExport.Record("GHSA-cccc-cccc-cccc", "npm", "shelf", "2.0.0"));
        var cloud = await account.StartAsync();
        var shared = await cloud.CreateRoleAsync("counter-role", Narrow);
        await cloud.CreateAsync("stock", Wide, null, null, ("index.js", "require('shelf')"), ("node_modules/shelf/package.json", """{"name":"shelf","version":"1.4.0"}"""));
        await cloud.CreateAsync("desk", role: shared);
        await cloud.CreateAsync("lamp", role: shared);

        // As on deployment: the refresh runs, its end makes a sweep due, and the next minute's drain begins it.
        await cloud.ScheduleAsync("DrainSchedule");
        Assert.Empty(await cloud.FindingsAsync());
        await cloud.ScheduleAsync("RefreshSchedule");
        Assert.Empty(await cloud.FindingsAsync());
        await cloud.ScheduleAsync("DrainSchedule");
        var stock = await cloud.OpenAsync("stock");
        Assert.Contains("SLS2001", stock);
        Assert.Contains("SLS6001", stock);
        var desk = await cloud.OpenAsync("desk");
        Assert.NotEmpty(desk);
        Assert.Equal(desk, await cloud.OpenAsync("lamp"));
        Assert.Empty(await cloud.GapsAsync("stock"));
        // Nobody sends IAM's events on, which is one gap of the whole account.
        Assert.Single(await cloud.GapsAsync(null), static g => g.Contains("no rule in us-east-1 sends IAM's events to eu-central-1", StringComparison.Ordinal));

        // One event of one function, and what all of them have in common is told too.
        await cloud.AfterAsync(Event("UpdateFunctionConfiguration20150331v2", "desk"));
        Assert.Equal(["SLS2004"], (await cloud.OpenAsync(null)).Where(static r => r != OwnLoops));

        // A sweep that may not look changes nothing and says so.
        var before = (await cloud.FindingsAsync()).Count(IsActive);
        foreach (var operation in (string[])["ListFunctions", "ListEventSourceMappings"])
        {
            await cloud.FaultsAsync(new Fault { Service = "lambda", Operation = operation, Times = 3, Code = "AccessDeniedException", Status = 403 });
            Assert.NotNull((await cloud.InvokeAsync("SweepSchedule")).Fault);
        }

        await cloud.PassAsync();
        Assert.Equal(before, (await cloud.FindingsAsync()).Count(IsActive));
        Assert.Equal(2, (await cloud.PeekAsync(cloud.Stack["WakeDeadLetters"])).Count);
        await cloud.Aws.JsonAsync("sqs", "AmazonSQS.PurgeQueue", new() { ["QueueUrl"] = cloud.Stack["WakeDeadLetters"] }, stop: TestContext.Current.CancellationToken);

        // Changes that nobody tells of: a role, a function gone, one new.
        await cloud.PutRolePolicyAsync("stock-role", "inline", Narrow);
        await cloud.DeployForwarderAsync("us-east-1");
        await cloud.DeleteFunctionAsync("lamp");
        await cloud.CreateAsync("crate", Wide);
        await cloud.ScheduleAsync("SweepSchedule");
        await cloud.PassAsync();
        stock = await cloud.OpenAsync("stock");
        Assert.DoesNotContain("SLS2001", stock);
        Assert.Contains("SLS6001", stock);
        Assert.Empty(await cloud.OpenAsync("lamp"));
        Assert.Contains("SLS2001", await cloud.OpenAsync("crate"));
        Assert.DoesNotContain(await cloud.GapsAsync(null), static g => g.Contains("IAM's events", StringComparison.Ordinal));
        Assert.Empty(await cloud.DeadLettersAsync());
    }
}
