using System.Collections.Immutable;
using System.Globalization;
using ServerlessSec.Fuzz.Engine;
using ServerlessSec.Fuzz.Targets;

namespace ServerlessSec.Fuzz;

/// <summary>
/// <c>--target NAME|all [--seconds N] [--jobs J] [--seed S] [--keep]</c> fuzzes; <c>--input FILE --target NAME</c> runs one
/// input; <c>--stretch BYTES --target NAME|all</c> runs long ones; anything else goes to the tests.
/// </summary>
internal static class Program
{
    private const int WorkerStack = 1 << 20;

    public static async Task<int> Main(string[] args) => args switch
    {
        ["--worker", var target, var finds, var at, var seconds, var most, var seed, var kept] =>
            Work(target, finds, at, TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)), long.Parse(most, CultureInfo.InvariantCulture), int.Parse(seed, CultureInfo.InvariantCulture), kept),
        _ when Option(args, "--target") is { } target && Option(args, "--input") is { } input => Once(TargetList.Find(target), input),
        _ when Option(args, "--target") is { } target && Option(args, "--stretch") is { } length => Stretched(target, int.Parse(length, CultureInfo.InvariantCulture)),
        _ when Option(args, "--target") is { } target => await FuzzAsync(target, args).ConfigureAwait(false),
        _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
            await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions).ConfigureAwait(false),
        _ => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args).ConfigureAwait(false),
    };

    private static async Task<int> FuzzAsync(string name, string[] args)
    {
        var targets = Targets(name);
        var time = TimeSpan.FromSeconds(int.Parse(Option(args, "--seconds") ?? "60", CultureInfo.InvariantCulture));
        var jobs = int.Parse(Option(args, "--jobs") ?? $"{Environment.ProcessorCount}", CultureInfo.InvariantCulture);
        var seed = int.Parse(Option(args, "--seed") ?? $"{Environment.TickCount & 0xffffff}", CultureInfo.InvariantCulture);
        Console.WriteLine($"{targets.Length} targets, {time.TotalSeconds} s each, {jobs} at once, seed {seed}");
        using var campaign = new Campaign(time, isCounted: false, jobs, seed, args.Contains("--keep"));
        var results = await campaign.RunAsync(targets, static result => Console.WriteLine(result), CancellationToken.None).ConfigureAwait(false);
        var found = results.Where(static result => result.Finds > 0).ToArray();
        foreach (var result in found) Console.WriteLine($"finds of {result.Target.Name}: {Kept.Finds(result.Target)}");
        Console.WriteLine($"{results.Sum(static r => r.Executions)} executions, {results.Sum(static r => r.Edges)} edges, {results.Sum(static r => r.Finds)} finds");
        return found.Length == 0 ? 0 : 1;
    }

    /// <summary>On a thread with no more stack than the smallest that anybody runs the parsers on.</summary>
    private static int Work(string name, string finds, string at, TimeSpan time, long most, int seed, string kept)
    {
        Coverage.Attach();
        var target = TargetList.Find(name);
        var thread = new Thread(() =>
        {
            using var worker = new Worker(target, finds, at);
            var seeds = Kept.Inputs(target).Concat(Kept.Files(Kept.Grown(target)));
            Console.WriteLine(worker.Run(seeds, time, most, seed, kept.Length > 0 ? kept : null).ToLine());
        }, WorkerStack);
        thread.Start();
        thread.Join();
        return 0;
    }

    private static ImmutableArray<Target> Targets(string name) => name == "all" ? TargetList.All : [TargetList.Find(name)];

    private static int Stretched(string name, int length)
    {
        var found = 0;
        var thread = new Thread(() => found = Targets(name).Sum(target => Stretch.Run(target, length)), WorkerStack);
        thread.Start();
        thread.Join();
        return found == 0 ? 0 : 1;
    }

    private static int Once(Target target, string input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        target.Run(File.ReadAllBytes(input));
        Console.WriteLine($"{GC.GetAllocatedBytesForCurrentThread() - before} bytes allocated");
        return 0;
    }

    private static string? Option(string[] args, string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
