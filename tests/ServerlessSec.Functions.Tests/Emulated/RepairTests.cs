using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.S3;
using ServerlessSec.Emulation;
using ServerlessSec.Emulation.Emulator;
using static ServerlessSec.Functions.Emulated.Scenes;

namespace ServerlessSec.Functions.Emulated;

/// <summary>What is mended is archived, and nothing else is; what was not seen was not mended.</summary>
public sealed class RepairTests(ScannedAccount account) : IClassFixture<ScannedAccount>
{
    [Fact]
    public async Task A_vulnerable_dependency_that_is_replaced_is_archived_and_comes_back_as_the_same_finding()
    {
        var cloud = await account.RefreshedAsync("reel", "2.0.0");
        await cloud.CreateAsync("spool", files: Holding("reel", "1.9.0"));
        await cloud.AfterAsync(Event("CreateFunction20150331", "spool"));
        var flawed = await cloud.OpenAsync("spool");
        var id = Text(Assert.Single(await cloud.ToldAsync("spool"), static f => Rule(f) == "SLS6001"), "Id");

        await cloud.UpdateCodeAsync("spool", Layout.Zip(Holding("reel", "2.0.0")));
        await cloud.AfterAsync(Event("UpdateFunctionCode20150331v2", "spool"));
        Assert.Equal(flawed.Where(static r => r != "SLS6001"), await cloud.OpenAsync("spool"));
        var gone = Assert.Single(await cloud.ToldAsync("spool"), static f => Rule(f) == "SLS6001");
        Assert.Equal((id, "ARCHIVED"), (Text(gone, "Id"), Text(gone, "RecordState")));

        await cloud.UpdateCodeAsync("spool", Layout.Zip(Holding("reel", "1.8.0")));
        await cloud.AfterAsync(Event("UpdateFunctionCode20150331v2", "spool"));
        Assert.Equal(flawed, await cloud.OpenAsync("spool"));
        Assert.Equal(id, Text(Assert.Single(await cloud.ToldAsync("spool"), static f => Rule(f) == "SLS6001"), "Id"));
    }

