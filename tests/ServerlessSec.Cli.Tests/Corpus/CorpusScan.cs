using System.Collections.Immutable;
using ServerlessSec.Facts;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using ServerlessSec.Sources.Advisories;
using ServerlessSec.Sources.Packages;
using ServerlessSec.Templates;

namespace ServerlessSec.Cli.Corpus;

/// <summary>Scans a labelled application as the command line does, offline, on a fixed day.</summary>
internal static class CorpusScan
{
    /// <summary>The day on which the labels hold: runtimes age.</summary>
    private static readonly DateOnly Day = new(2026, 11, 25);

    public static async Task<ApplicationRecord> DeriveAsync(string folder, CancellationToken stop)
    {
        var template = await File.ReadAllBytesAsync(Path.Combine(folder, "template.yaml"), stop);
        var packages = new DiskPackageSource(folder, ScanLimits.Default);
        return await Scanner([]).DeriveAsync(TemplateReader.Read("template.yaml", template), packages, new BuiltinAdvisories(), stop);
    }

    public static Judgement Judge(ApplicationRecord record, ImmutableArray<Rule> rules) => Scanner(rules).Judge(record);

    /// <summary>Every gap but that the built-in advisories are few.</summary>
    public static IEnumerable<Gap> Unseen(ApplicationRecord record) =>
        Judge(record, RuleCatalog.All).Gaps
            .Concat(record.Functions.SelectMany(static f => f.Posture?.Gaps ?? []))
            .Concat(record.Functions.SelectMany(static f => f.Package?.Inventory.Gaps ?? []))
            .Where(static gap => gap.Kind != GapKind.Advisories);

    private static Scanner Scanner(ImmutableArray<Rule> rules) => new(rules, ScanLimits.Default, Day);
}
