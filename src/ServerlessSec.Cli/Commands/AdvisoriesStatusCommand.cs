using System.CommandLine;
using ServerlessSec.Cli.Terminal;
using ServerlessSec.Findings;
using ServerlessSec.Sources.Advisories;

namespace ServerlessSec.Cli.Commands;

/// <summary>Tells what is in the cache or in a directory, how old it is, and whether it is whole.</summary>
internal static class AdvisoriesStatusCommand
{
    public static Command Build(Surroundings here)
    {
        var advisories = new Option<string?>("--advisories")
        {
            Description = "A directory that 'advisories build' made; the cache by default.",
            HelpName = "DIR",
        };
        var command = new Command("status", "Show which advisories there are, how old, and whether they are intact.") { advisories };
        command.SetAction((parsed, stop) => RunAsync(parsed.GetValue(advisories), here, stop));
        return command;
    }

    private static async Task<int> RunAsync(string? named, Surroundings here, CancellationToken stop)
    {
        var folder = named ?? AdvisoryChoice.CacheFolder(here);
        if (named is not null && !Directory.Exists(named)) throw new UsageException($"there is no directory of advisories '{named}'");
        await using var text = here.Text();
        var screen = new Screen(text, here.Width, here.Colour, !here.Unicode);
        screen.Line(folder, Ink.Bold);
        var status = Directory.Exists(folder) ? await AdvisoryStatus.ReadAsync(folder, here.Time, stop).ConfigureAwait(false) : null;
        if (status is null or { Problem: null, Ecosystems.IsEmpty: true })
        {
            screen.Line("Nothing here yet; 'serverlesssec advisories update' fetches it.");
            return ExitCode.Clean;
        }

        if (status.Problem is { } problem) screen.Line(problem, Ink.Red);
        foreach (var ecosystem in status.Ecosystems) Write(screen, ecosystem, status.Ecosystems.Max(static e => e.Ecosystem.Length));
        Write(screen, "Known exploited", status.Exploited, "vulnerability", "vulnerabilities");
        Write(screen, "EPSS scores", status.Scores, "vulnerability", "vulnerabilities");
        return status.Problem is null && status.Ecosystems.All(static e => e.IsIntact) ? ExitCode.Clean : ExitCode.Incomplete;
    }

    private static void Write(Screen screen, string name, AdvisoryExtra? extra, string one, string many) =>
        screen.Hang(name, extra is null ? "none at hand" : Count.Of(extra.Count, one, many) + (extra.Date is { } date ? $", of {date.UtcDateTime:yyyy-MM-dd}" : ""));

    private static void Write(Screen screen, EcosystemStatus ecosystem, int wide)
    {
        var newest = ecosystem.Newest is { } day ? $", newest of {day.UtcDateTime:yyyy-MM-dd}" : "";
        var age = ecosystem.Age is not { } span ? ""
            : ecosystem.Checked is null ? $" ({AdvisoryLine.Span(span)} old)" : $", checked {AdvisoryLine.Span(span)} ago";
        var old = ecosystem.Age > AdvisoryStore.MaximumAge;
        screen.Hang(
            ecosystem.Ecosystem.PadRight(wide),
            $"{Count.Of(ecosystem.Records, "advisory", "advisories")} on "
                + $"{Count.Of(ecosystem.Packages, "package")}{newest}{age}, {DownloadProgress.Size(ecosystem.Bytes)}",
            ink: old ? Ink.Yellow : Ink.None);
        if (ecosystem.Rejected > 0) screen.Hang(new(' ', wide), $"{Count.Of(ecosystem.Rejected, "record")} could not be read");
        if (ecosystem.Problem is { } problem) screen.Hang(new(' ', wide), problem, ink: Ink.Red);
    }
}
