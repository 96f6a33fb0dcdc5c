using System.Collections.Immutable;

namespace ServerlessSec.Findings;

/// <summary>Tells of waivers that no longer hold, and of those that hold for nothing.</summary>
public static class WaiverNotes
{
    public static ImmutableArray<Note> Of(ImmutableArray<Waiver> waivers, ImmutableArray<TriagedFinding> findings, DateOnly today)
    {
        var byRule = findings.Select(triaged => triaged.Finding).ToLookup(finding => finding.Rule.Id, StringComparer.Ordinal);
        return
        [
            .. waivers.Distinct()
                .Select(waiver => Of(waiver, byRule[waiver.Rule], today))
                .OfType<Note>()
                .OrderBy(note => note.Kind)
                .ThenBy(note => note.Location, LocationOrder.Instance)
                .ThenBy(note => note.Message, StringComparer.Ordinal),
        ];
    }

    private static Note? Of(Waiver waiver, IEnumerable<Finding> findings, DateOnly today)
    {
        var name = $"The waiver of {waiver.Rule} for {Aim(waiver)} by {waiver.Owner}";
        if (waiver.Expires < today)
            return new(NoteKind.ExpiredWaiver, $"{name} expired on {waiver.Expires:yyyy-MM-dd} and holds no longer.", waiver.Location);
        if (!findings.Any(new WaiverMatcher(waiver).Matches))
            return new(NoteKind.UnusedWaiver, $"{name} matches no finding of this scan.", waiver.Location);
        return null;
    }

    private static string Aim(Waiver waiver)
    {
        var function = waiver.Function == "*" ? "every function" : $"'{waiver.Function}'";
        return waiver.Place == "*" ? function : $"{function} at '{waiver.Place}'";
    }
}
