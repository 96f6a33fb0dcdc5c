namespace ServerlessSec.Cli.Commands;

/// <summary>What is wrong on the command line is said before AWS is asked anything.</summary>
public sealed class LiveUsageTests
{
    [Theory]
    [InlineData("name a PATH, a --function, or --account", "scan")]
    [InlineData("not both at once", "scan", "template.yaml", "--account")]
    [InlineData("not both at once", "scan", "template.yaml", "--function", "checkout")]
    [InlineData("--account has every --function already", "scan", "--account", "--function", "checkout")]
    [InlineData("are for a PATH", "scan", "--account", "--parameters", "Stage=prod")]
    [InlineData("are for a PATH", "scan", "--function", "checkout", "--layer", "layer.zip")]
    [InlineData("'two words' names no function", "scan", "--function", "two words")]
    [InlineData("'checkout' is named in two ways", "scan", "--function", "checkout:1", "--function", "checkout:2")]
    [InlineData("the functions are in eu-west-1 and eu-west-2", "findings", "--function", "arn:aws:lambda:eu-west-1:1:function:a", "--function", "arn:aws:lambda:eu-west-2:1:function:b")]
    [InlineData("'eu central' is no Region", "scan", "--account", "--region", "eu central")]
    [InlineData("'urgent' is no value of --severity", "findings", "--severity", "urgent")]
    [InlineData("say --function beside --status", "findings", "--status", "resolved")]
    [InlineData("'sarif' is no value of --format", "doctor", "--format", "sarif")]
    [InlineData("waivers file 'none.yaml' does not exist", "scan", "--account", "--waivers", "none.yaml")]
    public async Task Wrong_usage_is_told_in_a_line_with_a_hint(string message, params string[] args)
    {
        using var line = new CommandLine();
        var run = await line.RunAsync(args);
        Assert.Equal((2, ""), (run.Exit, run.Output));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }
}
