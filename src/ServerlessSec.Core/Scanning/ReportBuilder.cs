using System.Collections.Immutable;
using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Findings.Vex;
using ServerlessSec.Inventory;

namespace ServerlessSec.Scanning;

/// <summary>Turns a judgement into the report that encoders write: triaged, sorted, with the gaps where they belong.</summary>
public static class ReportBuilder
{
    public static ScanReport Build(
        ApplicationRecord record,
        Judgement judgement,
        ImmutableArray<Waiver> waivers,
        Baseline? baseline,
        DateOnly today,
        ImmutableArray<VexStatement>? statements = null)
    {
        var inline = InlineWaivers.Read(record.Comments);
        ImmutableArray<Waiver> all = [.. waivers, .. inline.Waivers];
        var vex = new VexMatcher(statements ?? [], record.Name, Components(record));
        var triaged = Triage.Apply(judgement.Findings, all, baseline, today, vex);
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
                .. VexNotes.Of(vex, triaged),
                .. (advisories?.Notes ?? []).Select(static text => new Note(NoteKind.Advisories, text, null)),
            ],
        };
    }

    private static Func<string, ImmutableArray<Component>> Components(ApplicationRecord record)
    {
        // Two templates of one scan may name a function alike.
        var byName = record.Functions.ToLookup(static f => f.Id, static f => f.Inventory?.Components ?? [], StringComparer.Ordinal);
        return function => [.. byName[function].SelectMany(static components => components)];
    }

    private static FunctionReport Function(FunctionRecord record)
    {
        return new()
        {
            Name = record.Id,
            Location = record.Posture?.Location,
            Runtime = record.Posture?.Configuration.Runtime.Value,
            Seen = FunctionFacts.Of(record, default).SeenOfAll,
            Components = record.Inventory?.Components ?? [],
            Completeness = record.Package?.Inventory.Completeness,
            Gaps = [.. record.AllGaps()],
        };
    }
}
