using System.Text.Json.Nodes;
using ServerlessSec.Emulation;
using ServerlessSec.Functions.Stack;

namespace ServerlessSec.Functions.Emulated;

/// <summary>Security Hub is off, refuses, or forgets: nothing is lost, nothing is doubled, and somebody is told.</summary>
public sealed class HubOutageTests(OutageAccount account) : IClassFixture<OutageAccount>
{
    private static readonly TimeSpan Hours = TimeSpan.FromHours(6);

    [Fact]
    public async Task What_happens_in_two_days_without_Security_Hub_and_stream_is_told_afterwards()
    {
        var cloud = await StartAsync();
        await cloud.SecurityHubAsync(false);
        cloud.DropStreamRecords(true);
        var since = cloud.Logs.Count;
        await CreateAsync(cloud, "checkout");
        await CreateAsync(cloud, "mended");
        for (var hours = 0; hours < 48; hours += 6)
        {
            await cloud.LaterAsync(Hours);
            if (hours == 12) await CreateAsync(cloud, "report");
            if (hours != 24) continue;
            await cloud.PutRolePolicyAsync("mended-role", "inline", Scenes.Narrow);
            await cloud.AfterAsync(Scenes.Event("UpdateFunctionConfiguration20150331v2", "mended"));
        }

        Assert.Contains(cloud.Said(since, "InvalidAccessException"), static l => l.Contains("\"WARN\"", StringComparison.Ordinal));
        Assert.True(Alarms(cloud, since, "PublishingBlocked"));
        Assert.Empty(await cloud.PeekAsync(cloud.Stack["PublishDeadLetters"]));
        Assert.Empty((await cloud.ShowAsync())["findings"]!.AsArray());

        await cloud.SecurityHubAsync(true);
        since = cloud.Logs.Count;
        await cloud.LaterAsync(TimeSpan.FromMinutes(1));
        await AgreesAsync(cloud);
        foreach (var name in (string[])["checkout", "report"]) Assert.Contains(await cloud.StatesAsync(name), static f => f.StartsWith("ACTIVE SLS2001", StringComparison.Ordinal));
        Assert.DoesNotContain(await cloud.StatesAsync("mended"), static f => f.StartsWith("ACTIVE SLS2001", StringComparison.Ordinal));
        Assert.False(Alarms(cloud, since, "PublishingBlocked"));
        var imports = Imports(cloud);
        await cloud.LaterAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(imports, Imports(cloud));
        cloud.DropStreamRecords(false);
    }