    [Fact]
    public async Task A_configuration_that_is_mended_is_archived()
    {
        var cloud = await account.StartAsync();
        var secret = string.Concat("AKIA", "Z7QJ4MX2", "WN5RTV3K");
        await cloud.CreateAsync("loom", settings: new()
        {
            ["Runtime"] = "nodejs14.x",
            ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["ACCESS_KEY"] = secret, ["STAGE"] = "live" } },
        });
        await cloud.AfterAsync(Event("CreateFunction20150331", "loom"));
        var before = await cloud.OpenAsync("loom");
        Assert.Contains("SLS3001", before);
        Assert.Contains("SLS4001", before);
        Assert.DoesNotContain(secret, string.Concat((await cloud.FindingsAsync()).Select(static f => f.ToJsonString())));

        await cloud.UpdateConfigurationAsync("loom", new() { ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["STAGE"] = "live" } } });
        await cloud.AfterAsync(Event("UpdateFunctionConfiguration20150331v2", "loom"));
        var between = await cloud.OpenAsync("loom");
        Assert.DoesNotContain("SLS4001", between);
        Assert.Contains("SLS3001", between);

        await cloud.UpdateConfigurationAsync("loom", new() { ["Runtime"] = "nodejs22.x" });
        await cloud.AfterAsync(Event("UpdateFunctionConfiguration20150331v2", "loom"));
        Assert.Equal(between.Where(static r => r != "SLS3001"), await cloud.OpenAsync("loom"));
    }

    [Fact]
    public async Task A_new_advisory_finds_its_functions_without_any_event()
    {
        var cloud = await account.RefreshedAsync("bolt", "0.1.0");
        await cloud.CreateAsync("hinge", files: Holding("bolt", "1.0.0"));
        await cloud.AfterAsync(Event("CreateFunction20150331", "hinge"));
        Assert.DoesNotContain("SLS6001", await cloud.OpenAsync("hinge"));

        await account.AdviseAsync(cloud, "bolt", "1.0.1");
        Assert.Contains("SLS6001", await cloud.OpenAsync("hinge"));
    }

    [Fact]
    public async Task A_new_advisory_older_than_what_is_known_of_another_ecosystem_finds_its_functions_too()
    {
        account.Export.Records["PyPI"].Add(AdvisoryExport.Record("PYSEC-thread", "PyPI", "thread", "2.0.0"));
        var cloud = await account.RefreshedAsync("yarn", "0.1.0");
        (string, string)[] python = [("thread-1.0.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: thread\nVersion: 1.0.0\n")];
        await cloud.CreateAsync("weaver", files: [.. Holding("yarn", "1.0.0"), .. python]);
        await cloud.AfterAsync(Event("CreateFunction20150331", "weaver"));
        Assert.Single(await cloud.OpenAsync("weaver"), static r => r == "SLS6001");

        await account.AdviseAsync(cloud, "yarn", "1.0.1", DateTimeOffset.UtcNow.AddDays(-30));
        Assert.Equal(2, (await cloud.OpenAsync("weaver")).Count(static r => r == "SLS6001"));
    }

    [Fact]
    public async Task An_advisory_of_the_future_freezes_nothing_and_an_older_source_is_not_called_fresh()
    {
        account.Export.Records["crates.io"].Add(AdvisoryExport.Record("RUSTSEC-late", "crates.io", "nobody-uses-it", "1.0.0", DateTimeOffset.UtcNow.AddYears(50)));
        var cloud = await account.RefreshedAsync("rivet", "0.1.0");
        var records = account.Export.Records["crates.io"];
        records[^1] = AdvisoryExport.Record("RUSTSEC-late", "crates.io", "nobody-uses-it", "1.0.0");
        var since = cloud.Logs.Count;
        await cloud.ScheduleAsync("RefreshSchedule");
        Assert.Contains(cloud.Said(since, "crates.io"), static line => line.Contains("\"Built\"", StringComparison.Ordinal));

        account.Export.Records["crates.io"] = [AdvisoryExport.Record("RUSTSEC-old", "crates.io", "nobody-uses-it", "1.0.0", DateTimeOffset.UtcNow.AddYears(-1))];
        since = cloud.Logs.Count;
        await cloud.ScheduleAsync("RefreshSchedule");
        account.Export.Records["crates.io"] = records;
        Assert.Contains(cloud.Said(since, "crates.io"), static line => line.Contains("are older than those at hand", StringComparison.Ordinal));
        Assert.DoesNotContain(cloud.Said(since, "crates.io"), static line => line.Contains("\"refreshed\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_file_of_advisories_is_a_gap_that_mends_nothing_and_closes_with_the_next_refresh()
    {
        var cloud = await account.RefreshedAsync("gear", "3.0.0");
        await cloud.CreateAsync("mill", files: Holding("gear", "2.9.0"));
        await cloud.AfterAsync(Event("CreateFunction20150331", "mill"));
        var flawed = await cloud.OpenAsync("mill");
        Assert.Contains("SLS6001", flawed);

        // New processes have nothing of their own to go by.
        await DamageAsync(cloud, "AdvisoriesBucket", "files/");
        await cloud.ForgetProcessesAsync();
        await cloud.UpdateCodeAsync("mill", Layout.Zip(Holding("gear", "3.0.0")));
        await cloud.AfterAsync(Event("UpdateFunctionCode20150331v2", "mill"));
        Assert.Equal(flawed, await cloud.OpenAsync("mill"));
        Assert.Contains(await cloud.GapsAsync("mill"), static g => g.Contains("advisories for npm", StringComparison.Ordinal));

        await cloud.ScheduleAsync("RefreshSchedule");
        await cloud.ScheduleAsync("DrainSchedule");
        Assert.Equal(flawed.Where(static r => r != "SLS6001"), await cloud.OpenAsync("mill"));
        Assert.Empty(await cloud.GapsAsync("mill"));
    }

    [Fact]
    public async Task Damaged_facts_are_a_gap_of_the_application_until_their_function_is_looked_at_again()
    {
        var cloud = await account.StartAsync();
        var role = await cloud.CreateRoleAsync("press-role", Narrow);
        await cloud.CreateAsync("press-one", role: role);
        await cloud.CreateAsync("press-two", role: role);
        await cloud.AfterAsync(Event("CreateFunction20150331", "press-one"), Event("CreateFunction20150331", "press-two"));
        var shared = await cloud.OpenAsync(null);
        Assert.Contains("SLS2004", shared);

        await DamageAsync(cloud, "FactsBucket", "");
        await cloud.CreateAsync("other");
        await cloud.AfterAsync(Event("CreateFunction20150331", "other"));
        Assert.Contains(await cloud.GapsAsync(null), static g => g.Contains("press-one", StringComparison.Ordinal));
        Assert.Equal(shared, await cloud.OpenAsync(null));

        // Nothing about the functions has changed.
        await cloud.AfterAsync(Event("UpdateFunctionConfiguration20150331v2", "press-one"), Event("UpdateFunctionConfiguration20150331v2", "press-two"));
        Assert.DoesNotContain(await cloud.GapsAsync(null), static g => g.Contains("press", StringComparison.Ordinal));
        Assert.Equal(shared, await cloud.OpenAsync(null));
    }

    [Fact]
    public async Task A_package_that_cannot_be_read_is_a_gap_that_mends_nothing()
    {
        var cloud = await account.RefreshedAsync("pulley", "2.0.0");
        await cloud.CreateAsync("crane", files: Holding("pulley", "1.0.0"));
        await cloud.AfterAsync(Event("CreateFunction20150331", "crane"));
        var flawed = await cloud.OpenAsync("crane");
        Assert.Contains("SLS6001", flawed);

        await cloud.UpdateCodeAsync("crane", [.. "PK"u8, .. Enumerable.Range(0, 5_000).Select(static i => (byte)(i * 31))]);
        await cloud.AfterAsync(Event("UpdateFunctionCode20150331v2", "crane"));
        Assert.Equal(flawed, await cloud.OpenAsync("crane"));
        Assert.Contains("The code of crane was not read", Assert.Single(await cloud.GapsAsync("crane")), StringComparison.Ordinal);

        await cloud.UpdateCodeAsync("crane", Layout.Zip(Holding("pulley", "2.0.0")));
        await cloud.AfterAsync(Event("UpdateFunctionCode20150331v2", "crane"));
        Assert.Equal(flawed.Where(static r => r != "SLS6001"), await cloud.OpenAsync("crane"));
        Assert.Empty(await cloud.GapsAsync("crane"));
        Assert.Empty(await cloud.DeadLettersAsync());
    }

    private static async Task DamageAsync(EmulatedCloud cloud, string bucketId, string prefix)
    {
        using var s3 = new AmazonS3Client(new BasicAWSCredentials(AwsCaller.Harness, "any"), new AmazonS3Config { ServiceURL = cloud.Address.ToString(), AuthenticationRegion = cloud.Options.Region, ForcePathStyle = true });
        var (bucket, stop) = (cloud.Stack[bucketId], TestContext.Current.CancellationToken);
        var files = await s3.ListObjectsV2Async(new() { BucketName = bucket, Prefix = prefix }, stop);
        Assert.NotEmpty(files.S3Objects);
        foreach (var file in files.S3Objects) await s3.PutObjectAsync(new() { BucketName = bucket, Key = file.Key, ContentBody = "damaged" }, stop);
    }
}
