using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;

namespace ServerlessSec.Rules.Dependencies;

public sealed class DuplicateDependency : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS6004",
        Title = "Dependencies are deployed in several versions",
        Severity = Severity.Informational,
        Needs = Evidence.Inventory,
        Stage = Stage.Stable,
        Cwe = [1395],
        Owasp = [ServerlessRisk.VulnerableComponents],
        Rationale =
            "An upgrade mends the copy that somebody remembers; the other one stays, and which of them is loaded depends on "
            + "search order.",
        Remediation =
            "Deploy one version of each: install into an empty folder, align the ranges that ask for them, or override the "
            + "older one. Where several are wanted, as npm nests them, upgrade each by itself.",
        References =
        [
            "https://docs.npmjs.com/cli/commands/npm-dedupe",
            "https://maven.apache.org/guides/introduction/introduction-to-dependency-mechanism.html",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Package is not { } package) yield break;
        var doubled = package.Inventory.Components
            .Where(IsDeployed)
            .GroupBy(component => component.Purl.WithoutVersion)
            .Where(group => group.DistinctBy(component => component.Version).Count() > 1)
            .OrderBy(group => group.Key.ToString(), StringComparer.Ordinal)
            .ToList();
        if (doubled.Count == 0) yield break;
        var names = doubled.Select(group =>
            $"{group.First().Name} ({Wording.List(group.Select(component => component.Version).Distinct().Order(NaturalOrder.Instance), 4)})");
        yield return new(
            Descriptor,
            function.Subject,
            "package",
            $"{function.Name} deploys several versions of {Wording.List(names, 8)}.",
            new(doubled[0].First().Occurrences[0].Path, 0, 0, null));
    }

    /// <summary>
    /// What lies in the package, at a known version. Each Go program has modules of its own, and distributions install what they
    /// mean to install side by side.
    /// </summary>
    private static bool IsDeployed(Component component) =>
        component is { Version.Length: > 0, Purl.Type: not ("golang" or "deb" or "apk" or "rpm") }
        && component.Occurrences.Any(seen => seen.Kind is OccurrenceKind.Installed or OccurrenceKind.Recognised);
}
