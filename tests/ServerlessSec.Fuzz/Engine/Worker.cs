using System.Diagnostics;
using System.IO.MemoryMappedFiles;

namespace ServerlessSec.Fuzz.Engine;

/// <summary>What a worker came to, as one line of text.</summary>
internal sealed record WorkerResult(long Executions, double Seconds, int Edges, int Inputs)
{
    private const string Mark = "result ";

    public string ToLine() => FormattableString.Invariant($"{Mark}{Executions} {Seconds:F3} {Edges} {Inputs}");

    public static WorkerResult? Parse(string output)
    {
        var line = output.Split('\n').LastOrDefault(static line => line.StartsWith(Mark, StringComparison.Ordinal));
        if (line?[Mark.Length..].Split(' ') is not [var executions, var seconds, var edges, var inputs]) return null;
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        return new(long.Parse(executions, culture), double.Parse(seconds, culture), int.Parse(edges, culture), int.Parse(inputs, culture));
    }
}

/// <summary>
/// Runs one target over mutated inputs, keeping those that go new ways, until its time is up. It lives in a process of its
/// own: what ends the process, or does not end, is a find too. The input at hand stands in a mapped file for whoever
/// looks afterwards.
/// </summary>
internal sealed class Worker : IDisposable
{
    public const int HangExit = 86;

    private const int Longest = 64 << 10;

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(60);

    private readonly Target target;
    private readonly string finds;
    private readonly Coverage coverage = new();
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor current;
    private readonly HashSet<string> kinds = [];
    private long began;
    private long usedBefore;

    /// <param name="finds">Folder for what breaks the target.</param>
    /// <param name="at">File that the input at hand is kept in: its length, then its bytes.</param>
    public Worker(Target target, string finds, string at)
    {
        (this.target, this.finds) = (target, finds);
        file = MemoryMappedFile.CreateFromFile(at, FileMode.Create, null, Longest + 4);
        current = file.CreateViewAccessor();
    }

    public static byte[] InputAt(string at)
    {
        var bytes = File.ReadAllBytes(at);
        return bytes.AsSpan(4, BitConverter.ToInt32(bytes)).ToArray();
    }

    /// <param name="most">Executions: with the same seed, as many are the same.</param>
    /// <param name="kept">Folder that inputs are written to that went new ways; null for none.</param>
    public WorkerResult Run(IEnumerable<byte[]> seeds, TimeSpan time, long most, int seed, string? kept)
    {
        StartWatch();
        var inputs = new List<byte[]>();
        foreach (var input in seeds.Where(static seed => seed.Length <= Longest))
        {
            Try(input);
            inputs.Add(input);
        }

        if (inputs.Count == 0) inputs.Add([]);
        var given = inputs.Count;
        var mutator = new Mutator(seed, target.Words, Longest);
        var clock = Stopwatch.StartNew();
        long executions = given;
        for (; executions < most && clock.Elapsed < time; executions++)
        {
            // The newest lead on.
            var pick = mutator.Below(2) == 0 ? mutator.Below(inputs.Count) : inputs.Count - 1 - mutator.Below(Math.Min(inputs.Count, 16));
            var input = mutator.Change(inputs[pick], inputs[mutator.Below(inputs.Count)]);
            if (Try(input)) inputs.Add(input);
        }

        if (kept is not null) Keep(inputs.Skip(given), kept);
        return new(executions, clock.Elapsed.TotalSeconds, coverage.Edges, inputs.Count);
    }

    public void Dispose()
    {
        current.Dispose();
        file.Dispose();
    }

    private bool Try(byte[] input)
    {
        Announce(input);
        Coverage.Begin();
        var find = Once(input);
        var isNew = coverage.End();
        if (find is not null && kinds.Add(find.Kind))
        {
            find.Write(finds);
            Minimiser.Shrink(find, Once, Announce).Write(finds);
        }

        return isNew && find is null;
    }

    private Find? Once(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Run(input);
        }
        catch (Exception thrown)
        {
            return Find.Of(thrown, input);
        }

        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        return taken > target.Allocation ? new("allocation", $"{taken} bytes for an input of {input.Length}", input) : null;
    }

    private void Announce(byte[] input)
    {
        current.Write(0, input.Length);
        current.WriteArray(4, input, 0, input.Length);
        Volatile.Write(ref usedBefore, Environment.CpuUsage.TotalTime.Ticks);
        Volatile.Write(ref began, Stopwatch.GetTimestamp());
    }

    /// <summary>Processor time is what a hang takes; a machine under load is none.</summary>
    private void StartWatch() => new Thread(() =>
    {
        while (true)
        {
            Thread.Sleep(250);
            if (Volatile.Read(ref began) is not (> 0 and var since)) continue;
            var passed = Stopwatch.GetElapsedTime(since);
            if (passed < Hang) continue;
            var used = TimeSpan.FromTicks(Environment.CpuUsage.TotalTime.Ticks - Volatile.Read(ref usedBefore));
            if (used > Hang || passed > Standstill) Environment.Exit(HangExit);
        }
    })
    { IsBackground = true }.Start();

    private static void Keep(IEnumerable<byte[]> inputs, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var input in inputs)
        {
            File.WriteAllBytes(Path.Combine(folder, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(input))[..16]), input);
        }
    }
}
