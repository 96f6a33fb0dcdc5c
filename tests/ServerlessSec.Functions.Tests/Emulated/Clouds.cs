using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ServerlessSec.Emulation;
using ServerlessSec.Functions.Emulated;
using ServerlessSec.Shared;

[assembly: AssemblyFixture(typeof(EmptyAccount))]
[assembly: AssemblyFixture(typeof(EchoedStack))]

namespace ServerlessSec.Functions.Emulated;

/// <summary>A cloud that starts when the first test asks for it, and is skipped where it cannot be had.</summary>
public abstract class LazyCloud : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1);
    private EmulatedCloud? cloud;

    public async Task<EmulatedCloud> StartAsync()
    {
        Requires.EmulatedCloud();
        await gate.WaitAsync();
        try
        {
            return cloud ??= await MakeAsync();
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (cloud is not null) await cloud.DisposeAsync();
        Clean();
        gate.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract CloudOptions Options();

    protected virtual Task<EmulatedCloud> MakeAsync() => EmulatedCloud.StartAsync(Options());

    protected virtual void Clean()
    {
    }
}

/// <summary>An account with nothing in it but what tests put there.</summary>
public sealed class EmptyAccount : LazyCloud
{
    private readonly Echo echo = new();

    internal Echo Echo => echo;

    protected override CloudOptions Options() => new() { Deploys = false, Environment = echo.Environment };

    protected override void Clean() => echo.Dispose();
}

/// <summary>The scanner's template, deployed with functions that only note what they get.</summary>
public sealed class EchoedStack : LazyCloud
{
    private readonly Echo echo = new();

    internal Echo Echo => echo;

    protected override CloudOptions Options() => new() { Code = echo.Folder, Environment = echo.Environment };

    protected override void Clean() => echo.Dispose();
}

/// <summary>
/// The scanner, deployed for the tests of one class. Advisories come from a mirror of the tests' own, and calls to Lambda's
/// control plane are not held to a rate: each test would wait for the one before it.
/// </summary>
public class ScannedAccount : LazyCloud
{
    private readonly AdvisoryExport export = new();

    internal AdvisoryExport Export => export;

    /// <summary>A cloud with advisories, also of this package.</summary>
    internal async Task<EmulatedCloud> RefreshedAsync(string package, string fixedIn)
    {
        export.Records["npm"].Add(AdvisoryExport.Record($"GHSA-{package}", "npm", package, fixedIn));
        var cloud = await StartAsync();
        await cloud.ScheduleAsync("RefreshSchedule");
        return cloud;
    }

    /// <summary>Another advisory comes of the package, and who has it is judged again.</summary>
    internal async Task AdviseAsync(EmulatedCloud cloud, string package, string fixedIn, DateTimeOffset? modified = null)
    {
        export.Records["npm"].Add(AdvisoryExport.Record($"GHSA-{package}-new", "npm", package, fixedIn, modified));
        await cloud.ScheduleAsync("RefreshSchedule");
        await cloud.ScheduleAsync("DrainSchedule");
    }

    protected override CloudOptions Options() => new() { Environment = new() { ["API_CALLS_PER_SECOND"] = "1000", ["ADVISORY_SOURCE"] = export.Address.AbsoluteUri } };

    protected override void Clean() => export.Dispose();
}

/// <summary>With the forwarder in the Region of IAM's events.</summary>
public sealed class ForwardedAccount : ScannedAccount
{
    private Task? forwarder;

    /// <summary>Tests of a class come one after the other.</summary>
    internal async Task<EmulatedCloud> ForwardAsync()
    {
        var cloud = await StartAsync();
        await (forwarder ??= cloud.DeployForwarderAsync("us-east-1"));
        return cloud;
    }
}

/// <summary>The code of the function that notes what it gets, and its notes.</summary>
internal sealed class Echo : IDisposable
{
    private readonly string trace;

    public Echo()
    {
        Folder = Directory.CreateTempSubdirectory("echo-").FullName;
        trace = Path.GetTempFileName();
        File.WriteAllText(Path.Combine(Folder, "bootstrap"), Code);
        Environment["TRACE"] = trace;
    }

    public string Folder { get; }

    public Dictionary<string, string> Environment { get; } = [];

    public static byte[] Zip => Layout.Zip(("bootstrap", Code));

    private static string Code => File.ReadAllText(Beside("echo.py"));

    /// <summary>What was noted by functions with that handler.</summary>
    public List<JsonObject> Notes(string handler) =>
        [.. File.ReadLines(trace).Select(static l => JsonNode.Parse(l)!.AsObject()).Where(n => n["handler"]!.GetValue<string>() == handler)];

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        File.Delete(trace);
    }

    private static string Beside(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, name);
}
