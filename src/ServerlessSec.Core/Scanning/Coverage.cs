using System.Collections.Immutable;
using ServerlessSec.Advisories;

namespace ServerlessSec.Scanning;

/// <summary>Where a finding stood, in the terms in which gaps say what was not seen. What is null is not known, and may
/// be anything.</summary>
public sealed record Standing
{
    public required string Rule { get; init; }

    public required Evidence Needs { get; init; }

    public string? Ecosystem { get; init; }

    /// <summary>The functions it is about; empty where they are not all known.</summary>
    public ImmutableArray<string> Functions { get; init; } = [];

    /// <summary>Every place of it; a gap over one of them is enough.</summary>
    public ImmutableArray<Spot> Spots { get; init; } = [new(null, null, null)];

    public static Standing Of(StoredFinding stored)
    {
        var finding = stored.Finding;
        return new()
        {
            Rule = finding.Rule.Id,
            Needs = finding.Rule.Needs,
            Ecosystem = finding.Component?.Ecosystem,
            Functions = stored.IsCut ? [] : finding.Subject.Functions,
            Spots = finding.Component is { Occurrences: { IsEmpty: false } seen } && !stored.IsCut
                ? [.. seen.Select(static o => new Spot(o.Path, o.Layer ?? Spot.OwnPackage, o.Cataloger))]
                : stored.IsCut ? [new(null, null, null)] : [new(finding.Location?.Property ?? finding.Location?.File, null, null)],
        };
    }
}

/// <param name="Path">In the package, or a property path.</param>
/// <param name="Layer"><see cref="OwnPackage"/> for the function's own package.</param>
public sealed record Spot(string? Path, string? Layer, string? Cataloger)
{
    public const string OwnPackage = "";
}

/// <summary>Whether a gap hides a place. In doubt it does: not seeing is not fixing.</summary>
public static class Coverage
{
    /// <summary>Everything that cannot be known without <paramref name="evidence"/>; without any, all of it.</summary>
    public static Evidence Reach(Evidence evidence)
    {
        if (evidence == Evidence.None) return (Evidence)~0;
        if (evidence.HasFlag(Evidence.Package)) evidence |= Evidence.Inventory | Evidence.Secrets | Evidence.Flows | Evidence.SdkCalls;
        return evidence.HasFlag(Evidence.Inventory) ? evidence | Evidence.Matches : evidence;
    }

    public static bool Hides(GapScope gap, Standing place) =>
        (Reach(gap.Evidence) & place.Needs) != Evidence.None
        && Agree(gap.Rule, place.Rule)
        && (Agree(gap.Ecosystem, place.Ecosystem) || Ecosystems.Covers(gap.Ecosystem!, place.Ecosystem!))
        && place.Spots.Any(spot => Agree(gap.Cataloger, spot.Cataloger)
            && LayersAgree(gap.Layer, spot.Layer)
            && PathsMeet(gap.Path, spot.Path));

    /// <summary>Whether nothing of what <paramref name="narrow"/> covers was seen, because <paramref name="wide"/> covers it all.</summary>
    public static bool Contains(GapScope wide, GapScope narrow) =>
        (Reach(narrow.Evidence) & ~Reach(wide.Evidence)) == Evidence.None
        && Holds(wide.Rule, narrow.Rule)
        && (Holds(wide.Ecosystem, narrow.Ecosystem) || narrow.Ecosystem?.StartsWith(wide.Ecosystem + ":", StringComparison.Ordinal) == true)
        && Holds(wide.Cataloger, narrow.Cataloger)
        && Holds(wide.Layer, narrow.Layer)
        && (wide.Path is null || (narrow.Path is not null && IsWithin(narrow.Path, wide.Path)));

    private static bool Holds(string? wide, string? narrow) => wide is null || wide == narrow;

    private static bool Agree(string? gap, string? place) => gap is null || place is null || gap == place;

    private static bool LayersAgree(string? gap, string? place) =>
        gap is null || place is null || (place != Spot.OwnPackage && Unversioned(gap) == Unversioned(place));

    /// <summary>The next version of a layer stands where this one stood: <c>arn:…:layer:NAME:VERSION</c>.</summary>
    private static string Unversioned(string layer) =>
        layer.Split(':') is { Length: 8 } parts && parts[5] == "layer" ? string.Join(':', parts[..7]) : layer;

    /// <summary>Below the gap's path, or holding it: then not all of the place was seen.</summary>
    private static bool PathsMeet(string? gap, string? place) =>
        gap is null || place is null || IsWithin(place, gap) || IsWithin(gap, place);

    private static bool IsWithin(string path, string above) =>
        path.StartsWith(above, StringComparison.Ordinal)
        && (path.Length == above.Length || above.Length == 0 || above[^1] is '/' || path[above.Length] is '/' or '!' or '.' or '[');
}
