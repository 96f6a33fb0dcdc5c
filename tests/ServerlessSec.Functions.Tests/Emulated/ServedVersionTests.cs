using System.Text.Json.Nodes;
using ServerlessSec.Emulation;
using static ServerlessSec.Functions.Emulated.Scenes;

namespace ServerlessSec.Functions.Emulated;

/// <summary>What aliases and event sources serve is scanned beside what is not published, and a finding stands for as long as either has it.</summary>
public sealed class ServedVersionTests(ScannedAccount account) : IClassFixture<ScannedAccount>
{
    [Fact]
    public async Task A_vulnerable_version_that_an_alias_serves_keeps_its_finding_until_the_alias_moves()
    {
        var cloud = await account.RefreshedAsync("sail", "2.0.0");
        await cloud.CreateAsync("mast", files: Holding("sail", "1.0.0"));
        await PublishAsync(cloud, "mast", "live");
        // The same code is not fetched twice.
        await cloud.FaultsAsync(new Fault { Service = "s3", Operation = "PresignedGet", Resource = "/mast/1", Code = "AccessDenied", Status = 403, Times = 99 });
        await cloud.AfterAsync(Event("CreateFunction20150331", "mast"), Event("PublishVersion20150331", "mast"), Event("CreateAlias20150331", "mast"));
        var flawed = await cloud.OpenAsync("mast");
        Assert.Contains("SLS6001", flawed);
        var finding = await OneAsync(cloud, "mast", "SLS6001");
        Assert.Contains("(also by alias live)", Text(finding, "Description"), StringComparison.Ordinal);
        Assert.Empty(await cloud.GapsAsync("mast"));
        await cloud.FaultsAsync();

        await cloud.UpdateCodeAsync("mast", Layout.Zip(Holding("sail", "2.0.0")));
        await cloud.AfterAsync(Event("UpdateFunctionCode20150331v2", "mast"));
        Assert.Equal(flawed, await cloud.OpenAsync("mast"));
        var kept = await OneAsync(cloud, "mast", "SLS6001");
        Assert.Equal(Text(finding, "Id"), Text(kept, "Id"));
        Assert.Contains("(not in $LATEST, but in version 1, served by alias live)", Text(kept, "Description"), StringComparison.Ordinal);

        // A sweep takes nothing for changed that an alias serves.
        await cloud.ScheduleAsync("SweepSchedule");
        Assert.Equal(flawed, await cloud.OpenAsync("mast"));

        var version = await cloud.LambdaAsync(HttpMethod.Post, "/2015-03-31/functions/mast/versions", []);
        await cloud.LambdaAsync(HttpMethod.Put, "/2015-03-31/functions/mast/aliases/live", new() { ["FunctionVersion"] = Text(version, "Version") });
        await cloud.AfterAsync(Event("UpdateAlias20150331", "mast"));
        Assert.Equal(flawed.Where(static r => r != "SLS6001"), await cloud.OpenAsync("mast"));
        Assert.Equal("ARCHIVED", Text(await OneAsync(cloud, "mast", "SLS6001"), "RecordState"));

        // Back, and shared out: one in ten calls is enough.
        await cloud.LambdaAsync(HttpMethod.Put, "/2015-03-31/functions/mast/aliases/live", new() { ["FunctionVersion"] = "2", ["RoutingConfig"] = new JsonObject { ["AdditionalVersionWeights"] = new JsonObject { ["1"] = 0.1 } } });
        await cloud.AfterAsync(Event("UpdateAlias20150331", "mast"));
        Assert.Equal(flawed, await cloud.OpenAsync("mast"));
        await cloud.LambdaAsync(HttpMethod.Delete, "/2015-03-31/functions/mast/aliases/live");
        await cloud.AfterAsync(Event("DeleteAlias20150331", "mast"));
        Assert.Equal(flawed.Where(static r => r != "SLS6001"), await cloud.OpenAsync("mast"));
        Assert.Empty(await cloud.GapsAsync("mast"));
        Assert.Empty(await cloud.DeadLettersAsync());
    }

    [Fact]
    public async Task A_new_advisory_finds_a_function_by_the_version_that_an_alias_serves()
    {
        var cloud = await account.RefreshedAsync("oar", "0.1.0");
        await cloud.CreateAsync("galley", files: Holding("oar", "1.0.0"));
        await PublishAsync(cloud, "galley", "live");
        await cloud.UpdateCodeAsync("galley", Layout.Zip(Holding("engine", "1.0.0")));
        await cloud.AfterAsync(Event("CreateFunction20150331", "galley"));
        Assert.DoesNotContain("SLS6001", await cloud.OpenAsync("galley"));
        await account.AdviseAsync(cloud, "oar", "1.0.1");
        Assert.Contains("SLS6001", await cloud.OpenAsync("galley"));
    }

