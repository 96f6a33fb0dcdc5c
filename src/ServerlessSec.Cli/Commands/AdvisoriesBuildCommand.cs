using System.CommandLine;
using ServerlessSec.Cli.Terminal;
using ServerlessSec.Sources.Advisories;

namespace ServerlessSec.Cli.Commands;

/// <summary>Makes a directory of advisories from OSV records.</summary>
internal static class AdvisoriesBuildCommand
{
    public static Command Build(Surroundings here)
    {
        var from = new Option<string[]>("--from")
        {
            Description = "OSV records: a file, a directory, an all.zip, or a base URL of exports; may be repeated.",
            HelpName = "PATH|URL",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--output", "-o") { Description = "The directory to write.", HelpName = "DIR", Required = true };
        var ecosystems = new Option<string[]>("--ecosystem")
        {
            Description = "Only these; all that the sources hold by default.",
            HelpName = "NAME",
        };
        var older = new Option<bool>("--allow-older") { Description = "Replace what is there even by something older." };
        var exploited = new Option<string?>("--known-exploited")
        {
            Description = "CISA's catalogue as JSON; its CVEs are marked.",
            HelpName = "FILE|URL",
        };
        var scores = new Option<string?>("--epss")
        {
            Description = "FIRST's EPSS scores as CSV, packed or not.",
            HelpName = "FILE|URL",
        };
        var command =
            new Command("build", "Make a directory of advisories from OSV records.") { from, output, ecosystems, older, exploited, scores };
        command.SetAction((parsed, stop) => RunAsync(
            parsed.GetRequiredValue(from), parsed.GetRequiredValue(output),
            new()
            {
                Ecosystems = [.. parsed.GetValue(ecosystems) ?? []],
                AllowOlder = parsed.GetValue(older),
                KnownExploited = parsed.GetValue(exploited),
                Scores = parsed.GetValue(scores),
            },
            here, stop));
        return command;
    }

    private static async Task<int> RunAsync(
        string[] from,
        string output,
        AdvisoryBuildOptions options,
        Surroundings here,
        CancellationToken stop)
    {
        var progress = new DownloadProgress(here);
        using var http = AdvisoryChoice.Client(here);
        try
        {
            var build = await new AdvisoryStoreBuilder(new(http), progress)
                .BuildAsync(from, output, options, null, stop)
                .ConfigureAwait(false);
            progress.Finish();
            return AdvisoryBuildLines.Write(build, here);
        }
        catch (Exception wrong) when (wrong is FormatException or FileNotFoundException)
        {
            throw new UsageException(wrong.Message);
        }
    }
}
