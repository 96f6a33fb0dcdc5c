using System.CommandLine;
using ServerlessSec.Advisories;
using ServerlessSec.Cli.Terminal;
using ServerlessSec.Findings;
using ServerlessSec.Reports.CycloneDx;
using ServerlessSec.Scanning;

namespace ServerlessSec.Cli.Commands;

/// <summary>Lists what is in the packages, and asks no advisories.</summary>
internal static class SbomCommand
{
    public static Command Build(Surroundings here)
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "A package (zip, jar or container image), a template, a directory of either, or REGISTRY/NAME:TAG.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = CommonOptions.Output();
        var parameters = CommonOptions.Parameters();
        var layers = CommonOptions.Layers();
        var command = new Command("sbom", "List the components of packages as CycloneDX 1.6.") { paths, output, parameters, layers };
        command.SetAction(async (parsed, stop) =>
        {
            var targets = Inputs.Targets(
                parsed.GetRequiredValue(paths),
                new() { Parameters = CommonOptions.Pairs(parsed.GetValue(parameters)), Layers = [.. parsed.GetValue(layers) ?? []] });
            using var file = ReportOutput.Open(parsed.GetValue(output), here);
            var scanner = new Scanner([], ScanLimits.Default, here.Today);
            var scanned = await ScannedTargets.ScanAsync(scanner, targets, new Unasked(), ScanLimits.Default, here, stop).ConfigureAwait(false);
            var report = ReportBuilder.Build(scanned.Record, scanned.Judgement, [], null, here.Today);
            CycloneDxReport.Write(report, file.Stream);
            file.Commit();
            Notices.Write(report, here);
            return scanned.IsWhole ? ExitCode.Clean : ExitCode.Incomplete;
        });
        return command;
    }

    private sealed class Unasked : IAdvisorySource
    {
        public AdvisorySet Set { get; } = new() { Id = "" };

        public Task PrepareAsync(IReadOnlyCollection<string> ecosystems, CancellationToken stop) => Task.CompletedTask;

        public IReadOnlyList<Advisory> Find(string ecosystem, string name) => [];
    }
}