    [Fact]
    public async Task While_the_publisher_may_not_import_nothing_counts_as_refused()
    {
        var cloud = await StartAsync();
        var since = cloud.Logs.Count;
        await cloud.FaultsAsync(new Fault { Service = "securityhub", Operation = "BatchImportFindings", Code = "AccessDeniedException", Status = 403, Times = 1000 });
        await CreateAsync(cloud, "barred");
        for (var hours = 0; hours < 24; hours += 6) await cloud.LaterAsync(Hours);
        Assert.Contains(cloud.Said(since, "AccessDeniedException"), static l => l.Contains("\"WARN\"", StringComparison.Ordinal));
        Assert.True(Alarms(cloud, since, "PublishingBlocked"));
        Assert.False(Alarms(cloud, since, "FindingsGivenUp"));
        Assert.Empty(await cloud.StatesAsync("barred"));

        await cloud.FaultsAsync();
        await cloud.LaterAsync(TimeSpan.FromMinutes(1));
        await AgreesAsync(cloud);
        Assert.Contains(await cloud.StatesAsync("barred"), static f => f.StartsWith("ACTIVE SLS2001", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_finding_that_is_refused_three_times_within_hours_rests_until_it_changes_and_the_others_are_told()
    {
        var cloud = await StartAsync();
        var since = cloud.Logs.Count;
        await cloud.FaultsAsync(new Fault { Service = "securityhub", Operation = "ImportFinding", Resource = "SLS2001", Code = "InvalidInput", Times = 1000 });
        await CreateAsync(cloud, "odd");
        // Whatever wakes the publisher within a minute, it is one refusal.
        for (var look = 0; look < 3; look++) await cloud.LaterAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(1, Refused(cloud, since));
        Assert.NotEmpty(await cloud.StatesAsync("odd"));
        Assert.DoesNotContain(await cloud.StatesAsync("odd"), static f => f.Contains("SLS2001", StringComparison.Ordinal));
        Assert.False(Alarms(cloud, since, "FindingsGivenUp"));

        await cloud.LaterAsync(TimeSpan.FromMinutes(16));
        await cloud.LaterAsync(TimeSpan.FromHours(7));
        Assert.Equal(3, Refused(cloud, since));
        Assert.True(Alarms(cloud, since, "FindingsGivenUp"));
        await cloud.LaterAsync(TimeSpan.FromDays(20));
        Assert.Equal(3, Refused(cloud, since));

        // Nothing but the finding's own change brings it back.
        await cloud.FaultsAsync();
        await cloud.LaterAsync(TimeSpan.FromDays(1));
        Assert.DoesNotContain(await cloud.StatesAsync("odd"), static f => f.Contains("SLS2001", StringComparison.Ordinal));
        await cloud.UpdateConfigurationAsync("odd", new() { ["Runtime"] = "nodejs24.x" });
        await cloud.AfterAsync(Scenes.Event("UpdateFunctionConfiguration20150331v2", "odd"));
        Assert.Contains(await cloud.StatesAsync("odd"), static f => f.StartsWith("ACTIVE SLS2001", StringComparison.Ordinal));
        await AgreesAsync(cloud);
    }

    [Fact]
    public async Task What_is_refused_for_a_quarter_of_an_hour_is_told_all_the_same()
    {
        var cloud = await StartAsync();
        await cloud.FaultsAsync(new Fault { Service = "securityhub", Operation = "ImportFinding", Code = "InvalidInput", Times = 1000 });
        await CreateAsync(cloud, "brief");
        for (var look = 0; look < 3; look++) await cloud.LaterAsync(TimeSpan.FromMinutes(2));
        Assert.Empty(await cloud.StatesAsync("brief"));
        await cloud.FaultsAsync();
        await cloud.LaterAsync(TimeSpan.FromMinutes(15));
        Assert.Contains(await cloud.StatesAsync("brief"), static f => f.StartsWith("ACTIVE SLS2001", StringComparison.Ordinal));
        await AgreesAsync(cloud);
    }

    [Fact]
    public async Task What_is_still_open_is_sent_again_every_thirty_days_and_never_forgotten()
    {
        var cloud = await StartAsync();
        await CreateAsync(cloud, "lasting");
        await CreateAsync(cloud, "passing");
        var told = await cloud.StatesAsync("lasting");
        await cloud.PutRolePolicyAsync("passing-role", "inline", Scenes.Narrow);
        await cloud.AfterAsync(Scenes.Event("UpdateFunctionConfiguration20150331v2", "passing"));
        Assert.Contains(await cloud.StatesAsync("passing"), static f => f.StartsWith("ARCHIVED SLS2001", StringComparison.Ordinal));
        var imports = Imports(cloud);
        for (var days = 10; days <= 130; days += 10)
        {
            await cloud.LaterAsync(TimeSpan.FromDays(10));
            Assert.Equal(told, await cloud.StatesAsync("lasting"));
            Assert.Equal(imports + (days / 30), Imports(cloud));
        }

        // What was archived is sent no more: Security Hub forgets it, and so does the table.
        Assert.DoesNotContain(await cloud.StatesAsync("passing"), static f => f.StartsWith("ARCHIVED", StringComparison.Ordinal));
        await AgreesAsync(cloud);
    }

    private async Task<EmulatedCloud> StartAsync()
    {
        var cloud = await account.StartAsync();
        await cloud.RestoreAsync(OutageAccount.Empty);
        await cloud.FaultsAsync();
        return cloud;
    }

    private static async Task CreateAsync(EmulatedCloud cloud, string name)
    {
        await cloud.CreateAsync(name, FaultyAccount.Npm(), await cloud.CreateRoleAsync($"{name}-role", Scenes.Wide));
        await cloud.AfterAsync(Scenes.Event("CreateFunction20150331", name));
    }

    /// <summary>Security Hub shows what the table has as open, each once.</summary>
    private static async Task AgreesAsync(EmulatedCloud cloud)
    {
        var shown = await cloud.ShowAsync();
        var open = shown["rows"]!.AsArray().Where(static r => r!["State"]?["S"]?.GetValue<string>() == "Open")
            .Select(static r => $"{r!["PK"]!["S"]!.GetValue<string>()["OWNER#".Length..]}/{Tail(r["SK"]!["S"]!.GetValue<string>())}").Order(StringComparer.Ordinal);
        var active = shown["findings"]!.AsArray().Where(static f => f!["RecordState"]!.GetValue<string>() == "ACTIVE")
            .Select(static f => f!["Id"]!.GetValue<string>()).Order(StringComparer.Ordinal);
        Assert.Equal(open, active);
        Assert.All(shown["rows"]!.AsArray(), static r => Assert.Null(r!["Refusals"]));

        static string Tail(string sort) => sort.StartsWith("GAP#", StringComparison.Ordinal)
            ? $"gap/{sort.Split('#')[1].ToUpperInvariant()}/{sort.Split('#')[2]}"
            : sort.Split('#')[1];
    }

    /// <summary>Whether the alarm of the template that watches the metric has seen more than its threshold since.</summary>
    private static bool Alarms(EmulatedCloud cloud, int since, string metric)
    {
        var alarm = Assert.Single(StackTemplate.OfType("AWS::CloudWatch::Alarm"), a => Watched(a, metric) is not null);
        var watched = Watched(alarm, metric)!;
        var values = cloud.Said(since, $"\"{metric}\":").Select(static l => JsonNode.Parse(l)!).ToList();
        Assert.All(values, v =>
        {
            var emitted = v["_aws"]!["CloudWatchMetrics"]![0]!;
            Assert.Equal(watched["Namespace"]!.GetValue<string>(), emitted["Namespace"]!.GetValue<string>());
            Assert.Equal(metric, emitted["Metrics"]![0]!["Name"]!.GetValue<string>());
            var dimension = emitted["Dimensions"]![0]![0]!.GetValue<string>();
            Assert.Equal(watched["Dimensions"]![0]!["Name"]!.GetValue<string>(), dimension);
            Assert.Equal(watched["Dimensions"]![0]!["Value"]!.GetValue<string>(), v[dimension]!.GetValue<string>());
        });
        return values.Any(v => v[metric]!.GetValue<double>() > double.Parse(alarm["Threshold"]!.ToString(), System.Globalization.CultureInfo.InvariantCulture));
    }

    private static JsonNode? Watched(Resource alarm, string metric) => StackTemplate.Walk(alarm["Metrics"])
        .Where(static n => n.Path.EndsWith("/Metric", StringComparison.Ordinal)).Select(static n => n.Node!)
        .FirstOrDefault(n => n["MetricName"]!.GetValue<string>() == metric);

    private static int Imports(EmulatedCloud cloud) => cloud.Calls().Count(static c => c is { Operation: "BatchImportFindings", Status: 200 });

    /// <summary>How often Security Hub refused a finding, by the publisher's own metric.</summary>
    private static double Refused(EmulatedCloud cloud, int since) => cloud.Said(since, "\"FindingsRefused\":").Sum(static l => JsonNode.Parse(l)!["FindingsRefused"]!.GetValue<double>());
}

/// <summary>An account with nothing but the scanner.</summary>
public sealed class OutageAccount : LazyCloud
{
    public const string Empty = "empty";

    protected override CloudOptions Options() => new();

    protected override async Task<EmulatedCloud> MakeAsync()
    {
        var cloud = await FaultyAccount.StartAsync(Options());
        await cloud.SaveAsync(Empty);
        return cloud;
    }
}
