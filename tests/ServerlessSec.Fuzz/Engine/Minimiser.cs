using System.Diagnostics;

namespace ServerlessSec.Fuzz.Engine;

/// <summary>Cuts from a find what it does not need.</summary>
internal static class Minimiser
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(5);

    public static Find Shrink(Find find, Func<byte[], Find?> run, Action<byte[]> announce)
    {
        var clock = Stopwatch.StartNew();
        var best = find;
        for (var size = Math.Max(1, best.Input.Length / 2); size > 0; size /= 2)
        {
            for (var at = 0; at < best.Input.Length && clock.Elapsed < Most;)
            {
                byte[] shorter = [.. best.Input[..at], .. best.Input[Math.Min(best.Input.Length, at + size)..]];
                announce(shorter);
                if (run(shorter) is { } same && same.Kind == find.Kind) best = same;
                else at += size;
            }
        }

        return best;
    }
}
