using System.Collections.Concurrent;
using System.Diagnostics;
using ServerlessSec.Shared;

namespace ServerlessSec.Fuzz.Engine;

/// <summary>What a target came to in a campaign; <paramref name="Finds"/> counts kinds.</summary>
internal sealed record TargetResult(Target Target, long Executions, double Seconds, int Edges, int Inputs, int Finds)
{
    public override string ToString() => FormattableString.Invariant(
        $"{Target.Name,-22} {Executions,10} executions {Executions / Math.Max(0.001, Seconds),9:F0}/s {Edges,6} edges {Inputs,5} inputs {Finds,3} finds");
}

/// <summary>
/// Fuzzes targets, each in a process of its own, which runs a copy of this program whose parsers are instrumented.
/// </summary>
/// <param name="isCounted">Each target as often as it says, the same with the same seed; else as often as the time allows.</param>
internal sealed class Campaign(TimeSpan time, bool isCounted, int jobs, int seed, bool keeps) : IDisposable
{
    private const int MostRestarts = 20;

    // The libraries below ours tell the mutator more of where it is.
    private static readonly string[] Instrumented = ["ServerlessSec.Core", "ServerlessSec.Sources", "ServerlessSec.Aws", "Tomlyn", "YamlDotNet"];

    private readonly string folder = Repository.Path($"artifacts/fuzz/run-{Environment.ProcessId}");

    /// <summary>Results in the order in which targets end.</summary>
    public async Task<IReadOnlyCollection<TargetResult>> RunAsync(IEnumerable<Target> targets, Action<TargetResult> tell, CancellationToken stop)
    {
        Prepare();
        var results = new ConcurrentQueue<TargetResult>();
        await Parallel.ForEachAsync(targets, new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = stop }, async (target, stop) =>
        {
            var result = await RunAsync(target, stop).ConfigureAwait(false);
            results.Enqueue(result);
            tell(result);
        }).ConfigureAwait(false);
        return results;
    }

    public void Dispose()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>Copies the program and instruments what it fuzzes.</summary>
    private void Prepare()
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        foreach (var name in Instrumented)
        {
            // The types that it went through come as it goes.
            foreach (var _ in SharpFuzz.Fuzzer.Instrument(Path.Combine(folder, name + ".dll"), static _ => true, SharpFuzz.Options.Value))
            {
            }
        }
    }

    /// <summary>A worker that dies is a find, and another goes on where it ended.</summary>
    private async Task<TargetResult> RunAsync(Target target, CancellationToken stop)
    {
        var finds = Kept.Finds(target);
        if (Directory.Exists(finds)) Directory.Delete(finds, recursive: true);
        var clock = Stopwatch.StartNew();
        var total = new WorkerResult(0, 0, 0, 0);
        for (var tries = 0; tries < MostRestarts && (tries == 0 || clock.Elapsed < time); tries++)
        {
            var at = Path.Combine(folder, $"{target.Name}.current");
            var (exit, output) = await WorkAsync(target, at, time - (tries == 0 ? TimeSpan.Zero : clock.Elapsed), seed + tries, stop).ConfigureAwait(false);
            if (WorkerResult.Parse(output) is { } result)
            {
                total = new(total.Executions + result.Executions, total.Seconds + result.Seconds, Math.Max(total.Edges, result.Edges), result.Inputs);
                if (exit == 0) break;
            }

            if (!File.Exists(at)) throw new InvalidOperationException($"a worker did not start: {output}");
            var kind = exit == Worker.HangExit ? "hang" : $"the process ended with {exit}";
            new Find(tries == 0 ? kind : $"{kind} {tries}", output, Worker.InputAt(at)).Write(finds);
        }

        var kinds = Directory.Exists(finds) ? Directory.GetFiles(finds, "*.input").Length : 0;
        return new(target, total.Executions, total.Seconds, total.Edges, total.Inputs, kinds);
    }

    private async Task<(int Exit, string Output)> WorkAsync(Target target, string at, TimeSpan time, int seed, CancellationToken stop)
    {
        var start = new ProcessStartInfo(Path.Combine(folder, OperatingSystem.IsWindows() ? "ServerlessSec.Fuzz.exe" : "ServerlessSec.Fuzz"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // What outgrows this has no bound.
            Environment = { ["DOTNET_GCHeapHardLimit"] = "0x60000000", ["DOTNET_gcServer"] = "0", ["DOTNET_DbgEnableMiniDump"] = "0" },
        };
        foreach (var word in (string[])["--worker", target.Name, Kept.Finds(target), at, FormattableString.Invariant($"{time.TotalSeconds:F1}"), $"{(isCounted ? target.Executions : long.MaxValue)}", $"{seed}", keeps ? Kept.Grown(target) : ""])
            start.ArgumentList.Add(word);

        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(stop);
            var output = await process.StandardOutput.ReadToEndAsync(stop).ConfigureAwait(false);
            await process.WaitForExitAsync(stop).ConfigureAwait(false);
            return (process.ExitCode, output + await errors.ConfigureAwait(false));
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
