using ServerlessSec.Shared;

namespace ServerlessSec.Cli.Commands;

public sealed class HelpTests
{
    public static TheoryData<string> Commands => new(
        "", "scan", "sbom", "rules", "explain", "advisories", "advisories update", "advisories status", "advisories build", "findings", "doctor", "completion");

    [Theory, MemberData(nameof(Commands))]
    public async Task Help_of_each_command_is_as_reviewed(string command)
    {
        using var line = new CommandLine();
        var outcome = await line.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal((0, ""), (outcome.Exit, outcome.Error));
        Golden.Verify($"../Golden/help{(command.Length > 0 ? "-" : "")}{command.Replace(' ', '-')}.txt", outcome.Output.ReplaceLineEndings("\n"));
    }

    [Theory, MemberData(nameof(Commands))]
    public async Task Help_is_no_wider_than_the_terminal(string command)
    {
        using var line = new CommandLine { Width = 80 };
        var outcome = await line.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "-h"]);
        Assert.All(outcome.Output.ReplaceLineEndings("\n").Split('\n'), static l => Assert.True(l.Length <= 80, l));
    }

    [Fact]
    public async Task Every_option_and_argument_says_what_it_is_for()
    {
        foreach (var command in Commands)
        {
            using var line = new CommandLine { Width = 200 };
            var outcome = await line.RunAsync([.. command.Data.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
            var options = outcome.Output.Split('\n').Where(static l => l.StartsWith("  -", StringComparison.Ordinal) || l.StartsWith("  <", StringComparison.Ordinal));
            Assert.All(options, static l => Assert.Contains("  ", l.Trim(), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Nothing_asked_shows_help_and_is_wrong_usage()
    {
        using var line = new CommandLine();
        var outcome = await line.RunAsync();
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("Usage:", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_is_one_line()
    {
        using var line = new CommandLine();
        var outcome = await line.RunAsync("--version");
        Assert.Equal((0, ProgramVersion.Text), (outcome.Exit, outcome.Output.TrimEnd()));
    }
}
