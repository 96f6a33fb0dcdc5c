using ServerlessSec.Fuzz.Engine;
using ServerlessSec.Fuzz.Targets;

namespace ServerlessSec.Fuzz;

/// <summary>
/// Replays every kept input and fuzzes each parser: as many times as its target says, in the same way wherever it runs, or as long as
/// <c>FUZZ_SECONDS</c> says, each time in another way.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    /// <summary>Bytes of an input that stand in the message; the whole of it lies beside its story.</summary>
    private const int Shown = 4_096;

    /// <summary>Of a target, on a slow machine: what ends here ends early, and says so by its count.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static TheoryData<string> Names => [.. TargetList.All.Select(static target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Kept_inputs_are_read_or_refused(string name)
    {
        var target = TargetList.Find(name);
        var inputs = Kept.Inputs(target).ToList();
        Assert.NotEmpty(inputs);
        foreach (var input in inputs) target.Run(input);
    }

    [Fact]
    public void Every_kept_input_belongs_to_a_target() =>
        Assert.Empty(Directory.EnumerateDirectories(Path.GetDirectoryName(Kept.Corpus(TargetList.All[0]))!).Select(Path.GetFileName).Except(TargetList.All.Select(static target => target.Name)));

    [Fact]
    public async Task No_parser_crashes_hangs_or_takes_more_memory_than_it_may()
    {
        using var campaign = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SECONDS"), out var seconds)
            ? new Campaign(TimeSpan.FromSeconds(seconds), isCounted: false, Environment.ProcessorCount, Environment.TickCount & 0xffffff, keeps: false)
            : new Campaign(Longest, isCounted: true, Environment.ProcessorCount, seed: 1, keeps: false);
        var results = await campaign.RunAsync(TargetList.All, result => output.WriteLine(result.ToString()), TestContext.Current.CancellationToken);
        Assert.All(results, static result => Assert.True(result.Executions > 0 && result.Edges > 0, $"{result.Target.Name} did not run instrumented: {result}"));
        Assert.Empty(results.Where(static result => result.Finds > 0).SelectMany(static result => Directory.GetFiles(Kept.Finds(result.Target), "*.txt")).Select(Told));
    }

    /// <summary>What is needed to do it again, where nothing else is left of the machine.</summary>
    private static string Told(string story)
    {
        var input = File.ReadAllBytes(Path.ChangeExtension(story, ".input"));
        var shown = Convert.ToBase64String(input.AsSpan(0, Math.Min(Shown, input.Length)));
        return $"{story}\n{string.Join('\n', File.ReadLines(story).Take(12))}\n{input.Length} bytes, in Base64: {shown}";
    }
}
