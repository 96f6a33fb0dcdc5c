using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessSec.Emulation;

namespace ServerlessSec.Benchmarks;

/// <summary>
/// Functions deployed at once in the emulated cloud, with calls to Lambda's control plane as quick as may be: how long until
/// all are told of, and how much of that is the emulator.
/// </summary>
internal static class DrainFigures
{
    private const string Wide = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""";
    private const int Callers = 8;

    public static async Task<int> RunAsync(int functions)
    {
        var options = new CloudOptions { Patience = TimeSpan.FromMinutes(15), Environment = new() { ["API_CALLS_PER_SECOND"] = "1000" } };
        await using var cloud = await EmulatedCloud.StartAsync(options);
        var zip = Layout.Zip(("index.js", "exports.handler = async () => 'ok'"));
        var role = await cloud.CreateRoleAsync("drained-role", Wide);
        // One function first, so that processes run and their code is in the page cache.
        await DeployAsync(cloud, zip, role, ["first"]);
        await cloud.SettleAsync();

        var before = cloud.Calls().Count();
        var clock = Stopwatch.StartNew();
        var deployed = await DeployAsync(cloud, zip, role, [.. Enumerable.Range(0, functions).Select(static n => $"drained-{n:d4}")]);
        await cloud.SettleAsync();
        var took = clock.Elapsed;
        var requests = cloud.Calls().Count() - before;

        var told = (await cloud.FindingsAsync()).GroupBy(static f => f["Resources"]![0]!["Id"]!.GetValue<string>().Split(':')[^1])
            .ToDictionary(static g => g.Key, static g => g.Min(static f => DateTimeOffset.Parse(f["CreatedAt"]!.GetValue<string>(), CultureInfo.InvariantCulture)));
        var late = deployed.Where(d => !told.ContainsKey(d.Key)).ToList();
        var waits = deployed.Where(d => told.ContainsKey(d.Key)).Select(d => (told[d.Key] - d.Value).TotalMilliseconds).Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{functions} functions: {took.TotalSeconds:F1} s, {functions / took.TotalSeconds:F1} a second; {late.Count} not told of"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"event to first seen: p50 {waits[waits.Count / 2]:F0} ms, p95 {waits[waits.Count * 95 / 100]:F0} ms, worst {waits[^1]:F0} ms"));
        var limit = await LimitAsync(cloud);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"emulator: {requests} requests, {requests / (double)functions:F0} a function, {requests / took.TotalSeconds:F0} a second; {limit:F0} a second when it only reads one row"));
        return late.Count == 0 ? 0 : 1;
    }

    /// <summary>Creates all, then tells of all; gives when.</summary>
    private static async Task<Dictionary<string, DateTimeOffset>> DeployAsync(EmulatedCloud cloud, byte[] zip, string role, string[] names)
    {
        foreach (var name in names) await cloud.CreateFunctionAsync(name, zip, role, new() { ["Runtime"] = "nodejs22.x", ["Handler"] = "index.handler" });
        var told = new Dictionary<string, DateTimeOffset>();
        foreach (var name in names)
        {
            told[name] = DateTimeOffset.UtcNow;
            await cloud.PutEventAsync(new JsonObject
            {
                ["id"] = Guid.NewGuid().ToString(),
                ["source"] = "aws.lambda",
                ["detail-type"] = "AWS API Call via CloudTrail",
                ["detail"] = new JsonObject
                {
                    ["eventSource"] = "lambda.amazonaws.com",
                    ["eventName"] = "CreateFunction20150331",
                    ["awsRegion"] = cloud.Options.Region,
                    ["requestParameters"] = new JsonObject { ["functionName"] = name },
                },
            });
        }

        return told;
    }

    /// <summary>Requests a second that the emulator answers: reads of one row, by several callers, for two seconds.</summary>
    private static async Task<double> LimitAsync(EmulatedCloud cloud)
    {
        var (clock, count) = (Stopwatch.StartNew(), 0);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (clock.Elapsed < TimeSpan.FromSeconds(2))
            {
                var key = new JsonObject { ["PK"] = new JsonObject { ["S"] = "REFRESH" }, ["SK"] = new JsonObject { ["S"] = "STATE" } };
                await cloud.Aws.JsonAsync("dynamodb", "DynamoDB_20120810.GetItem", new() { ["TableName"] = cloud.Stack["StateTable"], ["Key"] = key });
                Interlocked.Increment(ref count);
            }
        }));
        return count / clock.Elapsed.TotalSeconds;
    }
}
