using System.Globalization;
using ServerlessSec.Findings;

namespace ServerlessSec.Cli.Terminal;

/// <summary>The report for a person: by function, the fix beside each finding, then what was not seen, then what to do first.</summary>
/// <param name="history">Of findings that come from a table, not from a scan: what a line says of each.</param>
internal sealed class TableReport(Screen screen, ScanReport report, Func<Finding, string>? history = null)
{
    private const int Wide = 110;

    private const int FirstSteps = 3;

    private readonly List<ReportItem> items = ReportItem.From(report.Findings
        .Where(static f => f.State == FindingState.New)
        .Select(static f => f.Finding), history);

    public void Write(string? verdict)
    {
        screen.Line(report.Target, Ink.Bold);
        WriteFindings();
        if (history is null) WriteQuiet();
        else WriteWaived();
        WriteCompleteness();
        WriteGaps();
        if (history is null) WriteNotAsked();
        WriteFirstSteps();
        WriteSummary(verdict);
    }

    private void WriteFindings()
    {
        foreach (var group in items.GroupBy(static i => i.Subject.Function))
        {
            screen.Line();
            WriteHeading(group.Key);
            foreach (var item in group.OrderByDescending(static i => i.Severity)) WriteItem(item);
        }
    }

    private void WriteHeading(string? name)
    {
        var function = report.Functions.FirstOrDefault(f => f.Name == name);
        string?[] parts = [name ?? "Several functions", function?.Runtime, ReportItem.Place(function?.Location)];
        screen.Line(string.Join(", ", parts.Where(static p => p is not null)), Ink.Bold);
    }

    private void WriteItem(ReportItem item)
    {
        var severity = Cell.Of(8, Words.Of(item.Severity).ToUpperInvariant(), InkOf(item.Severity));
        var rule = Cell.Of(7, item.Rule.Id);
        var text = new List<Piece>
        {
            new(item.Title + (item.Rule.Stage == Stage.Preview ? " (preview)" : ""), Ink.Bold),
            new(item.Message),
        };
        if (item.Subject.Function is null && item.Subject.Functions.Length > 0)
            text.Add(new("concerns " + Count.Names(item.Subject.Functions, 6)));
        if (item.Where is { } where) text.Add(new("at " + where, Ink.Dim));
        if (item.History is { } told) text.Add(new(told, Ink.Dim));
        if (screen.Width >= Wide)
        {
            screen.Row(severity, rule, new(0, [.. text]), Cell.Of((screen.Width - 21) * 2 / 5, "Fix: " + item.Fix));
        }
        else
        {
            text.Add(new("Fix: " + item.Fix));
            screen.Row(severity, rule, new(0, [.. text]));
        }
    }

    private void WriteQuiet()
    {
        var loud = items.SelectMany(static i => i.Subject.Functions).ToHashSet(StringComparer.Ordinal);
        var quiet = report.Functions.Where(f => f.Seen != Evidence.None && !loud.Contains(f.Name)).Select(static f => f.Name).ToList();
        if (quiet.Count == 0) return;
        screen.Line();
        screen.Line($"Nothing to report in {Count.Names(quiet, 12)}.", Ink.Green);
    }

    /// <summary>What was decided elsewhere and not for this run: whoever reads it may not know of it.</summary>
    private void WriteWaived()
    {
        var waived = report.Findings.Where(static f => f.Waiver is not null).ToList();
        if (waived.Count == 0) return;
        screen.Line();
        screen.Line("Waived", Ink.Bold);
        foreach (var (finding, _, waiver) in waived)
        {
            var by = waiver!.Reason.Contains(waiver.Owner, StringComparison.Ordinal) ? "" : $", by {waiver.Owner}";
            var since = waiver.Since is { } day ? $", since {day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}" : "";
            screen.Hang("-", $"{finding.Rule.Id} {finding.Message} ({Words.Of(finding.Severity)}; {waiver.Reason}{by}{since})", Ink.Dim);
        }
    }

