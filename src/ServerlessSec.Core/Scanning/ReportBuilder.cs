using System.Collections.Immutable;
using ServerlessSec.Facts;
using ServerlessSec.Findings;

namespace ServerlessSec.Scanning;

/// <summary>Turns a judgement into the report that encoders write: triaged, sorted, with the gaps where they belong.</summary>
public static class ReportBuilder
{
    public static ScanReport Build(
        ApplicationRecord record, Judgement judgement, ImmutableArray<Waiver> waivers, Baseline? baseline, DateOnly today)
    {
        var inline = InlineWaivers.Read(record.Comments);
        ImmutableArray<Waiver> all = [.. waivers, .. inline.Waivers];
        var triaged = Triage.Apply(judgement.Findings, all, baseline, today);
        // A source that is asked for more from target to target says the most at the end.
        var advisories = record.Functions.Select(static f => f.Package?.Advisories).LastOrDefault(static a => a is not null);
        return new()
        {
            Target = record.Name,
            Today = today,
            Advisories = advisories,
            Functions = [.. record.Functions.Select(Function).OrderBy(static f => f.Name, StringComparer.Ordinal)],
            Findings = triaged,
            Gaps = [.. judgement.Gaps, .. inline.Gaps],
            Notes =
            [
                .. WaiverNotes.Of(all, triaged, today),
                .. (advisories?.Notes ?? []).Select(static text => new Note(NoteKind.Advisories, text, null)),
            ],
        };
    }

    private static FunctionReport Function(FunctionRecord record)
    {
        var facts = new FunctionFacts { Name = record.Id, Today = default, Posture = record.Posture, Package = record.Package };
        return new()
        {
            Name = record.Id,
            Location = record.Posture?.Location,
            Runtime = record.Posture?.Configuration.Runtime.Value,
            Seen = facts.Seen,
            Components = record.Package?.Inventory.Components ?? [],
            Completeness = record.Package?.Inventory.Completeness,
            Gaps = [.. record.Posture?.Gaps ?? [], .. record.Package?.Inventory.Gaps ?? []],
        };
    }
}
