using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessSec.Emulation;

namespace ServerlessSec.Benchmarks;

/// <summary>
/// From the event that tells of a new function to its finding in Security Hub, in an emulated account: one function after
/// the other, each after a quiet time, with the settle delay at zero and the template's rate of calls. The first run starts
/// the processes and is left out.
/// </summary>
internal static class Latency
{
    private const string Wide = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""";

    /// <summary>By then what may be called at once may be called at once again.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(4);

    /// <summary>Whose last call, by operation, ends a stage.</summary>
    private static readonly (string Stage, string Role, string Operation)[] Stages =
    [
        ("received: the job is in the queue", "ReceiveDeploymentRole", "SendMessage"),
        ("looked at: the last read of the function", "ScanPostureRole", ""),
        ("written: the finding is in the table", "ScanPostureRole", "TransactWriteItems"),
        ("woken: the publisher has a message", "PublishFindingsRole", "SendMessage"),
        ("told: Security Hub has it", "PublishFindingsRole", "BatchImportFindings"),
    ];

    public static async Task<int> RunAsync(int runs)
    {
        await using var cloud = await EmulatedCloud.StartAsync();
        var role = await cloud.CreateRoleAsync("measured-role", Wide);
        var zip = Layout.Zip(("index.js", "exports.handler = async () => 'ok'"));
        List<double> took = [];
        List<double>[] stages = [.. Stages.Select(static _ => new List<double>())];
        List<LoggedCall> scan = [];
        for (var number = 0; number <= runs; number++)
        {
            await Task.Delay(Quiet);
            var (before, name) = (cloud.Calls().Count(), $"measured-{number}");
            var arn = await cloud.CreateFunctionAsync(name, zip, role, new() { ["Runtime"] = "nodejs22.x" });
            var (began, since) = (DateTimeOffset.UtcNow, Stopwatch.GetTimestamp());
            await cloud.PutEventAsync(Created(cloud, name));
            await FindingAsync(cloud, arn);
            var whole = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
            await cloud.SettleAsync();
            if (number == 0) continue;
            took.Add(whole);
            scan = [.. cloud.Calls().Skip(before)];
            var at = began;
            foreach (var (stage, times) in Stages.Zip(stages)) times.Add(((at = End(cloud, scan, stage.Role, stage.Operation, at)) - began).TotalMilliseconds);
        }

        Console.WriteLine("| stage | ms since the event |\n|---|---|");
        foreach (var (stage, times) in Stages.Zip(stages)) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {stage.Stage} | {Middle(times):F0} |"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| **seen by who polls** (n={took.Count}, best {took.Min():F0}, worst {took.Max():F0}) | **{Middle(took):F0}** |"));
        Console.WriteLine("\n| calls of the last run, by function | |\n|---|---|");
        foreach (var caller in scan.GroupBy(c => Name(cloud, c.Caller)).OrderBy(static g => g.Key, StringComparer.Ordinal))
            Console.WriteLine($"| {caller.Key} | {string.Join(", ", caller.GroupBy(static c => $"{c.Service}:{c.Operation}").OrderBy(static g => g.Key, StringComparer.Ordinal).Select(static g => $"{g.Key} {g.Count()}"))} |");
        return 0;
    }

    private static JsonObject Created(EmulatedCloud cloud, string name) => new()
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
    };

    private static async Task FindingAsync(EmulatedCloud cloud, string arn)
    {
        var since = Stopwatch.GetTimestamp();
        var filter = new JsonObject { ["ResourceId"] = new JsonArray(new JsonObject { ["Value"] = arn, ["Comparison"] = "EQUALS" }) };
        while ((await cloud.FindingsAsync(filter)).Count == 0)
        {
            if (Stopwatch.GetElapsedTime(since) > cloud.Options.Patience) throw new TimeoutException($"nothing was told of '{arn}' within {cloud.Options.Patience}");
            await Task.Delay(5);
        }
    }

    private static DateTimeOffset End(EmulatedCloud cloud, List<LoggedCall> calls, string role, string operation, DateTimeOffset after)
    {
        var own = calls.Where(c => c.At > after && c.Caller.Contains(cloud.Stack[role], StringComparison.Ordinal));
        return (operation.Length == 0 ? own.Last(static c => c.Service is "lambda" or "iam" or "logs") : own.First(c => c.Operation == operation)).At;
    }

    private static string Name(EmulatedCloud cloud, string caller) =>
        cloud.Stack.FirstOrDefault(r => r.Key.EndsWith("Role", StringComparison.Ordinal) && caller.Contains(r.Value, StringComparison.Ordinal)).Key is { } role ? $"`{role[..^"Role".Length]}`" : caller;

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
