using System.Globalization;
using ServerlessSec.Inventory;

namespace ServerlessSec.Rules.Dependencies;

/// <summary>How sure it is that a component is deployed at the version that was found.</summary>
public static class SeenAs
{
    /// <summary>Nothing but the managed runtime brings it.</summary>
    public static bool Supplied(Component? component) =>
        component is { Occurrences.IsEmpty: false } && component.Occurrences.All(static seen => seen.Kind == OccurrenceKind.Supplied);

    /// <summary>Nothing but a bill of materials within the package says that it is there.</summary>
    public static bool Claimed(Component? component) =>
        component is { Occurrences.IsEmpty: false } && component.Occurrences.All(static seen => seen.Kind == OccurrenceKind.Claimed);

    public static string Text(RuntimeSupply supply) =>
        $"supplied by the runtime {supply.Runtime}{(supply.AsOf is { } day ? $" as of {day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}" : "")}";
}
