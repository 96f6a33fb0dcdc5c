using System.Collections.Immutable;
using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Scanning;
using ServerlessSec.Sources.Targets;

namespace ServerlessSec.Cli.Commands;

/// <summary>Several applications scanned one by one, so that equal names in two of them join nothing, and told in one report.</summary>
/// <param name="Barren">Targets that gave no function, or a package that could not be opened.</param>
internal sealed record ScannedTargets(ApplicationRecord Record, Judgement Judgement, ImmutableArray<string> Barren, bool IsStopped)
{
    /// <summary>What a reader should know of the choice of targets.</summary>
    public ImmutableArray<Note> Notes { get; init; } = [];

    public bool IsWhole => Barren.IsEmpty && !IsStopped;

    /// <summary>A package by itself that could not be opened, or a function of which AWS tells nothing: a name, and nothing else.</summary>
    public static bool IsUnseen(FunctionRecord function) =>
        function is { Posture: null or { Seen: Evidence.None }, Package: not { IsSeen: true } };

    public static async Task<ScannedTargets> ScanAsync(
        Scanner scanner, ImmutableArray<Target> targets, IAdvisorySource advisories, ScanLimits limits, Surroundings here, CancellationToken stop)
    {
        using var packages = new TargetPackages(limits, here);
        var records = new List<ApplicationRecord>();
        foreach (var target in targets)
            records.Add(await scanner
                .DeriveAsync(target.Application, packages.Of(target), advisories, stop)
                .ConfigureAwait(false));

        var judgements = records.ConvertAll(scanner.Judge);
        return new(
            new()
            {
                Name = string.Join(", ", targets.Select(static t => t.Application.Name)),
                Functions = [.. records.SelectMany(static r => r.Functions)],
                Resources = [.. records.SelectMany(static r => r.Resources)],
                Deliveries = [.. records.SelectMany(static r => r.Deliveries)],
                Comments = [.. records.SelectMany(static r => r.Comments)],
                Gaps = [.. records.SelectMany(static r => r.Gaps)],
            },
            new([.. judgements.SelectMany(static j => j.Findings)], [.. judgements.SelectMany(static j => j.Gaps)]),
            [.. records.Where(static r => r.Functions.All(IsUnseen)).Select(static r => r.Name)],
            stop.IsCancellationRequested);
    }
}
