using ServerlessSec.Rules;

namespace ServerlessSec.Cli.Commands;

public sealed class RulesCommandTests
{
    [Fact]
    public async Task Lists_every_rule_in_one_line_each()
    {
        using var line = new CommandLine { Width = 120 };
        var outcome = await line.RunAsync("rules");
        Assert.Equal(0, outcome.Exit);
        Assert.Equal(RuleCatalog.All.Select(static r => r.Descriptor.Id), outcome.Output.TrimEnd('\n').Split('\n').Select(static l => l.Split(' ')[0]));
    }

    [Fact]
    public async Task One_rule_is_found_in_any_case()
    {
        using var line = new CommandLine();
        var id = RuleCatalog.All[0].Descriptor.Id;
        Assert.StartsWith(id, (await line.RunAsync("rules", id.ToLowerInvariant())).Output, StringComparison.Ordinal);
    }

    [Theory, InlineData(60), InlineData(80), InlineData(200)]
    public async Task Explains_every_rule_within_the_width(int width)
    {
        foreach (var rule in RuleCatalog.All)
        {
            using var line = new CommandLine { Width = width };
            var outcome = await line.RunAsync("explain", rule.Descriptor.Id);
            Assert.Equal(0, outcome.Exit);
            var words = string.Join(' ', outcome.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            if (width == 200)
            {
                Assert.Contains(rule.Descriptor.Rationale, words, StringComparison.Ordinal);
                Assert.Contains(rule.Descriptor.Remediation, words, StringComparison.Ordinal);
            }

            Assert.All(rule.Descriptor.References, r => Assert.Contains(r[..Math.Min(20, r.Length)], outcome.Output, StringComparison.Ordinal));
            Assert.All(outcome.Output.Split('\n'), l => Assert.True(l.Length <= width, l));
        }
    }
}
