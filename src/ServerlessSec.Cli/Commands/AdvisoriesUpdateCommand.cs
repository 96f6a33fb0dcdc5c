using System.Collections.Immutable;
using System.CommandLine;
using ServerlessSec.Advisories;
using ServerlessSec.Cli.Terminal;
using ServerlessSec.Findings;
using ServerlessSec.Sources.Advisories;
using ServerlessSec.Sources.Caching;

namespace ServerlessSec.Cli.Commands;

/// <summary>Fetches what has changed in the public export into the cache.</summary>
internal static class AdvisoriesUpdateCommand
{
    private static readonly ImmutableArray<string> Common = ["npm", "PyPI"];

    public static Command Build(Surroundings here)
    {
        var ecosystems = new Argument<string[]>("ECOSYSTEM")
        {
            Description = "npm, PyPI, Maven ... as OSV names them; those in the cache by default, else npm and PyPI.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("update", "Fetch newer advisories into the cache.") { ecosystems };
        command.SetAction((parsed, stop) => RunAsync(parsed.GetValue(ecosystems) ?? [], here, stop));
        return command;
    }

    private static async Task<int> RunAsync(string[] named, Surroundings here, CancellationToken stop)
    {
        var unknown = Array.Find(named, static n => !Ecosystems.IsKnown(Ecosystems.Base(n)));
        if (unknown is not null)
        {
            throw new UsageException(
                $"'{unknown}' is no ecosystem that is known",
                "They are named as OSV does: npm, PyPI, Maven, NuGet, Go ...");
        }

        var folder = AdvisoryChoice.CacheFolder(here);
        var progress = new DownloadProgress(here);
        using var http = AdvisoryChoice.Client(here);
        using var cache = new CachedAdvisories(new(http), new() { Directory = folder }, progress, here.Time);
        var wanted = named.Length > 0 ? [.. named] : await PresentAsync(folder, here, stop).ConfigureAwait(false);
        var build = await cache.UpdateAsync(wanted, stop).ConfigureAwait(false);
        progress.Finish();
        return AdvisoryBuildLines.Write(build, here);
    }

    private static async Task<ImmutableArray<string>> PresentAsync(string folder, Surroundings here, CancellationToken stop)
    {
        if (!Directory.Exists(folder)) return Common;
        var status = await AdvisoryStatus.ReadAsync(folder, here.Time, stop).ConfigureAwait(false);
        return status.Ecosystems.IsEmpty ? Common : [.. status.Ecosystems.Select(static e => e.Ecosystem)];
    }
}

/// <summary>What a build or update did, one line per ecosystem.</summary>
internal static class AdvisoryBuildLines
{
    public static int Write(AdvisoryBuild build, Surroundings here)
    {
        using (var text = here.Text())
        {
            var screen = new Screen(text, here.Width, here.Colour, !here.Unicode);
            var wide = build.Ecosystems.Select(static e => e.Ecosystem.Length).DefaultIfEmpty().Max();
            foreach (var ecosystem in build.Ecosystems)
                screen.Hang(
                    ecosystem.Ecosystem.PadRight(wide),
                    Line(ecosystem),
                    ink: ecosystem.Outcome == AdvisoryBuildOutcome.Failed ? Ink.Red : Ink.None);
        }

        foreach (var problem in build.Problems) here.Error.WriteLine($"serverlesssec: {Plain.Of(problem, !here.Unicode)}");
        return build.Succeeded ? ExitCode.Clean : ExitCode.Usage;
    }

    private static string Line(EcosystemBuild built) => built.Outcome switch
    {
        AdvisoryBuildOutcome.Failed => $"failed: {built.Problem}",
        AdvisoryBuildOutcome.Older => $"kept: what is there is newer ({Records(built)})",
        AdvisoryBuildOutcome.Unchanged => $"unchanged, {Records(built)}",
        _ => Records(built) + (built.Rejected > 0 ? $"; {Count.Of(built.Rejected, "record")} could not be read" : ""),
    };

    private static string Records(EcosystemBuild built) =>
        Count.Of(built.Records, "advisory", "advisories")
            + (built.Newest is { } newest ? $", newest of {newest.UtcDateTime:yyyy-MM-dd}" : "");
}
