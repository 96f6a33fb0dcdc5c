using System.Diagnostics;
using System.Globalization;

namespace ServerlessSec.Benchmarks;

/// <summary>Times the command line as a user meets it: whole processes, native and framework-dependent in turn, medians.</summary>
internal static class WholeProcess
{
    public static int Compare(string native, string framework, int runs)
    {
        using var inputs = new Inputs();
        Console.WriteLine($"| what | native ms | native MB | framework ms | framework MB | ratio |\n|---|---|---|---|---|---|");
        foreach (var (what, arguments) in inputs.Commands)
        {
            List<Sample> nativeRuns = [], frameworkRuns = [];
            for (var run = 0; run < runs; run++)
            {
                nativeRuns.Add(Sample.Of(native, arguments));
                if (run < (runs + 3) / 4) frameworkRuns.Add(Sample.Of("dotnet", [framework, .. arguments]));
            }

            var (a, b) = (Sample.Median(nativeRuns), Sample.Median(frameworkRuns));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {what} | {a.Milliseconds:F0} | {a.Megabytes:F0} | {b.Milliseconds:F0} | {b.Megabytes:F0} | {b.Milliseconds / a.Milliseconds:F1} |"));
        }

        return 0;
    }

    /// <summary>One run; memory is the resident peak, told by GNU time where that is installed, else 0.</summary>
    private readonly record struct Sample(double Milliseconds, double Megabytes)
    {
        private const string Time = "/usr/bin/time";

        public static Sample Of(string program, IEnumerable<string> arguments)
        {
            var start = File.Exists(Time)
                ? new ProcessStartInfo(Time, ["-q", "-f", "%M", program, .. arguments])
                : new ProcessStartInfo(program, arguments);
            (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
            var began = Stopwatch.GetTimestamp();
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            var last = errors.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
            return new(took, double.TryParse(last, CultureInfo.InvariantCulture, out var kilobytes) ? kilobytes / 1024 : 0);
        }

        public static Sample Median(List<Sample> samples) => new(
            samples.Select(static s => s.Milliseconds).Order().ElementAt(samples.Count / 2),
            samples.Select(static s => s.Megabytes).Order().ElementAt(samples.Count / 2));
    }
}
