namespace ServerlessSec.Cli;

public sealed class ProgramTests
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task A_fault_of_ours_is_short_and_4_and_has_a_stack_only_when_asked(bool stack)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        var exit = await Program.RunAsync(
            ["--help"],
            new()
            {
                Output = output,
                Error = error,
                Variable = name => name == "COLUMNS" ? throw new InvalidOperationException("made to fail") : stack ? "1" : null,
            },
            TestContext.Current.CancellationToken);
        Assert.Equal(4, exit);
        Assert.StartsWith("serverlesssec: internal fault: InvalidOperationException: made to fail\n", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(stack, error.ToString().Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_path_beginning_with_an_at_sign_is_a_path()
    {
        using var line = new CommandLine();
        var outcome = await line.RunAsync("scan", "@scope");
        Assert.Equal((2, "serverlesssec: '@scope' does not exist\n"), (outcome.Exit, outcome.Error));
    }

    [Fact]
    public async Task Control_characters_of_arguments_come_back_harmless()
    {
        using var line = new CommandLine();
        var outcome = await line.RunAsync("scan", "no\e[2Jpe");
        Assert.DoesNotContain('\e', outcome.Error);
    }
}
