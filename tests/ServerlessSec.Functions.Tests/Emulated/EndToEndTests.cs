using ServerlessSec.Emulation;
using ServerlessSec.Shared;
using static ServerlessSec.Functions.Emulated.Scenes;

namespace ServerlessSec.Functions.Emulated;

/// <summary>From a deployment to a finding in Security Hub, by the very template and program that are deployed.</summary>
public sealed class EndToEndTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_problem_is_told_once_archived_when_it_is_fixed_and_when_its_function_is_gone()
    {
        Requires.EmulatedCloud();
        await using var cloud = await EmulatedCloud.StartAsync();

        // Created: told.
        await cloud.CreateAsync("checkout", Wide);
        var created = Event("CreateFunction20150331", "checkout");
        var took = await cloud.AfterAsync(created);
        var told = await ActiveAsync(cloud, "checkout");
        Assert.Contains("SLS2001", told);

        // The same event again, and another of the same state: nothing is doubled.
        var count = (await cloud.FindingsAsync()).Count;
        await cloud.AfterAsync(created, created, Event("UpdateFunctionConfiguration20150331v2", "checkout"));
        Assert.Equal(count, (await cloud.FindingsAsync()).Count);
        Assert.Equal(told, await ActiveAsync(cloud, "checkout"));

        // Fixed: archived, and nothing else is.
        await cloud.PutRolePolicyAsync("checkout-role", "inline", Narrow);
        await cloud.AfterAsync(Event("PutRolePolicy", "checkout"));
        await cloud.PassAsync();
        var left = await ActiveAsync(cloud, "checkout");
        Assert.DoesNotContain("SLS2001", left);
        Assert.Equal("ARCHIVED", Assert.Single(await cloud.FindingsAsync(), static f => f["GeneratorId"]!.GetValue<string>() == "serverlesssec/SLS2001")["RecordState"]!.GetValue<string>());
        Assert.Equal(told.Where(static r => r != "SLS2001" && !r.StartsWith("SLS2", StringComparison.Ordinal)), left.Where(static r => !r.StartsWith("SLS2", StringComparison.Ordinal)));

        // Gone: nothing stays open.
        await cloud.DeleteFunctionAsync("checkout");
        await cloud.AfterAsync(Event("DeleteFunction20150331", "checkout"));
        await cloud.PassAsync();
        Assert.Empty(await ActiveAsync(cloud, "checkout"));
        Assert.Empty(await cloud.DeadLettersAsync());
        output.WriteLine($"created to told, first event of all: {took.TotalMilliseconds:0} ms");
    }

    [Theory, InlineData("ScanPostureRole"), InlineData("PublishFindingsRole")]
    public async Task Who_is_killed_before_learning_that_a_write_was_done_does_the_work_again_and_doubles_nothing(string victim)
    {
        Requires.EmulatedCloud();
        await using var cloud = await EmulatedCloud.StartAsync();
        await cloud.CreateAsync("checkout", Wide);
        await cloud.AfterAsync(Event("CreateFunction20150331", "checkout"));
        var calm = await ActiveAsync(cloud, "checkout");
        Assert.Contains("SLS2001", calm);

        for (var write = 0; write < 3; write++)
        {
            await cloud.FaultsAsync(new Fault { Caller = victim, Operation = "write", After = write });
            await cloud.PutRolePolicyAsync("checkout-role", "inline", write % 2 == 0 ? Narrow : Wide);
            await cloud.AfterAsync(Event("UpdateFunctionConfiguration20150331v2", "checkout"));
            await cloud.FaultsAsync();
            await cloud.PutRolePolicyAsync("checkout-role", "inline", Wide);
            await cloud.AfterAsync(Event("UpdateFunctionConfiguration20150331v2", "checkout"));
            await cloud.PassAsync();
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
        await cloud.CreateAsync("checkout", Wide);
        await cloud.AfterAsync(Event("CreateFunction20150331", "checkout"));
        await cloud.PassAsync();
        await cloud.SecurityHubAsync(true);
        Assert.Empty(await cloud.FindingsAsync());
        await cloud.PassAsync();
        Assert.Contains("SLS2001", await ActiveAsync(cloud, "checkout"));
    }

    private async Task<List<string>> ActiveAsync(EmulatedCloud cloud, string function)
    {
        var open = await cloud.OpenAsync(function);
        output.WriteLine(string.Join(' ', open));
        return open;
    }
}
