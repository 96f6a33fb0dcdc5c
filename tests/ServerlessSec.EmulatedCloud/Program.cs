using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ServerlessSec.Emulation;
using ServerlessSec.Emulation.Emulator;

// dotnet run --project tests/ServerlessSec.EmulatedCloud; `help` lists what one can type, and standard input may be a script.
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
    cloud = await EmulatedCloud.StartAsync(new() { Deploys = !args.Contains("--empty") });
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
                findings                      what Security Hub has
                hub on|off                    turn Security Hub on or off
                logs                          what functions wrote since the last time
                stack                         our resources
                quit
                """);
            break;
    }
}

static string Text(JsonNode? node) => node?.ToString() ?? "-";
