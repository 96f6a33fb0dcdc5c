using System.Globalization;
using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;

namespace ServerlessSec.Rules.Dependencies;

public sealed class EndOfLifeDependency : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS6005",
        Title = "Dependency is past its end of life",
        Severity = Severity.Informational,
        Needs = Evidence.Inventory,
        Stage = Stage.Stable,
        Cwe = [1104],
        Owasp = [ServerlessRisk.VulnerableComponents],
        Rationale =
            "Its makers mend it no longer: a flaw that is found from now on stays open, and may never get an advisory that "
            + "names these versions.",
        Remediation = "Move to the successor that the finding names.",
        References =
        [
            "https://docs.aws.amazon.com/sdkref/latest/guide/version-support-matrix.html",
            "https://dotnet.microsoft.com/platform/support/policy/dotnet-core",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Package is not { } package) yield break;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var component in package.Inventory.Components)
        {
            if (component.Development || SeenAs.Supplied(component)) continue;
            if (LibraryCalendar.Find(component) is not { } end || function.Today <= end.End)
            {
                if (component.Deprecated is { } words && seen.Add(component.Purl.WithoutVersion.ToString())) yield return Deprecated(function, component, words);
                continue;
            }

            var place = $"{component.Purl.WithoutVersion} {end.Line}".TrimEnd();
            if (!seen.Add(place)) continue;
            var day = end.End.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            yield return new(
                Descriptor,
                function.Subject,
                place,
                $"{component.Name}@{component.Version} in {function.Name} has had no support since {day} ({end.Source}).",
                component.Occurrences is [var first, ..] ? new(first.Path, 0, 0, null) : null)
            {
                Component = component,
                Fix = $"Move from {component.Name} to {end.Successor}.",
            };
        }
    }

    private Finding Deprecated(FunctionFacts function, Component component, string words) => new(
        Descriptor,
        function.Subject,
        $"{component.Purl.WithoutVersion} deprecated",
        $"{component.Name}@{component.Version} in {function.Name} was deprecated by its makers: {Wording.Line(words, 200).TrimEnd('.')}.",
        component.Occurrences is [var first, ..] ? new(first.Path, 0, 0, null) : null)
    {
        Component = component,
        Fix = $"Move from {component.Name}@{component.Version} to what its makers name instead, or to a version that they maintain.",
    };
}
