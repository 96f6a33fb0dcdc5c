using System.Collections.Immutable;
using ServerlessSec.Advisories;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;

namespace ServerlessSec.Reports.CycloneDx;

/// <summary>A bill of materials before it is written: the root, its functions if any, and each component once.</summary>
internal sealed record Bom
{
    public const string RootRef = "root";

    public required string Root { get; init; }

    public required DateOnly Today { get; init; }

    public ImmutableArray<BomFunction> Functions { get; init; } = [];

    /// <summary>Of a single package.</summary>
    public Completeness? Completeness { get; init; }

    /// <summary>Sorted by purl.</summary>
    public ImmutableArray<BomComponent> Components { get; init; } = [];

    /// <summary>What the root holds itself.</summary>
    public ImmutableArray<string> RootNeeds { get; init; } = [];

    public ImmutableArray<BomGap> Gaps { get; init; } = [];

    public ImmutableArray<TriagedFinding> Findings { get; init; } = [];

    /// <summary>Of the advisories that findings come from.</summary>
    public ImmutableArray<AdvisoryAge> Ages { get; init; } = [];

    public static Bom Of(string target, DateOnly today, PackageInventory inventory) => new()
    {
        Root = target,
        Today = today,
        Completeness = inventory.Completeness,
        Components = Merge([(null, inventory.Components)]),
        RootNeeds = Needs(inventory.Components),
        Gaps = [.. inventory.Gaps.Select(gap => new BomGap(RootRef, null, gap))],
    };

    public static Bom Of(ScanReport report)
    {
        var functions = report.Functions.Select((function, index) => new BomFunction(RefOf(report, index), function)).ToImmutableArray();
        return new()
        {
            Root = report.Target,
            Today = report.Today,
            Functions = functions,
            Components = Merge(functions.Select(function => ((string?)function.Report.Name, function.Report.Components))),
            RootNeeds = [.. functions.Select(function => function.Ref)],
            Gaps =
            [
                .. report.Gaps.Select(gap => new BomGap(RootRef, null, gap)),
                .. functions.SelectMany(
                    function => function.Report.Gaps.Select(gap => new BomGap(function.Ref, function.Report.Name, gap))),
            ],
            Findings = [.. report.Findings.Where(triaged => triaged.Finding.Advisory is not null)],
            Ages = report.Advisories?.Ages ?? [],
        };
    }

    /// <summary>What is asked for directly, and what nobody is known to ask for.</summary>
    internal static ImmutableArray<string> Needs(ImmutableArray<Component> components) =>
        [.. components
            .Where(component => component.Relation != Relation.Transitive && !component.Development)
            .Select(component => component.Purl.ToString())];

    private static string RefOf(ScanReport report, int index)
    {
        var name = report.Functions[index].Name;
        var earlier = report.Functions.Take(index).Count(function => function.Name == name);
        return earlier == 0 ? $"function:{name}" : $"function:{name}#{earlier + 1}";
    }

    private static ImmutableArray<BomComponent> Merge(IEnumerable<(string? Function, ImmutableArray<Component> Components)> parts)
    {
        var merged = new SortedDictionary<string, BomComponent>(StringComparer.Ordinal);
        foreach (var (function, components) in parts)
        {
            foreach (var component in components)
            {
                var purl = component.Purl.ToString();
                var places = component.Occurrences.Select(place => new BomPlace(place, function));
                merged[purl] = merged.TryGetValue(purl, out var known) ? known.With(component, places) : new(purl, component, [.. places]);
            }
        }

        return [.. merged.Values];
    }
}

internal sealed record BomFunction(string Ref, FunctionReport Report);

/// <param name="Subject">Reference of what is not fully seen.</param>
internal sealed record BomGap(string Subject, string? Function, Gap Gap);

internal sealed record BomPlace(Occurrence Occurrence, string? Function);

internal sealed record BomComponent(string Ref, Component Component, ImmutableArray<BomPlace> Places)
{
    /// <summary>The same component in another function, which may have resolved it differently.</summary>
    public BomComponent With(Component other, IEnumerable<BomPlace> places) => this with
    {
        Places = [.. Places, .. places],
        Component = Component with
        {
            DependsOn = [.. Component.DependsOn.Union(other.DependsOn).Order(StringComparer.Ordinal)],
            Hashes = [.. Component.Hashes.Union(other.Hashes)],
            Licences = [.. Component.Licences.Union(other.Licences).Order(StringComparer.Ordinal)],
            Development = Component.Development && other.Development,
            Relation = Component.Relation == Relation.Direct || other.Relation == Relation.Unknown ? Component.Relation : other.Relation,
        },
    };
}
