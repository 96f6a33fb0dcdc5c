using System.Text;
using System.Text.Json.Nodes;
using ServerlessSec.Emulation;

namespace ServerlessSec.Functions.Emulated;

/// <summary>A package that takes more memory, or more time, than its scan has: a gap and not silence, and nobody else waits.</summary>
public sealed class StarvedScanTests(StarvedAccount account) : IClassFixture<StarvedAccount>
{
    private static readonly byte[] Flawed = FaultyAccount.Npm(("lodash", "4.17.4"));
    private static readonly byte[] Mended = FaultyAccount.Npm(("lodash", "4.17.21"));

    [Fact]
    public async Task A_scan_that_is_killed_each_time_leaves_a_gap_and_every_finding_until_the_package_is_another()
    {
        var cloud = await account.StartAsync();
        await KnownAsync(cloud, "heavy");
        var before = await cloud.StatesAsync("heavy");
        Assert.Contains(before, static f => f.StartsWith("ACTIVE SLS6001", StringComparison.Ordinal));

        var since = cloud.Logs.Count;
        await cloud.FaultsAsync(new Fault { Service = "lambda", Operation = "GetFunction", Caller = "ScanPackage", Resource = "heavy", Before = true, Times = 100 });
        await cloud.UpdateCodeAsync("heavy", FaultyAccount.Npm(("lodash", "4.17.20")));
        await cloud.AfterAsync(Scenes.Event("UpdateFunctionCode20150331v2", "heavy"));
        Assert.Equal(3, cloud.Said(since, "Runtime.ExitError: the runtime exited with error: signal: killed").Count);
        Assert.Single(await cloud.PeekAsync(cloud.Stack["PackageDeadLetters"]), static letter => letter.Contains("heavy", StringComparison.Ordinal));
        Assert.Equal([.. before, "ACTIVE gap/stopped Not assessed: the scan died"], (await cloud.StatesAsync("heavy")).Order(StringComparer.Ordinal));
        await KnownAsync(cloud, "light");
        Assert.Contains(await cloud.StatesAsync("light"), static f => f.StartsWith("ACTIVE SLS6001", StringComparison.Ordinal));

        await cloud.FaultsAsync();
        await cloud.UpdateCodeAsync("heavy", Mended);
        await cloud.AfterAsync(Scenes.Event("UpdateFunctionCode20150331v2", "heavy"));
        var after = await cloud.StatesAsync("heavy");
        Assert.Contains("ARCHIVED gap/stopped Not assessed: the scan died", after);
        Assert.DoesNotContain(after, static f => f.StartsWith("ACTIVE SLS6001", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_package_that_is_too_large_for_the_memory_is_read_within_lower_limits_the_second_time()
    {
        var cloud = await account.StartAsync();
        await KnownAsync(cloud, "large");
        var before = await cloud.StatesAsync("large");
        await ConfigureAsync(cloud, new() { ["MemorySize"] = 128 });
        var since = cloud.Logs.Count;
        await cloud.UpdateCodeAsync("large", FaultyAccount.Npm([("lodash", "4.17.4")], ("package-lock.json", Lock(50 << 20))));
        await cloud.AfterAsync(Scenes.Event("UpdateFunctionCode20150331v2", "large"));
        await ConfigureAsync(cloud, new() { ["MemorySize"] = 3008 });

        Assert.InRange(cloud.Said(since, "Runtime.ExitError").Count, 1, 2);
        var after = await cloud.StatesAsync("large");
        Assert.Contains(after, static f => f.StartsWith("ACTIVE gap/limit", StringComparison.Ordinal));
        Assert.Equal(before, after.Where(static f => !f.Contains("gap/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_could_not_be_read_in_time_is_a_gap_and_resolves_nothing()
    {
        var cloud = await account.StartAsync();
        await KnownAsync(cloud, "slow");
        var before = await cloud.StatesAsync("slow");
        // All but two seconds of it are kept for writing.
        await ConfigureAsync(cloud, new() { ["Timeout"] = 62 });
        var since = cloud.Logs.Count;
        await cloud.FaultsAsync(new Fault { Service = "s3", Operation = "PresignedGet", Resource = "slow", Delay = TimeSpan.FromSeconds(5), Times = 100 });
        await cloud.UpdateCodeAsync("slow", Mended);
        await cloud.AfterAsync(Scenes.Event("UpdateFunctionCode20150331v2", "slow"));
        await cloud.FaultsAsync();
        Assert.Empty(cloud.Said(since, "invocation failed"));
        var after = await cloud.StatesAsync("slow");
        Assert.Contains(after, static f => f.StartsWith("ACTIVE gap/stopped", StringComparison.Ordinal));
        Assert.Equal(before, after.Where(static f => !f.Contains("gap/", StringComparison.Ordinal)));

        await ConfigureAsync(cloud, new() { ["Timeout"] = 900 });
        await cloud.AfterAsync(Scenes.Event("UpdateFunctionCode20150331v2", "slow"));
        after = await cloud.StatesAsync("slow");
        Assert.DoesNotContain(after, static f => f.StartsWith("ACTIVE gap/stopped", StringComparison.Ordinal) || f.StartsWith("ACTIVE SLS6001", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_scan_that_outlasts_its_function_three_times_leaves_a_gap_too()
    {
        var cloud = await account.StartAsync();
        await KnownAsync(cloud, "endless");
        var before = await cloud.StatesAsync("endless");
        await ConfigureAsync(cloud, new() { ["Timeout"] = 5 });
        var since = cloud.Logs.Count;
        await cloud.FaultsAsync(new Fault { Service = "lambda", Operation = "GetFunction", Caller = "ScanPackage", Resource = "endless", Delay = TimeSpan.FromSeconds(7), Times = 100 });
        await cloud.UpdateCodeAsync("endless", Mended);
        await cloud.AfterAsync(Scenes.Event("UpdateFunctionCode20150331v2", "endless"));
        await cloud.FaultsAsync();
        await ConfigureAsync(cloud, new() { ["Timeout"] = 900 });
        Assert.Equal(3, cloud.Said(since, "message failed").Count + cloud.Said(since, "Sandbox.Timedout").Count);
        Assert.Equal([.. before, "ACTIVE gap/stopped Not assessed: the scan died"], (await cloud.StatesAsync("endless")).Order(StringComparer.Ordinal));
    }

    private static async Task KnownAsync(EmulatedCloud cloud, string name)
    {
        await cloud.CreateAsync(name, Flawed, await cloud.CreateRoleAsync($"{name}-role"));
        await cloud.AfterAsync(Scenes.Event("CreateFunction20150331", name));
    }

    /// <summary>Of the function that scans packages; processes of before are let go.</summary>
    private static async Task ConfigureAsync(EmulatedCloud cloud, JsonObject settings)
    {
        await cloud.UpdateConfigurationAsync(cloud.Stack["ScanPackageFunction"], settings);
        await cloud.ForgetProcessesAsync();
    }

    /// <summary>A lock file of so many bytes, all of it meant.</summary>
    private static string Lock(int bytes)
    {
        var text = new StringBuilder("""{"name":"large","lockfileVersion":3,"packages":{"":{"name":"large"}""", bytes + 200);
        for (var number = 0; text.Length < bytes; number++)
            text.Append($$$""","node_modules/p{{{number}}}":{"version":"1.0.{{{number}}}","license":"MIT","dependencies":{"p{{{number + 1}}}":"^1.0.0"}}""");
        return text.Append("}}").ToString();
    }
}

/// <summary>For scans that lack something; npm's advisories are there.</summary>
public sealed class StarvedAccount : LazyCloud
{
    protected override CloudOptions Options() => new();

    protected override async Task<EmulatedCloud> MakeAsync()
    {
        var cloud = await FaultyAccount.StartAsync(Options());
        await cloud.ExportAsync(("lodash", "4.17.21"));
        await cloud.InvokeAsync("RefreshSchedule");
        await cloud.SettleAsync();
        return cloud;
    }
}
