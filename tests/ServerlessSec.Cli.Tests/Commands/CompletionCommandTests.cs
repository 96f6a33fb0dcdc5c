namespace ServerlessSec.Cli.Commands;

public sealed class CompletionCommandTests
{
    [Theory]
    [InlineData("sc", "scan")]
    [InlineData("scan x --fail-on ", "none,low,medium,high,critical")]
    [InlineData("scan x --format ", "table,json,sarif,asff,cyclonedx,openvex")]
    [InlineData("completion ", "bash,zsh,fish")]
    [InlineData("fi", "findings")]
    [InlineData("scan --", "--function,--account,--profile,--region")]
    [InlineData("findings --severity ", "info,low,medium,high,critical")]
    [InlineData("findings --status ", "open,resolved,all")]
    [InlineData("doctor --", "--stack,--format,--profile,--region")]
    [InlineData("advisories ", "update,status,build")]
    public async Task Offers_what_fits(string typed, string wanted)
    {
        using var line = new CommandLine();
        var outcome = await line.RunAsync($"[suggest:{typed.Length}]", typed);
        Assert.Equal(0, outcome.Exit);
        var offered = outcome.Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.All(wanted.Split(','), w => Assert.Contains(w, offered));
        Assert.DoesNotContain("/?", offered);
        Assert.DoesNotContain("/h", offered);
    }

    [Theory, InlineData("bash"), InlineData("zsh"), InlineData("fish")]
    public async Task Script_asks_the_program(string shell)
    {
        using var line = new CommandLine();
        var outcome = await line.RunAsync("completion", shell);
        Assert.Equal(0, outcome.Exit);
        Assert.Contains("[suggest:", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("serverlesssec", outcome.Output, StringComparison.Ordinal);
    }
}
