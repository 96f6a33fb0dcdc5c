using ServerlessSec.Findings;

namespace ServerlessSec.Cli.Terminal;

/// <summary>Gaps in plain words, those with one cause told once.</summary>
internal static class GapLines
{
    public static List<string> Of(ScanReport report)
    {
        var all = report.SharedGaps.Select(static g => (Function: "", Gap: g))
            .Concat(report.Functions.SelectMany(static f => f.Gaps.Select(g => (Function: f.Name, Gap: g))));
        return [.. all
            .GroupBy(static g => (g.Gap.Kind, g.Gap.Reason, g.Gap.Scope.Evidence, g.Gap.Scope.Ecosystem))
            .Select(static g => Tell([.. g]))];
    }

    private static string Tell(List<(string Function, Gap Gap)> same)
    {
        var functions = same.Select(static g => g.Function).Where(static f => f.Length > 0).Distinct().ToList();
        var messages = same.Select(static g => g.Gap.Message).Distinct().ToList();
        var first = messages[0];
        if (messages.Count == 1) return functions.Count > 0 && !Mentions(first, functions) ? $"{Count.Names(functions)}: {first}" : first;

        // Several places in one function are told by place, several functions by function.
        var others = functions.Count > 1
            ? functions.Where(f => f != same[0].Function).ToList()
            : same.Select(static g => g.Gap.Scope.Path).OfType<string>().Where(p => p != same[0].Gap.Scope.Path).Distinct().ToList();
        var tail = others.Count > 0
            ? $" The same holds for {Count.Names(others)}."
            : $" The same holds for {Count.Of(messages.Count - 1, "more place")}.";
        return (functions.Count > 0 && !first.Contains(same[0].Function, StringComparison.Ordinal) ? $"{same[0].Function}: " : "")
            + first
            + tail;
    }

    private static bool Mentions(string message, List<string> functions) =>
        functions.Count == 1 && message.Contains(functions[0], StringComparison.Ordinal);
}