    private void WriteCompleteness()
    {
        var lines = CompletenessLines.Of(report);
        if (lines.Count == 0) return;
        screen.Line();
        screen.Line("Code whose origin is explained", Ink.Bold);
        foreach (var line in lines) screen.Hang("-", line);
    }

    private void WriteGaps()
    {
        var lines = GapLines.Of(report);
        if (lines.Count == 0) return;
        screen.Line();
        screen.Line("Not seen", Ink.Bold);
        foreach (var line in lines) screen.Hang("-", line, Ink.Yellow);
    }

    /// <summary>A package by itself has no configuration to miss; that is no gap, but a reader should know.</summary>
    private void WriteNotAsked()
    {
        var alone = report.Functions
            .Where(static f => (f.Seen & Collected.Posture) == Evidence.None && f.Location is null
                && f.Gaps.All(static g => (g.Scope.Evidence & Collected.Posture) == Evidence.None))
            .Select(static f => f.Name)
            .ToList();
        if (alone.Count == 0) return;
        screen.Line();
        screen.Line(
            $"Not asked of {Count.Names(alone)}: configuration, policies, role, triggers and logs. A package "
                + "alone does not show them; scan its template for those.",
            Ink.Dim);
    }

    private void WriteFirstSteps()
    {
        if (items.Count < 2) return;
        screen.Line();
        screen.Line("What to do first", Ink.Bold);
        var step = 0;
        foreach (var same in items.GroupBy(static i => (i.Fix, i.Rule.Id)).Take(FirstSteps))
        {
            step++;
            var whom = Count.Names([.. same.SelectMany(static i => i.Subject.Functions).Distinct()]);
            screen.Hang(
                string.Create(CultureInfo.InvariantCulture, $"{step}."),
                (whom.Length > 0 ? whom + ": " : "") + $"{same.Key.Fix} ({same.Key.Id})");
        }
    }

    private void WriteSummary(string? verdict)
    {
        screen.Line();
        screen.Rule();
        var findings = report.Findings.Where(static f => f.State == FindingState.New).Select(static f => f.Finding).ToList();
        var counts = Enum.GetValues<Severity>()
            .Reverse()
            .Select(s => (Severity: s, Count: findings.Count(f => f.Severity == s)))
            .Where(static c => c.Count > 0)
            .Select(static c => string.Create(CultureInfo.InvariantCulture, $"{c.Count} {Words.Of(c.Severity)}")).ToList();
        var components = report.Functions.SelectMany(static f => f.Components).Select(static c => c.Purl).Distinct().Count();
        var known = report.Findings.Count(static f => f.State == FindingState.Known);
        var waived = report.Findings.Count(static f => f.State == FindingState.Waived);
        var byVex = report.Findings.Count(static f => f.Waiver is { Kind: WaiverKind.Vex });
        screen.Line(
            (findings.Count == 0 ? "No findings" : $"{Count.Of(findings.Count, "finding")}: {string.Join(", ", counts)}")
            + (history is null ? $" in {Count.Of(report.Functions.Length, "function")} with {Count.Of(components, "component")}" : "")
            + (waived > 0 ? $"; {waived} waived" : "") + (byVex > 0 ? $" ({byVex} by VEX)" : "") + (known > 0 ? $"; {known} known from the baseline" : "") + ".",
            findings.Count == 0 && !report.IsIncomplete ? Ink.Green : Ink.Bold);
        var ofAdvisories = report.Notes.ToLookup(static note => note.Kind == NoteKind.Advisories);
        foreach (var note in ofAdvisories[false]) screen.Hang("-", note.Message);
        if (report.Advisories is { } set) screen.Line(AdvisoryLine.Of(set, report.Today));
        foreach (var note in ofAdvisories[true]) screen.Hang("-", note.Message);
        if (verdict is not null) screen.Line(verdict);
    }

    private static Ink InkOf(Severity severity) => severity switch
    {
        Severity.Critical or Severity.High => Ink.Red,
        Severity.Medium => Ink.Yellow,
        _ => Ink.None,
    };
}
