using System.Collections.Immutable;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;

namespace ServerlessSec.Reports;

/// <summary>Orders in which nothing depends on who was asked first.</summary>
internal static class ReportOrder
{
    private static readonly Evidence[] Parts = [.. Enum.GetValues<Evidence>().Where(part => part != Evidence.None).Order()];

    public static IEnumerable<FunctionReport> Of(ImmutableArray<FunctionReport> functions) => functions
        .OrderBy(function => function.Name, StringComparer.Ordinal)
        .ThenBy(function => function.Location?.File, StringComparer.Ordinal)
        .ThenBy(function => function.Location?.Line)
        .ThenBy(function => function.Runtime, StringComparer.Ordinal);

    public static IEnumerable<Component> Of(ImmutableArray<Component> components) => components
        .Select(component => (Purl: component.Purl.ToString(), Component: component))
        .OrderBy(pair => pair.Purl, StringComparer.Ordinal)
        .Select(pair => pair.Component);

    public static IEnumerable<Gap> Of(ImmutableArray<Gap> gaps) => gaps
        .Distinct()
        .OrderBy(gap => gap.Kind)
        .ThenBy(gap => gap.Scope.Evidence)
        .ThenBy(gap => gap.Scope.Layer, StringComparer.Ordinal)
        .ThenBy(gap => gap.Scope.Path, StringComparer.Ordinal)
        .ThenBy(gap => gap.Scope.Ecosystem, StringComparer.Ordinal)
        .ThenBy(gap => gap.Scope.Cataloger, StringComparer.Ordinal)
        .ThenBy(gap => gap.Scope.Rule, StringComparer.Ordinal)
        .ThenBy(gap => gap.Reason, StringComparer.Ordinal)
        .ThenBy(gap => gap.Message, StringComparer.Ordinal);

    public static IEnumerable<Note> Of(ImmutableArray<Note> notes) => notes
        .OrderBy(note => note.Kind)
        .ThenBy(note => note.Location?.File, StringComparer.Ordinal)
        .ThenBy(note => note.Location?.Line)
        .ThenBy(note => note.Message, StringComparer.Ordinal);

    public static IEnumerable<Evidence> Of(Evidence evidence) => Parts.Where(part => evidence.HasFlag(part));
}
