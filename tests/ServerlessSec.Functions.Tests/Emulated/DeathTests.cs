using ServerlessSec.Emulation;

namespace ServerlessSec.Functions.Emulated;

/// <summary>
/// Each function is killed after each of its writes, and once before the first. What services hold is the same whether a
/// process dies right after a write or right before the next, so nothing is left out in between.
/// </summary>
public abstract class DeathTests(DyingAccount account, ITestOutputHelper output)
{
    protected async Task CheckAsync(string function, string scenario, int least)
    {
        var cloud = await account.StartAsync();
        var calm = await RunAsync(cloud, scenario);
        Assert.Equal(calm.Count, calm.Distinct().Count());
        List<string> wrong = [];
        var writes = 0;
        for (; ; writes++)
        {
            var since = cloud.Logs.Count;
            var left = await RunAsync(cloud, scenario, new Fault { Caller = function, Operation = "write", Before = writes == 0, After = Math.Max(0, writes - 1) });
            if (AccountState.Difference(calm, left) is { Length: > 0 } difference) wrong.Add($"{function} killed after write {writes}:\n{difference}");
            if (cloud.Said(since, "Runtime.ExitError").Count == 0) break;
        }

        output.WriteLine($"{function}: {writes} deaths");
        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
        Assert.InRange(writes, least, 200);
    }

    private static async Task<List<string>> RunAsync(EmulatedCloud cloud, string scenario, params Fault[] faults)
    {
        await cloud.RestoreAsync(DyingAccount.Start);
        await cloud.FaultsAsync(faults);
        await DyingAccount.PlayAsync(cloud, scenario);
        await cloud.FaultsAsync();
        await cloud.LaterAsync(TimeSpan.FromSeconds(100));
        // The turn of a sweep that died is over then.
        await cloud.LaterAsync(TimeSpan.FromMinutes(13));
        await cloud.LaterAsync(TimeSpan.FromSeconds(100));
        return await AccountState.LinesAsync(cloud);
    }
}

/// <summary>Those that work on what was deployed.</summary>
public sealed class DeathAfterDeploymentTests(DyingAccount account, ITestOutputHelper output) : DeathTests(account, output), IClassFixture<DyingAccount>
{
    [Theory]
    [InlineData("ReceiveDeployment", "a role and a function change", 5)]
    [InlineData("ScanPosture", "a function changes", 8)]
    [InlineData("ScanPackage", "a function changes", 8)]
    [InlineData("ScanApplication", "a function changes", 4)]
    [InlineData("PublishFindings", "a function changes", 6)]
    public Task Whichever_write_a_function_dies_after_all_ends_as_if_it_had_not(string function, string scenario, int least) => CheckAsync(function, scenario, least);
}

/// <summary>Those that schedules start; in an account of their own, so that both can be worked on at once.</summary>
public sealed class DeathOnScheduleTests(DyingAccount account, ITestOutputHelper output) : DeathTests(account, output), IClassFixture<DyingAccount>
{
    [Theory]
    [InlineData("RefreshAdvisories", "advisories change", 12)]
    [InlineData("SweepAccount", "the account is swept", 10)]
    public Task Whichever_write_a_function_dies_after_all_ends_as_if_it_had_not(string function, string scenario, int least) => CheckAsync(function, scenario, least);
}

/// <summary>
/// An account that was scanned, and in which much has changed since: findings are to open and to resolve, of functions and
/// of the application; a function is gone, another was never seen; advisories have come.
/// </summary>
public sealed class DyingAccount : LazyCloud
{
    public const string Start = "scanned";

    protected override Task<EmulatedCloud> MakeAsync() => PrepareAsync();

    protected override CloudOptions Options() => new();

    internal static async Task PlayAsync(EmulatedCloud cloud, string scenario)
    {
        switch (scenario)
        {
            case "a role and a function change":
                await cloud.AfterAsync(Scenes.Event("PutRolePolicy"), Scenes.Event("UpdateFunctionConfiguration20150331v2"));
                // Second looks are work of the same function.
                await cloud.LaterAsync(TimeSpan.FromSeconds(100));
                break;
            case "a function changes":
                await cloud.AfterAsync(Scenes.Event("UpdateFunctionConfiguration20150331v2"));
                break;
            case "advisories change":
                await cloud.InvokeAsync("RefreshSchedule");
                await cloud.SettleAsync();
                break;
            default:
                await cloud.InvokeAsync("SweepSchedule");
                await cloud.SettleAsync();
                break;
        }
    }

    private static async Task<EmulatedCloud> PrepareAsync()
    {
        var cloud = await FaultyAccount.StartAsync();
        await cloud.ExportAsync(("lodash", "4.17.21"));
        await cloud.InvokeAsync("RefreshSchedule");
        await cloud.SettleAsync();
        var shared = await cloud.CreateRoleAsync("checkout-role", Scenes.Wide);
        await cloud.CreateAsync("checkout", FaultyAccount.Npm(("lodash", "4.17.4")), shared);
        await cloud.CreateAsync("report", FaultyAccount.Npm(("minimist", "1.2.0"), ("lodash", "4.17.4")), shared);
        await cloud.CreateAsync("retired", FaultyAccount.Npm(("lodash", "4.17.5")), await cloud.CreateRoleAsync("retired-role", Scenes.Wide));
        await cloud.InvokeAsync("SweepSchedule");
        await cloud.SettleAsync();
        await cloud.LaterAsync(TimeSpan.FromSeconds(400));
        await cloud.SaveAsync(Start);

        await cloud.UpdateConfigurationAsync("checkout", new() { ["Role"] = await cloud.CreateRoleAsync("checkout-own", Scenes.Narrow) });
        await cloud.UpdateCodeAsync("checkout", FaultyAccount.Npm(("lodash", "4.17.21"), ("minimist", "1.2.0")));
        await cloud.PutRolePolicyAsync("checkout-role", "inline", Scenes.Narrow);
        await cloud.DeleteFunctionAsync("retired");
        await cloud.CreateAsync("unknown", FaultyAccount.Npm(("lodash", "4.17.5")), await cloud.CreateRoleAsync("unknown-role", Scenes.Wide));
        // Every function holds what changes, for a refresh that died has all judged again.
        await cloud.ExportAsync(("lodash", "4.17.21"), ("minimist", "1.2.6"), ("lodash", "4.17.22"));
        return cloud;
    }
}
