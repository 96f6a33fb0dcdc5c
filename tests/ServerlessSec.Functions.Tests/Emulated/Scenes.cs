using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using ServerlessSec.Aws.Storing;
using ServerlessSec.Emulation;
using ServerlessSec.Emulation.Emulator;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using ServerlessSec.Shared;

namespace ServerlessSec.Functions.Emulated;

/// <summary>What happens in the account of a test, and what the scanner made of it.</summary>
internal static class Scenes
{
    public const string Wide = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""";
    public const string Narrow = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::shop-receipts/*"}]}""";

    private static readonly (string, string)[] Plain = [("index.js", "exports.handler = async () => 'ok'")];

    /// <summary>A recorded event that happens now, to a function of that name and its role.</summary>
    public static JsonObject Event(string sample, string name = "checkout")
    {
        var text = File.ReadAllText(Repository.Path($"events/deployments/{sample}.json"));
        Assert.True(name == "checkout" || text.Contains("checkout", StringComparison.Ordinal), $"{sample} speaks of no checkout");
        return Now(JsonNode.Parse(text.Replace("checkout", name, StringComparison.Ordinal))!.AsObject());
    }

    /// <summary>What CloudFormation tells of a resource.</summary>
    public static JsonObject StackEvent(string type, string physicalId, string status = "UPDATE_COMPLETE")
    {
        var told = Now(JsonNode.Parse(File.ReadAllText(Repository.Path("events/deployments/Stack-Function.json")))!.AsObject());
        told["detail"]!["resource-type"] = type;
        told["detail"]!["physical-resource-id"] = physicalId;
        told["detail"]!["status-details"]!["status"] = status;
        return told;
    }

    public static string Arn(this EmulatedCloud cloud, string function) => $"arn:aws:lambda:{cloud.Options.Region}:{EmulatedCloud.Account}:function:{function}";

    /// <summary>Creates a function, with a role of its own where none is given. Nobody is told.</summary>
    public static async Task CreateAsync(this EmulatedCloud cloud, string name, string policy = Narrow, string? role = null, JsonObject? settings = null, params (string Name, string Text)[] files)
    {
        role ??= await cloud.CreateRoleAsync($"{name}-role", policy);
        var all = new JsonObject { ["Runtime"] = "nodejs22.x", ["Handler"] = "index.handler" };
        foreach (var (key, value) in settings ?? []) all[key] = value?.DeepClone();
        await cloud.CreateFunctionAsync(name, Layout.Zip(files.Length == 0 ? Plain : files), role, all);
    }

    /// <summary>The files of a function that has one package installed.</summary>
    public static (string Name, string Text)[] Holding(string package, string version) =>
        [.. Plain, ($"node_modules/{package}/package.json", $$"""{"name":"{{package}}","version":"{{version}}"}""")];

    /// <summary>An operation of Lambda's, by its path.</summary>
    public static Task<JsonObject> LambdaAsync(this EmulatedCloud cloud, HttpMethod method, string path, JsonObject? input = null) =>
        cloud.Aws.RestAsync("lambda", method, path, input, TestContext.Current.CancellationToken);

    /// <summary>Creates, changes or (without <paramref name="auth"/>) deletes a function's URL.</summary>
    public static Task<JsonObject> UrlAsync(this EmulatedCloud cloud, HttpMethod method, string function, string? auth = null) =>
        cloud.LambdaAsync(method, $"/2021-10-31/functions/{function}/url", auth is null ? null : new() { ["AuthType"] = auth });

    /// <summary>The two statements that a URL for strangers needs.</summary>
    public static async Task OpenUrlAsync(this EmulatedCloud cloud, string function, string? alias = null)
    {
        await cloud.PermitAsync(function, new() { ["StatementId"] = "url", ["Action"] = "lambda:InvokeFunctionUrl", ["Principal"] = "*", ["FunctionUrlAuthType"] = "NONE" }, alias);
        await cloud.PermitAsync(function, new() { ["StatementId"] = "via", ["Action"] = "lambda:InvokeFunction", ["Principal"] = "*", ["InvokedViaFunctionUrl"] = true }, alias);
    }

    public static Task<JsonObject> PermitAsync(this EmulatedCloud cloud, string function, JsonObject statement, string? alias = null) =>
        cloud.LambdaAsync(HttpMethod.Post, $"/2015-03-31/functions/{function}/policy{(alias is null ? "" : $"?Qualifier={alias}")}", statement);

    public static Task<JsonObject> ForbidAsync(this EmulatedCloud cloud, string function, string statement) =>
        cloud.LambdaAsync(HttpMethod.Delete, $"/2015-03-31/functions/{function}/policy/{statement}");

    /// <summary>The events happen, and all that they set off at once is done.</summary>
    public static async Task<TimeSpan> AfterAsync(this EmulatedCloud cloud, params IEnumerable<JsonObject> events)
    {
        var since = Stopwatch.GetTimestamp();
        foreach (var one in events) await cloud.PutEventAsync(one);
        await cloud.SettleAsync();
        return Stopwatch.GetElapsedTime(since);
    }

    /// <summary>Second looks come, and what waits is fed to the queues.</summary>
    public static async Task PassAsync(this EmulatedCloud cloud, int looks = 3)
    {
        for (var look = 0; look < looks; look++)
        {
            await cloud.AdvanceAsync(TimeSpan.FromSeconds(100));
            await cloud.SettleAsync();
        }

        await cloud.ScheduleAsync("DrainSchedule");
    }

