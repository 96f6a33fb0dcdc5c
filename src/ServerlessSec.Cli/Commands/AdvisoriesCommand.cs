using System.CommandLine;

namespace ServerlessSec.Cli.Commands;

/// <summary>Keeps advisories: what a scan matches components with.</summary>
internal static class AdvisoriesCommand
{
    public static Command Build(Surroundings here) => new("advisories", "Keep the advisories that components are matched with.")
    {
        AdvisoriesUpdateCommand.Build(here),
        AdvisoriesStatusCommand.Build(here),
        AdvisoriesBuildCommand.Build(here),
    };
}
