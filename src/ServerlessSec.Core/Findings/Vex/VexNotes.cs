using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Findings.Vex;

/// <summary>Tells of statements that would waive and match nothing; of a document made for many products only how many.</summary>
public static class VexNotes
{
    private const int MostOfOneDocument = 10;

    public static ImmutableArray<Note> Of(VexMatcher matcher, ImmutableArray<TriagedFinding> findings)
    {
        var used = findings.SelectMany(triaged => matcher.About(triaged.Finding)).Select(Key).ToHashSet();
        return
        [
            .. matcher.Statements
                .Where(static statement => statement.Waives)
                .DistinctBy(Key)
                .Where(statement => !used.Contains(Key(statement)))
                .GroupBy(static statement => statement.Location.File, StringComparer.Ordinal)
                .OrderBy(static document => document.Key, StringComparer.Ordinal)
                .SelectMany(static document => Of(document.Key, [.. document])),
        ];
    }

    private static IEnumerable<Note> Of(string? file, VexStatement[] unused)
    {
        foreach (var statement in unused.Take(MostOfOneDocument))
        {
            yield return new(
                NoteKind.UnusedWaiver,
                $"The VEX statement about {statement.Vulnerabilities[0]} by {statement.Author} matches no finding of this scan.",
                statement.Location);
        }

        if (unused.Length > MostOfOneDocument)
        {
            yield return new(
                NoteKind.UnusedWaiver,
                $"{unused.Length - MostOfOneDocument} more statements of VEX file '{file}' match no finding of this scan.",
                new SourceLocation(file, 0, 0, null));
        }
    }

    // A vulnerability of a CycloneDX document may make several statements, for different versions.
    private static (string? File, int Ordinal) Key(VexStatement statement) => (statement.Location.File, statement.Ordinal);
}