    /// <summary>The schedule's time comes.</summary>
    public static async Task ScheduleAsync(this EmulatedCloud cloud, string schedule)
    {
        Assert.Null((await cloud.InvokeAsync(schedule)).Fault);
        await cloud.SettleAsync();
    }

    /// <summary>What Security Hub shows as active of a function, or of the application: findings by rule, in order.</summary>
    public static async Task<List<string>> OpenAsync(this EmulatedCloud cloud, string? function) =>
        [.. (await cloud.ToldAsync(function)).Where(static f => IsActive(f) && !IsGap(f)).Select(Rule).Order(StringComparer.Ordinal)];

    /// <summary>What Security Hub shows as not assessed of a function.</summary>
    public static async Task<List<string>> GapsAsync(this EmulatedCloud cloud, string? function) =>
        [.. (await cloud.ToldAsync(function)).Where(static f => IsActive(f) && IsGap(f)).Select(static f => $"{f["Title"]} {f["Description"]}").Order(StringComparer.Ordinal)];

    /// <summary>All that Security Hub was ever told of a function, or of the application, which the table has to agree with.</summary>
    public static async Task<List<JsonObject>> ToldAsync(this EmulatedCloud cloud, string? function)
    {
        var owner = cloud.Owner(function);
        var told = (await cloud.FindingsAsync()).Where(f => Text(f, "Id").StartsWith(owner.Arn + "/", StringComparison.Ordinal)).ToList();
        var active = told.Where(IsActive).Select(static f => Text(f, "Id")).Order(StringComparer.Ordinal).ToList();
        var stored = await cloud.StoredAsync(owner);
        if (!stored.SequenceEqual(active)) TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', cloud.Said(0, "\"ERROR\"").Concat(cloud.Said(0, "invocation failed")).TakeLast(10).Select(static l => l[..Math.Min(400, l.Length)])));
        Assert.Equal(stored, active);
        return told;
    }

    public static Owner Owner(this EmulatedCloud cloud, string? function)
    {
        var application = Scanning.Owner.Of("aws", cloud.Options.Region, EmulatedCloud.Account);
        return function is null ? application : Scanning.Owner.Of("aws", cloud.Options.Region, EmulatedCloud.Account, function);
    }

    public static FindingStore Table(this EmulatedCloud cloud) => new(new StateTable(
        new AmazonDynamoDBClient(new BasicAWSCredentials(AwsCaller.Harness, "any"), new AmazonDynamoDBConfig { ServiceURL = cloud.Address.ToString(), AuthenticationRegion = cloud.Options.Region }),
        cloud.Stack["StateTable"],
        TimeProvider.System));

    public static bool IsActive(JsonObject told) => Text(told, "RecordState") == "ACTIVE";

    public static bool IsGap(JsonObject told) => Text(told, "GeneratorId").Contains("/gap/", StringComparison.Ordinal);

    public static string Rule(JsonObject told) => Text(told, "GeneratorId").Split('/')[^1];

    public static string Text(JsonObject told, string member) => told[member]!.GetValue<string>();

    /// <summary>What nobody could do, by queue.</summary>
    public static async Task<List<string>> DeadLettersAsync(this EmulatedCloud cloud)
    {
        List<string> dead = [];
        foreach (var (id, url) in cloud.Stack.Where(static r => r.Key.EndsWith("DeadLetters", StringComparison.Ordinal)))
            dead.AddRange((await cloud.PeekAsync(url)).Select(body => $"{id}: {body}"));
        return dead;
    }

    public static async Task ForgetDeadLettersAsync(this EmulatedCloud cloud)
    {
        foreach (var (_, url) in cloud.Stack.Where(static r => r.Key.EndsWith("DeadLetters", StringComparison.Ordinal)))
            await cloud.Aws.JsonAsync("sqs", "AmazonSQS.PurgeQueue", new() { ["QueueUrl"] = url }, stop: TestContext.Current.CancellationToken);
    }

    /// <summary>Lines of functions that were written since, and say so.</summary>
    public static List<string> Said(this EmulatedCloud cloud, int since, string text) =>
        [.. cloud.Logs.Skip(since).Select(static l => l.Text).Where(t => t.Contains(text, StringComparison.Ordinal))];

    private static JsonObject Now(JsonObject @event)
    {
        @event["id"] = Guid.NewGuid().ToString();
        @event["time"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        return @event;
    }

    /// <summary>Ids of what is open in the table.</summary>
    private static async Task<List<string>> StoredAsync(this EmulatedCloud cloud, Owner owner)
    {
        var (table, stop) = (cloud.Table(), TestContext.Current.CancellationToken);
        List<string> open = [];
        foreach (var scan in Enum.GetValues<ScanKind>())
        {
            var ledger = await table.ReadAsync(owner, scan, stop);
            open.AddRange(ledger.Gaps.Where(static g => g.State == StoredState.Open).Select(g => $"{owner.Arn}/gap/{scan.ToString().ToUpperInvariant()}/{g.Key}"));
            open.AddRange(ledger.Findings.Where(f => f.State == StoredState.Open && f.Scan == scan).Select(f => $"{owner.Arn}/{f.Fingerprint}"));
        }

        return [.. open.Order(StringComparer.Ordinal)];
    }
}
