using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ServerlessSec.Emulation;
using ServerlessSec.Emulation.Emulator;

// dotnet run --project tests/ServerlessSec.EmulatedCloud [-- --empty | --code FOLDER | PARAMETER=VALUE …]; `help` lists what one can type, and standard input may be a script.
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};

using var ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stop.Cancel();
});
var began = Stopwatch.GetTimestamp();
EmulatedCloud cloud;
try
{
    var options = new CloudOptions { Deploys = !args.Contains("--empty"), Code = args.SkipWhile(static a => a != "--code").Skip(1).FirstOrDefault() };
    foreach (var parameter in args.Select(static a => a.Split('=', 2)).Where(static p => p.Length == 2)) options.Parameters[parameter[0]] = parameter[1];
    cloud = await EmulatedCloud.StartAsync(options);
}
catch (Exception fault) when (fault is InvalidOperationException or System.ComponentModel.Win32Exception or AwsException)
{
    await Console.Error.WriteLineAsync(fault.Message);
    return 1;
}

await using var running = cloud;
Console.WriteLine($"An account with {cloud.Stack.Count} resources of ours, after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s. Other programs reach it with");
Console.WriteLine($"  export AWS_ENDPOINT_URL={cloud.Address.ToString().TrimEnd('/')} AWS_REGION={cloud.Options.Region} AWS_ACCESS_KEY_ID={AwsCaller.Harness} AWS_SECRET_ACCESS_KEY=any");
Console.WriteLine($"Requests are recorded in {cloud.RequestLog}. Type `help`, or `quit`.");
var shown = 0;
while (!stop.IsCancellationRequested)
{
    var reading = Task.Run(Console.In.ReadLineAsync);
    try
    {
        if (await reading.WaitAsync(stop.Token) is not { } line || line.Trim() == "quit") break;
        await ObeyAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
    catch (OperationCanceledException) when (stop.IsCancellationRequested)
    {
        break;
    }
    catch (Exception fault) when (fault is InvalidOperationException or AwsException or IOException or TimeoutException or KeyNotFoundException or System.Text.Json.JsonException)
    {
        Console.WriteLine(fault.Message);
    }
}

return 0;

async Task ObeyAsync(string[] words)
{
    switch (words)
    {
        case []: break;
        case ["function", var name, var folder, ..]:
            var role = words.Length > 3 ? words[3] : await cloud.CreateRoleAsync($"{name}-role");
            Console.WriteLine(await cloud.CreateFunctionAsync(name, Layout.Zip(folder), role));
            break;
        case ["event", var file]: await cloud.PutEventAsync(file); break;
        case ["schedule", var id]:
            var outcome = await cloud.InvokeAsync(id);
            Console.WriteLine(outcome.Fault ?? "done");
            break;
        case ["measure", var times]: await MeasureAsync(int.Parse(times, System.Globalization.CultureInfo.InvariantCulture)); break;
        case ["hub", "on" or "off"]: await cloud.SecurityHubAsync(words[1] == "on"); break;
        case ["advance", var seconds]: await cloud.AdvanceAsync(TimeSpan.FromSeconds(double.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture))); break;
        case ["settle"]:
            var since = Stopwatch.GetTimestamp();
            await cloud.SettleAsync();
            Console.WriteLine($"settled after {Stopwatch.GetElapsedTime(since).TotalMilliseconds:0} ms");
            break;
        case ["findings"]:
            foreach (var finding in await cloud.FindingsAsync())
                Console.WriteLine($"{Text(finding["RecordState"])} {Text(finding["Severity"]?["Label"])} {Text(finding["Title"])} {Text(finding["Resources"]?[0]?["Id"])}");
            break;
        case ["logs"]:
            foreach (var line in cloud.Logs.Skip(shown)) Console.WriteLine($"{line.Function}: {line.Text}");
            shown = cloud.Logs.Count;
            break;
        case ["stack"]:
            foreach (var (logical, physical) in cloud.Stack) Console.WriteLine($"{logical} {physical}");
            break;
        default:
            Console.WriteLine("""
                function NAME FOLDER [ROLE]   create a function from a folder, with a role of its own
                event FILE                    put a recorded event, of events/deployments or any other file
                schedule ID                   run RefreshSchedule, SweepSchedule or DrainSchedule now
                settle                        wait until nothing waits or runs
                advance SECONDS               let time pass for queues: delays, second looks
                measure N                     how long N deployments of an over-privileged function take to be told
                findings                      what Security Hub has
                hub on|off                    turn Security Hub on or off
                logs                          what functions wrote since the last time
                stack                         our resources
                quit
                """);
            break;
    }
}

// One after the other: from the event to the finding in Security Hub. The first starts the processes and is left out.
async Task MeasureAsync(int times)
{
    const string Wide = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""";
    var role = await cloud.CreateRoleAsync($"measured-role-{Guid.NewGuid():N}", Wide);
    var zip = Layout.Zip(("index.js", "exports.handler = async () => 'ok'"));
    List<double> took = [];
    for (var number = 0; number <= times; number++)
    {
        var name = $"measured-{Guid.NewGuid():N}";
        var arn = await cloud.CreateFunctionAsync(name, zip, role, new() { ["Runtime"] = "nodejs22.x" });
        var since = Stopwatch.GetTimestamp();
        await cloud.PutEventAsync(new JsonObject
        {
            ["id"] = Guid.NewGuid().ToString(),
            ["source"] = "aws.lambda",
            ["detail-type"] = "AWS API Call via CloudTrail",
            ["detail"] = new JsonObject { ["eventSource"] = "lambda.amazonaws.com", ["eventName"] = "CreateFunction20150331", ["awsRegion"] = cloud.Options.Region, ["requestParameters"] = new JsonObject { ["functionName"] = name } },
        });
        var filter = new JsonObject { ["ResourceId"] = new JsonArray(new JsonObject { ["Value"] = arn, ["Comparison"] = "EQUALS" }) };
        while ((await cloud.FindingsAsync(filter)).Count == 0)
        {
            await Task.Delay(10);
            if (Stopwatch.GetElapsedTime(since) > cloud.Options.Patience) throw new TimeoutException($"nothing was told of '{name}' within {cloud.Options.Patience}");
        }

        if (number > 0) took.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        await cloud.SettleAsync();
    }

    took.Sort();
    Console.WriteLine($"event to finding, n={took.Count}: median {took[took.Count / 2]:0} ms, p90 {took[took.Count * 9 / 10]:0} ms, worst {took[^1]:0} ms");
}

static string Text(JsonNode? node) => node?.ToString() ?? "-";
