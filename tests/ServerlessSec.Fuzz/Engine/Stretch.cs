using System.Text;

namespace ServerlessSec.Fuzz.Engine;

/// <summary>
/// Long inputs of one thing over and over: what takes the square of its input's length shows there, and not in what a fuzzer
/// makes, which is short.
/// </summary>
internal static class Stretch
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    /// <summary>Each kept input and each word, alone and behind a kept input, repeated to a length; gives how many took long or broke something.</summary>
    public static int Run(Target target, int length)
    {
        var found = 0;
        var heads = Kept.Inputs(target).ToList();
        foreach (var (label, input) in heads.SelectMany((head, at) => Of($"input {at}", head, length)
            .Concat(at == 0 ? target.Words.SelectMany(word => Of($"'{Encoding.UTF8.GetString(word).ReplaceLineEndings("\\n")}'", word, length, head)) : [])))
        {
            var before = Environment.CpuUsage.TotalTime;
            Console.Write($"{target.Name}: {label} ");
            try
            {
                target.Run(input);
                var used = Environment.CpuUsage.TotalTime - before;
                if (used > Slow) found++;
                Console.WriteLine(FormattableString.Invariant($"{used.TotalSeconds:F2} s{(used > Slow ? " SLOW" : "")}"));
            }
            catch (Exception thrown)
            {
                found++;
                Console.WriteLine($"BROKEN {Find.Of(thrown, []).Kind}: {thrown.Message}");
            }
        }

        return found;
    }

    private static IEnumerable<(string Label, byte[] Input)> Of(string label, byte[] unit, int length, byte[]? head = null)
    {
        if (unit.Length == 0) yield break;
        var stretched = new byte[length];
        for (var at = 0; at < length; at++) stretched[at] = unit[at % unit.Length];
        yield return (label, stretched);
        if (head is null || head.Length == 0) yield break;
        yield return ($"{label} behind an input", [.. head, .. stretched]);
        // Within it, so that what is open stays open.
        yield return ($"{label} within an input", [.. head[..(head.Length / 2)], .. stretched, .. head[(head.Length / 2)..]]);
    }
}
