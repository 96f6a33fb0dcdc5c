using System.Diagnostics;
using System.Text.Json.Nodes;
using ServerlessSec.Emulation;

namespace ServerlessSec.Functions.Emulated;

/// <summary>The command line as a person runs it: a process of its own, with credentials and Region in its environment.</summary>
internal static class TerminalProgram
{
    /// <summary>The access key of the person, by which the record of requests and faults tell them from the functions.</summary>
    public const string Person = "PERSON";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task<TerminalOutcome> RunAsync(EmulatedCloud cloud, params string[] args) => RunAsync(
        new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL"] = cloud.Address.ToString().TrimEnd('/'),
            ["AWS_REGION"] = cloud.Options.Region,
            ["AWS_ACCESS_KEY_ID"] = Person,
            ["AWS_SECRET_ACCESS_KEY"] = "any",
        },
        args);

    public static async Task<TerminalOutcome> RunAsync(Dictionary<string, string> environment, params string[] args)
    {
        var home = Directory.CreateTempSubdirectory("person-").FullName;
        try
        {
            var start = new ProcessStartInfo("dotnet", [Program, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = home };
            foreach (var name in start.Environment.Keys.Where(static k => k.StartsWith("AWS_", StringComparison.Ordinal) || k.StartsWith("SERVERLESSSEC_", StringComparison.Ordinal)).ToList())
                start.Environment.Remove(name);
            start.Environment["HOME"] = home;
            start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
            foreach (var (name, value) in environment) start.Environment[name] = value;
            using var process = Process.Start(start)!;
            using var late = new CancellationTokenSource(Patience);
            var output = process.StandardOutput.ReadToEndAsync(late.Token);
            var error = process.StandardError.ReadToEndAsync(late.Token);
            await process.WaitForExitAsync(late.Token);
            return new(process.ExitCode, await output, await error);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    /// <summary>Built with these tests, in the same configuration.</summary>
    private static string Program =>
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../ServerlessSec.Cli", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "serverlesssec.dll"));
}

internal sealed record TerminalOutcome(int Exit, string Output, string Error)
{
    public JsonArray Findings => Json["findings"]!.AsArray();

    public JsonObject Json => JsonNode.Parse(Output)!.AsObject();
}