    [Fact]
    public async Task A_configuration_and_role_that_an_alias_serves_keep_their_findings_until_the_alias_is_gone()
    {
        var cloud = await account.StartAsync();
        var secret = string.Concat("AKIA", "Z7QJ4MX2", "WN5RTV3K");
        await cloud.CreateAsync("keep", Wide, settings: new() { ["Runtime"] = "nodejs14.x", ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["ACCESS_KEY"] = secret } } });
        await PublishAsync(cloud, "keep", "live");
        await cloud.AfterAsync(Event("CreateFunction20150331", "keep"));
        var flawed = await cloud.OpenAsync("keep");
        string[] mended = ["SLS2001", "SLS3001", "SLS3002", "SLS4001"];
        foreach (var rule in mended) Assert.Contains(rule, flawed);

        var role = await cloud.CreateRoleAsync("keep-narrow", Narrow);
        await cloud.UpdateConfigurationAsync("keep", new() { ["Runtime"] = "nodejs22.x", ["Role"] = role, ["Environment"] = new JsonObject { ["Variables"] = new JsonObject() } });
        await cloud.AfterAsync(Event("UpdateFunctionConfiguration20150331v2", "keep"));
        Assert.Equal(flawed, await cloud.OpenAsync("keep"));
        Assert.DoesNotContain(secret, string.Concat((await cloud.FindingsAsync()).Select(static f => f.ToJsonString())));

        // The role of the version is followed too.
        await cloud.PutRolePolicyAsync("keep-role", "inline", Narrow);
        await cloud.AfterAsync(Event("PutRolePolicy", "keep"));
        Assert.Equal(flawed.Where(static r => r != "SLS2001"), await cloud.OpenAsync("keep"));

        await cloud.LambdaAsync(HttpMethod.Delete, "/2015-03-31/functions/keep/aliases/live");
        await cloud.AfterAsync(Event("DeleteAlias20150331", "keep"));
        Assert.Equal(flawed.Except(mended), await cloud.OpenAsync("keep"));
        Assert.Empty(await cloud.GapsAsync("keep"));
    }

    [Fact]
    public async Task A_URL_of_an_alias_that_answers_strangers_is_told_until_it_is_closed()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("port");
        await PublishAsync(cloud, "port", "live");
        await cloud.AfterAsync(Event("CreateFunction20150331", "port"));
        var closed = await cloud.OpenAsync("port");
        await cloud.LambdaAsync(HttpMethod.Post, "/2021-10-31/functions/port/url?Qualifier=live", new() { ["AuthType"] = "NONE" });
        await cloud.AfterAsync(Event("CreateFunctionUrlConfig", "port"));
        Assert.Equal(closed, await cloud.OpenAsync("port"));

        // A permission on the function itself opens nothing of the alias.
        await cloud.OpenUrlAsync("port");
        await cloud.AfterAsync(Event("AddPermission20150331v2", "port"));
        Assert.DoesNotContain("SLS1001", await cloud.OpenAsync("port"));
        await cloud.OpenUrlAsync("port", "live");
        await cloud.AfterAsync(Event("AddPermission20150331v2", "port"));
        var opened = await cloud.OpenAsync("port");
        Assert.Contains("SLS1001", opened);
        Assert.Contains("SLS7001", opened);
        Assert.Contains("served by alias live", Text(await OneAsync(cloud, "port", "SLS1001"), "Description"), StringComparison.Ordinal);

        await cloud.LambdaAsync(HttpMethod.Delete, "/2021-10-31/functions/port/url?Qualifier=live");
        await cloud.AfterAsync(Event("DeleteFunctionUrlConfig", "port"));
        Assert.DoesNotContain("SLS1001", await cloud.OpenAsync("port"));
    }

    [Fact]
    public async Task A_version_that_an_event_source_is_mapped_to_is_scanned()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("crane-arm", settings: new() { ["Runtime"] = "nodejs14.x" });
        await cloud.LambdaAsync(HttpMethod.Post, "/2015-03-31/functions/crane-arm/versions", []);
        await cloud.UpdateConfigurationAsync("crane-arm", new() { ["Runtime"] = "nodejs22.x" });
        await cloud.AfterAsync(Event("CreateFunction20150331", "crane-arm"));
        Assert.DoesNotContain("SLS3001", await cloud.OpenAsync("crane-arm"));
        await cloud.CreateQueueAsync("crane-arm-loads");
        var mapping = await cloud.LambdaAsync(HttpMethod.Post, "/2015-03-31/event-source-mappings", new() { ["FunctionName"] = "crane-arm:1", ["EventSourceArn"] = cloud.QueueArn("crane-arm-loads"), ["BatchSize"] = 10 });
        await cloud.AfterAsync(Event("UpdateFunctionConfiguration20150331v2", "crane-arm"));
        Assert.Contains("SLS3001", await cloud.OpenAsync("crane-arm"));
        await cloud.LambdaAsync(HttpMethod.Delete, $"/2015-03-31/event-source-mappings/{Text(mapping, "UUID")}");
        await cloud.AfterAsync(Event("UpdateFunctionConfiguration20150331v2", "crane-arm"));
        Assert.DoesNotContain("SLS3001", await cloud.OpenAsync("crane-arm"));
    }

    /// <summary>As it is now, and served by an alias.</summary>
    private static async Task PublishAsync(EmulatedCloud cloud, string function, string alias)
    {
        var version = await cloud.LambdaAsync(HttpMethod.Post, $"/2015-03-31/functions/{function}/versions", []);
        await cloud.LambdaAsync(HttpMethod.Post, $"/2015-03-31/functions/{function}/aliases", new() { ["Name"] = alias, ["FunctionVersion"] = Text(version, "Version") });
    }

    private static async Task<JsonObject> OneAsync(EmulatedCloud cloud, string function, string rule) =>
        Assert.Single(await cloud.ToldAsync(function), f => Rule(f) == rule);
}
