using ServerlessSec.Shared;

namespace ServerlessSec.Cli;

public class ReadmeTests
{
    private const string Begin = "<!-- sample -->\n```text\n";
    private const string End = "```\n<!-- /sample -->";

    [Fact]
    public async Task The_sample_prints_what_the_readme_shows()
    {
        // The README's commands are given at the root of a checkout; no other test relies on the current folder.
        Environment.CurrentDirectory = Repository.Root;
        using var line = new CommandLine();
        var run = await line.RunAsync("scan", "tests/Corpus/shop", "--advisories", "builtin");
        Assert.Equal(1, run.Exit);

        var readme = await File.ReadAllTextAsync(Repository.Path("README.md"), TestContext.Current.CancellationToken);
        var (begin, end) = (readme.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, readme.IndexOf(End, StringComparison.Ordinal));
        Golden.Verify("/README.md", readme[..begin] + run.Output + readme[end..]);
    }
}
