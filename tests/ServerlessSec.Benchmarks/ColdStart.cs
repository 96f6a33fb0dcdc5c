using System.Diagnostics;
using System.Globalization;
using System.Text;
using ServerlessSec.Emulation.Functions;

namespace ServerlessSec.Benchmarks;

/// <summary>
/// Starts each function as Lambda does, with a Runtime API of its own, and gives it an event that asks for nothing: what it
/// takes until the first event is asked for, until the answer, and of memory. Native and framework-dependent in turn.
/// </summary>
internal static class ColdStart
{
    private static readonly (string Handler, string Event)[] Functions =
    [
        ("ReceiveDeployment", Nothing), ("ScanPosture", Nothing), ("ScanPackage", Nothing), ("ScanApplication", Nothing),
        ("PublishFindings", Nothing), ("RefreshAdvisories", Nothing), ("SweepAccount", """{"kind":"nothing"}"""),
    ];

    private static readonly string[] Variables =
    [
        "TABLE_NAME", "ADVISORIES_BUCKET", "FACTS_BUCKET", "SBOM_BUCKET", "DEPLOYMENTS_QUEUE_URL", "POSTURE_QUEUE_URL", "PACKAGE_QUEUE_URL",
        "APPLICATION_QUEUE_URL", "PUBLISH_QUEUE_URL", "REFRESH_QUEUE_URL",
    ];

    private const string Nothing = """{"Records":[]}""";
    private const string Arn = "arn:aws:lambda:eu-central-1:123456789012:function:measured";

    public static async Task<int> CompareAsync(string native, string framework, int runs)
    {
        Console.WriteLine("| function | ready ms | answer ms | resident MiB | framework ready ms | answer ms | resident MiB | ratio |\n|---|---|---|---|---|---|---|---|");
        foreach (var (handler, payload) in Functions)
        {
            List<Sample> nativeRuns = [], frameworkRuns = [];
            for (var run = 0; run < runs; run++)
            {
                nativeRuns.Add(await StartAsync(new(native), handler, payload));
                if (run < (runs + 3) / 4) frameworkRuns.Add(await StartAsync(new("dotnet", [framework]), handler, payload));
            }

            var (a, b) = (Sample.Median(nativeRuns), Sample.Median(frameworkRuns));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| `{handler}` | {a.Ready:F1} | {a.Answer:F1} | {a.Resident:F1} | {b.Ready:F0} | {b.Answer:F0} | {b.Resident:F0} | {b.Answer / a.Answer:F1} |"));
        }

        return 0;
    }

    private static async Task<Sample> StartAsync(ProcessStartInfo start, string handler, string payload)
    {
        await using var endpoint = await RuntimeEndpoint.StartAsync(Arn);
        foreach (var variable in Variables) start.Environment[variable] = "https://example.org/nothing";
        start.Environment["_HANDLER"] = handler;
        start.Environment["AWS_LAMBDA_RUNTIME_API"] = endpoint.Host;
        start.Environment["AWS_REGION"] = "eu-central-1";
        start.Environment["AWS_ACCESS_KEY_ID"] = start.Environment["AWS_SECRET_ACCESS_KEY"] = "none";
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        // The event waits for the function, as it does in Lambda.
        var answer = endpoint.InvokeAsync(Encoding.UTF8.GetBytes(payload), TimeSpan.FromSeconds(30));
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        try
        {
            await endpoint.Polled.WaitAsync(TimeSpan.FromSeconds(30));
            var ready = Stopwatch.GetElapsedTime(began);
            var outcome = await answer.WaitAsync(TimeSpan.FromSeconds(30));
            var took = Stopwatch.GetElapsedTime(began);
            if (outcome.Failed) throw new InvalidOperationException($"'{handler}' failed: {outcome.Fault}");
            return new(ready.TotalMilliseconds, took.TotalMilliseconds, Peak(process.Id));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>The most that was resident so far, in MiB; 0 where the system does not tell.</summary>
    private static double Peak(int process)
    {
        var status = $"/proc/{process}/status";
        if (!File.Exists(status)) return 0;
        var line = File.ReadLines(status).First(static l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    private readonly record struct Sample(double Ready, double Answer, double Resident)
    {
        public static Sample Median(List<Sample> samples) => new(Middle(samples, static s => s.Ready), Middle(samples, static s => s.Answer), Middle(samples, static s => s.Resident));

        private static double Middle(List<Sample> samples, Func<Sample, double> of) => samples.Select(of).Order().ElementAt(samples.Count / 2);
    }
}
