using System.Diagnostics;
using ServerlessSec.Shared;

namespace ServerlessSec.Cli.Corpus;

/// <summary>Small inputs made from faults that users reported of other scanners, run by the corpus' own runner on the native binary.</summary>
public class CasesTests
{
    /// <summary>Cases that need what is not built yet: they may fail, and leave this list when they pass.</summary>
    private static readonly Dictionary<string, string[]> Later = new()
    {
        ["posture"] = ["all-or-one", "poller-and-box"],
        ["sca"] = ["bundle-pnpm-paths"],
    };

    [Theory, InlineData("posture"), InlineData("sca")]
    public void Every_case_is_right(string area)
    {
        var cases = Requires.Corpus($"cases/{area}");
        var binary = Requires.Native();
        var start = new ProcessStartInfo("python3", [Requires.Corpus("cases/run.py"), binary, cases]) { RedirectStandardOutput = true };
        using var runner = Process.Start(start)!;
        var lines = runner.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        runner.WaitForExit();

        Assert.Matches(@"^cases \d+/\d+ right$", lines[^1]);
        string[] wrong = [.. lines[..^1].Where(line => !Later[area].Contains(line.Split(':')[0]))];
        Assert.Empty(wrong);
    }
}
