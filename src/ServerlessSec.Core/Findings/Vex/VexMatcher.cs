using System.Collections.Immutable;
using ServerlessSec.Advisories.Versions;
using ServerlessSec.Inventory;

namespace ServerlessSec.Findings.Vex;

/// <summary>Tells what VEX documents say about findings.</summary>
/// <remarks>
/// A statement is about a component of a function if one of its products is the component; or if the product is the function, the
/// scanned application, or a component that every known way to this one leads through, and the statement names no part of the
/// product, or this component as one.
/// </remarks>
/// <param name="application">As the report names the target; a path counts by its last part, with or without extension.</param>
/// <param name="components">Those of a function, by its name.</param>
public sealed class VexMatcher(
    ImmutableArray<VexStatement> statements, string application, Func<string, ImmutableArray<Component>> components)
{
    private readonly record struct Hit(VexStatement Statement, bool IsExact);

    private readonly ILookup<string, VexStatement> byVulnerability = statements
        .SelectMany(static statement => statement.Vulnerabilities.Select(id => (Id: id, Statement: statement)))
        .ToLookup(static pair => pair.Id, static pair => pair.Statement, StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, DependencyGates> gates = new(StringComparer.Ordinal);

    public ImmutableArray<VexStatement> Statements => statements;

    /// <summary>Every statement about a finding, those included that others supersede.</summary>
    public IEnumerable<VexStatement> About(Finding finding) => Hits(finding).Select(static hit => hit.Statement);

    /// <summary>
    /// What counts: within a document the newest statement, then the one that names the version, then the last; of several documents
    /// the newest, then the one that asks for more care.
    /// </summary>
    public VexStatement? Of(Finding finding) => Hits(finding)
        .GroupBy(static hit => hit.Statement.Location.File, StringComparer.Ordinal)
        .Select(static document => document
            .OrderByDescending(static hit => hit.Statement.Time ?? DateTimeOffset.MinValue)
            .ThenByDescending(static hit => hit.IsExact)
            .ThenByDescending(static hit => hit.Statement.Ordinal)
            .First().Statement)
        .OrderByDescending(static statement => statement.Time ?? DateTimeOffset.MinValue)
        .ThenBy(static statement => statement.Status)
        .ThenBy(static statement => statement.Location.File, StringComparer.Ordinal)
        .FirstOrDefault();

    private IEnumerable<Hit> Hits(Finding finding)
    {
        if (finding is not { Advisory: { } match, Component: { } component }) yield break;
        var told = match.Aliases.Prepend(match.Id).SelectMany(id => byVulnerability[id]).Distinct(ReferenceEqualityComparer.Instance).Cast<VexStatement>();
        foreach (var statement in told)
        {
            var matched = false;
            var exact = false;
            foreach (var product in statement.Products)
            {
                if (!IsAbout(product, finding, component)) continue;
                matched = true;
                exact |= !product.Versions.IsEmpty || product.Purls.Concat(product.Parts.SelectMany(static part => part.Purls)).Any(static purl => purl.Version is not null);
            }

            if (matched) yield return new(statement, exact);
        }
    }

    private bool IsAbout(VexProduct product, Finding finding, Component component)
    {
        if (product.Parts.IsEmpty && Is(product, component)) return true;
        if (!product.Parts.IsEmpty && !product.Parts.Any(part => Is(part, component))) return false;
        return IsApplication(product) || finding.Subject.Functions.All(function => IsFunction(product, function) || IsGate(product, function, component));
    }

    private bool IsGate(VexProduct product, string function, Component component)
    {
        if (product.Purls.IsEmpty) return false;
        if (!gates.TryGetValue(function, out var ways)) gates[function] = ways = new(components(function));
        return ways.GuardAll(component.Purl.ToString(), gate => Is(product, gate));
    }

    private bool IsApplication(VexProduct product)
    {
        var file = application[(application.AsSpan().LastIndexOfAny('/', '\\') + 1)..];
        var stem = file.LastIndexOf('.') is var dot and > 0 ? file[..dot] : file;
        return Names(product).Any(name => name == application || name == file || name == stem);
    }

    private static bool IsFunction(VexProduct product, string function) => Names(product).Any(name =>
        name == function || (name.StartsWith("arn:", StringComparison.Ordinal) && name.Split(':') is [_, _, "lambda", _, _, "function", var named, ..] && named == function));

    // Whose package URL has the name of a function need not say which type of package a function is.
    private static IEnumerable<string> Names(VexProduct product) => product.Names.Concat(product.Purls.Select(static purl => purl.Name));

    private static bool Is(VexProduct product, Component component) =>
        product.Purls.Any(purl => Names(purl, component, component.Purl.Name, component.Purl.Version)
            || (component.Source is { } source && Names(purl, component, source.Name, source.Version)))
        && (product.Versions.IsEmpty || product.Versions.Any(versions => versions.Hold(component.Version, VersionOrderings.ForRanges(component.Ecosystem))));

    private static bool Names(Purl purl, Component component, string name, string? version) =>
        purl.WithoutVersion.AnyCase == (component.Purl.WithoutVersion with { Name = name }).AnyCase
        && (purl.Version is null || purl.Version == version || (purl.Type == "golang" && purl.Version.TrimStart('v') == version?.TrimStart('v')));
}
