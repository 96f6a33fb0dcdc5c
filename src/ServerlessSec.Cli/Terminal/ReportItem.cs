using System.Collections.Immutable;
using System.Globalization;
using ServerlessSec.Advisories;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;
using ServerlessSec.Rules.Dependencies;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Cli.Terminal;

/// <summary>What a person reads as one thing: a finding, or all advisories that hit one component of one function.</summary>
internal sealed record ReportItem(
    Severity Severity,
    RuleDescriptor Rule,
    Subject Subject,
    string Title,
    string Message,
    string? Where,
    string Fix)
{
    /// <summary>Since when it is known, where it is stored.</summary>
    public string? History { get; init; }

    /// <summary>Keeps the order of the report; an item stands where its first finding stood.</summary>
    public static List<ReportItem> From(IEnumerable<Finding> findings, Func<Finding, string>? history = null)
    {
        var together = new Dictionary<(string Rule, string Subject, Purl Component), List<Finding>>();
        var order = new List<List<Finding>>();
        foreach (var finding in findings)
        {
            if (finding is not { Component: { } component, Advisory: not null })
            {
                order.Add([finding]);
                continue;
            }

            var key = (finding.Rule.Id, finding.Subject.Id, component.Purl);
            if (!together.TryGetValue(key, out var group))
            {
                together[key] = group = [];
                order.Add(group);
            }

            group.Add(finding);
        }

        return [.. order.Select(group => (group is [{ Advisory: null } only] ? Single(only) : Dependency(group)) with
        {
            History = history is null ? null : string.Join("; ", group.Select(history).Distinct().Order(StringComparer.Ordinal)),
        })];
    }

    private static ReportItem Single(Finding finding) => new(
        finding.Severity, finding.Rule, finding.Subject, finding.Rule.Title, finding.Message, Place(finding.Location),
        finding.Fix ?? finding.Rule.Remediation);

    private static ReportItem Dependency(List<Finding> group)
    {
        var component = group[0].Component!;
        var advisories = group.Select(static f => f.Advisory!).ToList();
        var worst = group.Max(static f => f.Severity);
        var exploited = advisories.Count(static a => a.KnownExploited);
        var malicious = advisories.Exists(static a => a.Malicious);
        var title = $"{component.Name}@{component.Version}: {Count.Of(group.Count, "advisory", "advisories")}"
            + (exploited > 0 ? $", {exploited} exploited in the wild" : "") + (malicious ? ", malicious" : "");
        var occurrences = component.Occurrences;
        var where = occurrences.IsEmpty ? Place(group[0].Location)
            : occurrences[0].Path + (occurrences.Length > 1 ? $" and {Count.Of(occurrences.Length - 1, "more place")}" : "");
        return new(worst, group[0].Rule, group[0].Subject, title, Ids(group), where + From(group[0]), UpgradeAdvice.For(group));
    }

    /// <summary>What brought it, or only claims it, and the direct dependency that asks for it, where that is another.</summary>
    private static string From(Finding finding)
    {
        var seen = finding.Component!.Occurrences.FirstOrDefault();
        var layer = (seen?.Layer is { } name ? $", layer {name}" : "")
            + (seen?.Supply is { } supply ? $", {SeenAs.Text(supply)}" : "")
            + (SeenAs.Claimed(finding.Component) ? ", which alone claims it" : "");
        return finding.Path is not { IsDirect: false, Purls: var purls } ? layer
            : $"{layer}, brought in by {Named(purls[0])}" + (purls.Length > 2 ? $" through {Count.Names([.. purls[1..^1].Select(Named)], 2)}" : "");

        static string Named(string purl) => Uri.UnescapeDataString(purl[(purl.IndexOf('/', StringComparison.Ordinal) + 1)..]);
    }

    /// <summary>The weightiest few by id; the other formats have them all.</summary>
    private static string Ids(List<Finding> group)
    {
        const int Shown = 5;
        var ids = group
            .OrderByDescending(static f => f.Severity)
            .ThenByDescending(static f => f.Advisory!.Score ?? 0)
            .Take(Shown)
            .Select(static f =>
                f.Advisory!.Id + " (" + Words.Of(f.Severity)
                + (f.Advisory.Score is { } score ? " " + score.ToString("0.0", CultureInfo.InvariantCulture) : "")
                + (f.Advisory.KnownExploited ? ", exploited" : "")
                + (f.Advisory.Epss is { } epss ? string.Create(CultureInfo.InvariantCulture, $", EPSS {epss * 100:0.#}%{Rank(f.Advisory)}") : "")
                + (f.Advisory.Disputed ? ", disputed" : "") + ")");
        return string.Join(", ", ids) + (group.Count > Shown ? $" and {group.Count - Shown} more" : "")
            + (group is [{ Advisory.Summary: { } summary }] ? ": " + summary.TrimEnd('.') : "") + ".";
    }

    private static string Rank(AdvisoryMatch advisory) =>
        advisory.EpssPercentile is { } percentile ? string.Create(CultureInfo.InvariantCulture, $" above {Math.Floor(percentile * 1000) / 10:0.#}% of all") : "";

    public static string? Place(SourceLocation? location) => location switch
    {
        null => null,
        { File: null } => location.Property,
        { Line: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{location.File}:{location.Line}"),
        _ => location.File,
    };
}

/// <summary>Numbers with their noun.</summary>
internal static class Count
{
    public static string Of(int count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many ?? one + "s")}");

    /// <summary>Some of the names, and how many are left out.</summary>
    public static string Names(IReadOnlyList<string> names, int shown = 4) =>
        names.Count <= shown + 1 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(shown))} and {names.Count - shown} more";
}

/// <summary>Enumerations as a person reads them.</summary>
internal static class Words
{
    public static string Of(Severity severity) => severity switch
    {
        Severity.Critical => "critical",
        Severity.High => "high",
        Severity.Medium => "medium",
        Severity.Low => "low",
        _ => "info",
    };

    public static ImmutableArray<string> Of(Evidence evidence)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        foreach (var (flag, word) in Parts())
        {
            if (evidence.HasFlag(flag)) words.Add(word);
        }

        return words.ToImmutable();
    }

    private static (Evidence, string)[] Parts() =>
    [
        (Evidence.Configuration, "configuration"), (Evidence.ResourcePolicy, "resource policy"), (Evidence.ExecutionRole, "execution role"),
        (Evidence.Triggers, "triggers"), (Evidence.Logs, "logs"), (Evidence.Package, "package"), (Evidence.Inventory, "inventory"),
        (Evidence.Matches, "advisories"), (Evidence.Secrets, "secrets"), (Evidence.Flows, "flows"), (Evidence.SdkCalls, "SDK calls"),
    ];
}
