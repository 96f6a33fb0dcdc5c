using System.Text.Json.Nodes;
using ServerlessSec.Emulation;
using ServerlessSec.Scanning;
using static ServerlessSec.Functions.Emulated.Scenes;

namespace ServerlessSec.Functions.Emulated;

/// <summary>Functions that Lambda is not done with, and what their keys hide.</summary>
public sealed class SettlingTests(ScannedAccount account) : IClassFixture<ScannedAccount>
{
    private const string Key = "arn:aws:kms:eu-central-1:123456789012:key/99999999-2222-4333-8444-555555555555";

    [Theory]
    [InlineData("State=Pending")]
    [InlineData("LastUpdateStatus=InProgress")]
    public async Task A_function_that_is_not_ready_is_put_back_until_it_is(string state)
    {
        var cloud = await account.StartAsync();
        var name = $"later-{state.Length}";
        await cloud.CreateAsync(name, Wide);
        await cloud.SettlingAsync(name, state);
        await cloud.AfterAsync(Event("CreateFunction20150331", name));
        for (var look = 1; look < 3; look++) await WaitAsync(cloud);
        Assert.Empty(await cloud.ToldAsync(name));

        await cloud.SettlingAsync(name);
        var before = cloud.Calls().Count();
        await WaitAsync(cloud);
        Assert.Contains("SLS2001", await cloud.OpenAsync(name));
        Assert.Empty(await cloud.GapsAsync(name));
        Assert.Equal(2, Looks(cloud, before, name));

        // Nothing waits any more.
        before = cloud.Calls().Count();
        await cloud.PassAsync();
        Assert.Equal(0, Looks(cloud, before, name));
    }

    [Fact]
    public async Task A_function_that_never_gets_ready_is_scanned_as_it_is_after_a_counted_number_of_looks()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("never", Wide);
        await cloud.SettlingAsync("never", "State=Pending");
        var before = cloud.Calls().Count();
        await cloud.AfterAsync(Event("CreateFunction20150331", "never"));
        for (var look = 1; look < FunctionWork.Looks; look++)
        {
            Assert.Equal(2 * look, Looks(cloud, before, "never"));
            Assert.Empty(await cloud.ToldAsync("never"));
            await WaitAsync(cloud);
        }

        Assert.Equal(2 * FunctionWork.Looks, Looks(cloud, before, "never"));
        Assert.Contains("SLS2001", await cloud.OpenAsync("never"));
        Assert.Equal(2, (await cloud.GapsAsync("never")).Count(static g => g.Contains("still being created", StringComparison.Ordinal)));
        Assert.Empty(await cloud.DeadLettersAsync());

        // Ready at last, and told by the next event.
        await cloud.SettlingAsync("never");
        await cloud.AfterAsync(Event("UpdateFunctionConfiguration20150331v2", "never"));
        Assert.Empty(await cloud.GapsAsync("never"));
    }

    [Fact]
    public async Task An_environment_that_cannot_be_decrypted_is_a_gap_that_names_key_and_permission_and_mends_nothing()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("closed", settings: new()
        {
            ["KMSKeyArn"] = Key,
            ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["ACCESS_KEY"] = string.Concat("AKIA", "Z7QJ4MX2", "WN5RTV3K") } },
        });
        await cloud.AfterAsync(Event("CreateFunction20150331", "closed"));
        Assert.Contains("SLS4001", await cloud.OpenAsync("closed"));

        await cloud.KeyAsync(Key, usable: false);
        await cloud.AfterAsync(Event("UpdateFunctionConfiguration20150331v2", "closed"));
        Assert.Contains($"grant kms:Decrypt on {Key}", Assert.Single(await cloud.GapsAsync("closed")), StringComparison.Ordinal);
        Assert.Contains("SLS4001", await cloud.OpenAsync("closed"));

        await cloud.KeyAsync(Key, usable: true);
        await cloud.UpdateConfigurationAsync("closed", new() { ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["SHOP"] = "open" } } });
        await cloud.AfterAsync(Event("UpdateFunctionConfiguration20150331v2", "closed"));
        Assert.Empty(await cloud.GapsAsync("closed"));
        Assert.DoesNotContain("SLS4001", await cloud.OpenAsync("closed"));
    }

    [Fact]
    public async Task Code_under_a_key_that_may_not_be_used_is_a_gap_that_names_key_and_permission()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("sealed");
        await cloud.LambdaAsync(HttpMethod.Put, "/2015-03-31/functions/sealed/code", new()
        {
            ["ZipFile"] = Convert.ToBase64String(Layout.Zip(("index.js", "exports.handler = async () => 'sealed'"))),
            ["SourceKMSKeyArn"] = Key,
        });
        await cloud.KeyAsync(Key, usable: false);
        await cloud.AfterAsync(Event("CreateFunction20150331", "sealed"));
        Assert.Contains(await cloud.GapsAsync("sealed"), static g => g.Contains($"grant kms:Decrypt on {Key}", StringComparison.Ordinal));
        await cloud.KeyAsync(Key, usable: true);
        await cloud.AfterAsync(Event("UpdateFunctionCode20150331v2", "sealed"));
        Assert.Empty(await cloud.GapsAsync("sealed"));
    }

    private static async Task WaitAsync(EmulatedCloud cloud)
    {
        await cloud.AdvanceAsync(FunctionWork.Settling);
        await cloud.SettleAsync();
    }

    /// <summary>How often either scan asked what the function is.</summary>
    private static int Looks(EmulatedCloud cloud, int since, string name) =>
        cloud.Calls().Skip(since).Count(c => c.Operation == "GetFunction" && c.Grants.Any(g => g.Resource.EndsWith($":{name}", StringComparison.Ordinal)));
}
