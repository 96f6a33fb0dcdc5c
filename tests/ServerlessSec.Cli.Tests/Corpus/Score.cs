using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ServerlessSec.Findings;

namespace ServerlessSec.Cli.Corpus;

/// <summary>Findings held against labels: each finding answers one label, and each label wants one finding.</summary>
internal sealed record Score(
    ImmutableArray<(Label Label, Finding Finding)> Found, ImmutableArray<Label> Missed, ImmutableArray<Finding> False)
{
    public bool IsPerfect => Missed.IsEmpty && False.IsEmpty;

    public static Score Of(IEnumerable<Label> labels, IEnumerable<Finding> findings)
    {
        var missed = labels.ToList();
        var found = ImmutableArray.CreateBuilder<(Label, Finding)>();
        var alarms = ImmutableArray.CreateBuilder<Finding>();
        foreach (var finding in findings)
        {
            var label = missed.Find(l => Answers(finding, l));
            if (label is null)
            {
                alarms.Add(finding);
                continue;
            }

            missed.Remove(label);
            found.Add((label, finding));
        }

        return new(found.ToImmutable(), [.. missed], alarms.ToImmutable());
    }

    /// <summary>One line per missed label and false alarm.</summary>
    public string Explain() => string.Join('\n',
        Missed.Select(static l => $"missed: {l} ({l.Why})").Concat(False.Select(static f => $"false alarm: {Show(f)}")));

    public static string Show(Finding finding) =>
        $"{finding.Rule.Id} {finding.Subject.Id} {finding.Component?.Purl} {finding.Advisory?.Id} at {finding.Location}: {finding.Message}";

    /// <summary>Precision and recall per rule, as a section of a page.</summary>
    public string Table(string title, IEnumerable<RuleDescriptor> rules, IReadOnlyCollection<Trap> traps)
    {
        var page = new StringBuilder()
            .Append("## ").Append(title)
            .Append("\n\n| Rule | Title | Labels | Found | Missed | False | Traps | Precision | Recall |\n")
            .Append("|---|---|---:|---:|---:|---:|---:|---:|---:|\n");
        foreach (var rule in rules)
        {
            var found = Found.Count(f => f.Label.Rule == rule.Id);
            var missed = Missed.Count(l => l.Rule == rule.Id);
            var wrong = False.Count(f => f.Rule.Id == rule.Id);
            Row(page, $"{rule.Id} | {rule.Title}", found, missed, wrong, traps.Count(t => t.Rule == rule.Id));
        }

        Row(page, "all | ", Found.Length, Missed.Length, False.Length, traps.Count);
        return page.ToString();
    }

    private static void Row(StringBuilder page, string name, int found, int missed, int wrong, int traps) => page.Append(
        CultureInfo.InvariantCulture,
        $"| {name} | {found + missed} | {found} | {missed} | {wrong} | {traps} | {Share(found, wrong)} | {Share(found, missed)} |\n");

    private static string Share(int good, int bad) =>
        good + bad == 0 ? "—" : ((double)good / (good + bad)).ToString("0.00", CultureInfo.InvariantCulture);

    private static bool Answers(Finding finding, Label label) =>
        finding.Rule.Id == label.Rule
        && finding.Subject.Functions.SequenceEqual(label.Members)
        && (label.Subject is null || finding.Subject.Id == label.Subject)
        && finding.Component?.Purl.ToString() == label.Component
        && (label.Advisory is null ? finding.Advisory is null : Names(finding, label.Advisory));

    private static bool Names(Finding finding, string advisory) =>
        finding.Advisory is { } match && (match.Id == advisory || match.Aliases.Contains(advisory));
}
