using System.Text.Json.Nodes;
using ServerlessSec.Emulation;
using static ServerlessSec.Functions.Emulated.Scenes;

namespace ServerlessSec.Functions.Emulated;

/// <summary>Events that come twice, late, out of order or spoiled, and functions that come and go meanwhile.</summary>
public sealed class DisorderTests(ScannedAccount account) : IClassFixture<ScannedAccount>
{
    [Fact]
    public async Task Events_that_come_twice_late_or_out_of_order_lead_to_what_is_true_now()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("order", Wide);
        var created = Event("CreateFunction20150331", "order");
        await cloud.AfterAsync(created, created, created);
        var told = await cloud.ToldAsync("order");
        Assert.Contains("SLS2001", await cloud.OpenAsync("order"));

        // What is true is read: the removal that never was, the creation of long ago, an update from tomorrow.
        var late = Event("CreateFunction20150331", "order");
        late["time"] = "2026-01-01T00:00:00Z";
        var ahead = Event("UpdateFunctionCode20150331v2", "order");
        ahead["time"] = DateTimeOffset.UtcNow.AddDays(1).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        await cloud.AfterAsync(Event("DeleteFunction20150331", "order"), ahead, late, created, Event("PutRolePolicy", "order"));
        await cloud.PassAsync();
        Assert.Equal(Shown(told), Shown(await cloud.ToldAsync("order")));
        Assert.Empty(await cloud.DeadLettersAsync());
    }

    [Fact]
    public async Task What_is_no_event_that_anybody_knows_is_kept_with_a_reason_and_holds_up_nobody()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("sane", Wide);
        var since = cloud.Logs.Count;
        string[] spoiled =
        [
            "{\"version\":\"0\",\"id\":\"5f2c0c1e\",\"detail-type\":\"AWS API Call vi", "null", "[]", "7", "{}",
            """{"id":7,"detail":{}}""", """{"id":"a","detail":[]}""", """{"id":"b","detail":"text"}""", """{"kind":"again"}""", """{"kind":["again"]}""",
            new string('[', 5_000), "{\"id\":\"c\",\"detail\":" + new string('[', 100) + new string(']', 100) + "}",
        ];
        foreach (var body in spoiled) await cloud.SendAsync(cloud.Stack["DeploymentsQueue"], body);
        foreach (var change in (Action<JsonObject>[])
        [
            static e => e["detail"]!["requestParameters"] = new JsonArray(1, 2),
            static e => e["detail"]!["requestParameters"] = "text",
            static e => e["detail"]!["requestParameters"]!["functionName"] = 12,
            static e => e["detail"]!["requestParameters"]!["functionName"] = new string('x', 100_000),
            static e => e["detail"]!["requestParameters"]!["functionName"] = "../../etc:passwd:x",
            static e => e["detail"]!["requestParameters"]!["functionName"] = "arn:aws:lambda:eu-central-1:210987654321:function:other",
            static e => e["detail"]!["responseElements"] = null,
            static e => e["detail"]!["eventName"] = "CreateFunctionOfTheFuture20991231",
        ])
        {
            var odd = Event("CreateFunction20150331", "odd");
            odd["detail"]!["responseElements"] = null;
            change(odd);
            await cloud.PutEventAsync(odd);
        }

        var foreign = Event("CreateFunction20150331", "sane");
        foreign["account"] = "210987654321";
        await cloud.SendAsync(cloud.Stack["DeploymentsQueue"], foreign.ToJsonString());
        await cloud.AfterAsync(Event("CreateFunction20150331", "sane"));
        await cloud.PassAsync();

        Assert.Contains("SLS2001", await cloud.OpenAsync("sane"));
        Assert.Equal(spoiled.Select(static s => $"DeploymentsDeadLetters: {s}").Order(StringComparer.Ordinal), (await cloud.DeadLettersAsync()).Order(StringComparer.Ordinal));
        await cloud.ForgetDeadLettersAsync();
        Assert.Empty(cloud.Said(since, "invocation failed"));
        Assert.Equal(3 * spoiled.Length, cloud.Said(since, "message not understood").Count);
        Assert.Single(cloud.Said(since, "it is of the account 210987654321"));
        Assert.DoesNotContain(await cloud.FindingsAsync(), static f => Text(f, "Id").Contains(":other", StringComparison.Ordinal) || Text(f, "Id").Contains(":odd", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_function_that_goes_between_event_and_scan_ends_the_message_and_its_findings()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("brief", Wide);
        await cloud.AfterAsync(Event("CreateFunction20150331", "brief"));
        Assert.NotEmpty(await cloud.OpenAsync("brief"));
        await cloud.CreateAsync("never", Wide);
        await cloud.DeleteFunctionAsync("brief");
        await cloud.DeleteFunctionAsync("never");
        await cloud.AfterAsync(Event("UpdateFunctionCode20150331v2", "brief"), Event("CreateFunction20150331", "never"));
        Assert.NotEmpty(await cloud.OpenAsync("brief")); // Once is not enough to be believed.
        await cloud.PassAsync();
        Assert.Empty(await cloud.OpenAsync("brief"));
        Assert.Empty(await cloud.GapsAsync("brief"));
        Assert.Empty(await cloud.ToldAsync("never"));
        Assert.Empty(await cloud.DeadLettersAsync());
    }

    [Fact]
    public async Task A_function_made_anew_under_the_same_name_has_its_findings_back_and_not_twice()
    {
        var cloud = await account.StartAsync();
        var role = await cloud.CreateRoleAsync("phoenix-role", Wide);
        await cloud.CreateAsync("phoenix", role: role);
        await cloud.AfterAsync(Event("CreateFunction20150331", "phoenix"));
        var first = Shown(await cloud.ToldAsync("phoenix"));

        // At once: nobody notices that it was gone.
        await cloud.DeleteFunctionAsync("phoenix");
        await cloud.AfterAsync(Event("DeleteFunction20150331", "phoenix"));
        await cloud.CreateAsync("phoenix", role: role);
        await cloud.AfterAsync(Event("CreateFunction20150331", "phoenix"));
        await cloud.PassAsync();
        Assert.Equal(first, Shown(await cloud.ToldAsync("phoenix")));

        // Later: archived in between.
        await cloud.DeleteFunctionAsync("phoenix");
        await cloud.AfterAsync(Event("DeleteFunction20150331", "phoenix"));
        await cloud.PassAsync();
        Assert.All(await cloud.ToldAsync("phoenix"), static f => Assert.False(IsActive(f)));
        await cloud.CreateAsync("phoenix", role: role);
        await cloud.AfterAsync(Event("CreateFunction20150331", "phoenix"));
        Assert.Equal(first, Shown(await cloud.ToldAsync("phoenix")));
        Assert.All(
            (await cloud.Table().FindingsAsync(cloud.Owner("phoenix"), TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken)),
            static f => Assert.NotNull(f.ReopenedAt));
    }

    [Fact]
    public async Task A_function_that_opts_out_leaves_one_gap_and_comes_back_with_its_findings()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("quiet", Wide);
        await cloud.AfterAsync(Event("CreateFunction20150331", "quiet"));
        var open = await cloud.OpenAsync("quiet");
        Assert.Contains("SLS2001", open);

        var tags = $"/2017-03-31/tags/{cloud.Arn("quiet")}";
        await cloud.LambdaAsync(HttpMethod.Post, tags, new() { ["Tags"] = new JsonObject { ["serverlesssec:scan"] = "off" } });
        await cloud.AfterAsync(Event("TagResource20170331v2", "quiet"));
        Assert.Empty(await cloud.OpenAsync("quiet"));
        Assert.Contains("opted out", Assert.Single(await cloud.GapsAsync("quiet")), StringComparison.Ordinal);

        // A sweep does not look either, and says no more than that.
        await cloud.ScheduleAsync("SweepSchedule");
        await cloud.PassAsync();
        Assert.Empty(await cloud.OpenAsync("quiet"));
        Assert.Single(await cloud.GapsAsync("quiet"));

        await cloud.LambdaAsync(HttpMethod.Delete, $"{tags}?tagKeys=serverlesssec%3Ascan");
        await cloud.AfterAsync(Event("UntagResource20170331v2", "quiet"));
        Assert.Equal(open, await cloud.OpenAsync("quiet"));
        Assert.Empty(await cloud.GapsAsync("quiet"));
    }

    [Fact]
    public async Task A_function_that_opted_out_and_is_gone_leaves_nothing_though_nobody_tells_of_it()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("mute", settings: new() { ["Tags"] = new JsonObject { ["serverlesssec:scan"] = "off" } });
        await cloud.AfterAsync(Event("CreateFunction20150331", "mute"));
        Assert.Contains("opted out", Assert.Single(await cloud.GapsAsync("mute")), StringComparison.Ordinal);
        await cloud.DeleteFunctionAsync("mute");
        await cloud.ScheduleAsync("SweepSchedule");
        await cloud.PassAsync();
        Assert.Empty(await cloud.GapsAsync("mute"));
    }

    [Fact]
    public async Task A_function_whose_scan_always_fails_ends_in_the_dead_letters_with_a_gap_and_the_others_go_on()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("toxic", Wide);
        await cloud.CreateAsync("healthy", Wide);
        await cloud.FaultsAsync(new Fault { Service = "lambda", Operation = "GetFunction", Resource = "toxic", Times = 1_000, Code = "InvalidParameterValueException", Status = 400 });
        var since = cloud.Logs.Count;
        await cloud.AfterAsync(Event("CreateFunction20150331", "toxic"), Event("CreateFunction20150331", "healthy"));
        await cloud.FaultsAsync();
        var dead = await cloud.DeadLettersAsync();
        Assert.Equal(["PackageDeadLetters", "PostureDeadLetters"], dead.Select(static d => d.Split(':')[0]).Order(StringComparer.Ordinal));
        Assert.All(dead, static d => Assert.Contains("toxic", d, StringComparison.Ordinal));
        Assert.Equal(6, cloud.Said(since, "message failed").Count);
        Assert.Contains("SLS2001", await cloud.OpenAsync("healthy"));
        Assert.Equal(2, (await cloud.GapsAsync("toxic")).Count);

        await cloud.AfterAsync(Event("UpdateFunctionCode20150331v2", "toxic"));
        Assert.Contains("SLS2001", await cloud.OpenAsync("toxic"));
        Assert.DoesNotContain(await cloud.GapsAsync("toxic"), static g => g.Contains("the scan died", StringComparison.Ordinal));
        await cloud.ForgetDeadLettersAsync();
    }

    [Fact]
    public async Task An_event_whose_functions_cannot_be_looked_up_ends_in_the_dead_letters_and_its_batch_goes_on()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("steady", Wide);
        await cloud.FaultsAsync(new Fault { Service = "dynamodb", Operation = "Query", Caller = "ReceiveDeployment", Resource = "hidden-role", Times = 1_000, Code = "AccessDeniedException", Status = 400 });
        await cloud.AfterAsync(Event("PutRolePolicy", "hidden"), Event("CreateFunction20150331", "steady"));
        await cloud.FaultsAsync();
        Assert.Contains("SLS2001", await cloud.OpenAsync("steady"));
        // The event, and the second look that each attempt asked for beforehand.
        var dead = await cloud.DeadLettersAsync();
        Assert.Equal(4, dead.Count);
        Assert.All(dead, static d => Assert.Contains("hidden-role", d, StringComparison.Ordinal));
        await cloud.ForgetDeadLettersAsync();
    }

    private static IEnumerable<string> Shown(IEnumerable<JsonObject> told) => told.Select(static f => $"{Text(f, "Id")} {Text(f, "RecordState")}").Order(StringComparer.Ordinal);
}
