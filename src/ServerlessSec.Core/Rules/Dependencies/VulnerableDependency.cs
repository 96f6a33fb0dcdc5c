using ServerlessSec.Advisories;
using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Dependencies;

public sealed class VulnerableDependency : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS6001",
        Title = "Dependency has a known vulnerability",
        Severity = Severity.Medium,
        Needs = Evidence.Matches,
        Stage = Stage.Stable,
        Cwe = [1395],
        Owasp = [ServerlessRisk.VulnerableComponents],
        Rationale =
            "The flaw is published, and often the exploit: an event that reaches the vulnerable code runs it "
            + "with the function's permissions.",
        Remediation =
            "Upgrade the dependency to a version that the advisory calls fixed, in the lock file too, and deploy "
            + "again. Where none is fixed, replace it or keep untrusted input away from it.",
        References =
        [
            "https://osv.dev",
            "https://www.cisa.gov/known-exploited-vulnerabilities-catalog",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Package is not { Matches.IsEmpty: false } package) yield break;
        var components = package.Inventory.Components
            .GroupBy(c => c.Purl.ToString(), StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var paths = new DependencyPaths(package.Inventory.Components);
        foreach (var versions in package.Matches.GroupBy(m => (Package: PurlText.WithoutVersion(m.Purl), m.Id)))
        {
            var ordinal = 0;
            foreach (var match in versions.DistinctBy(m => m.Purl).OrderBy(m => PurlText.Version(m.Purl), NaturalOrder.Instance))
            {
                var place = $"{versions.Key.Package} {match.Id} #{++ordinal}";
                yield return Judge(function, match, components.GetValueOrDefault(match.Purl), paths.To(match.Purl), place);
            }
        }
    }

    private Finding Judge(FunctionFacts function, AdvisoryMatch match, Component? component, DependencyPath? path, string place)
    {
        var name = component?.Name ?? PurlText.Name(match.Purl);
        var seen = component?.Occurrences.FirstOrDefault();
        var what = match.Malicious ? "is malicious by" : match.KnownExploited ? "has the exploited vulnerability" : "has the vulnerability";
        var summary = match.Summary is { Length: > 0 } text ? $": {Wording.Line(text, 160).TrimEnd('.')}" : "";
        var where = string.Join(", ", Where(seen, path)) is { Length: > 0 } parts ? $" ({parts})" : "";
        var only = (component?.Development == true ? ", and is needed for development only" : "")
            + (match.Disputed ? ", which its authors dispute" : "")
            + (match.OnlyOn.IsDefaultOrEmpty ? "" : $", in code for {string.Join(", ", match.OnlyOn.Take(3))} alone, which Lambda does not run");
        return new(
            Descriptor,
            function.Subject,
            place,
            $"{name}@{PurlText.Version(match.Purl)} in {function.Name}{where} {what} {match.Id}{only}{summary}.",
            seen is null ? null : new SourceLocation(seen.Path, 0, 0, null))
        {
            Severity = MatchSeverity.Of(match, component),
            Component = component,
            Advisory = match,
            Path = path,
            Fix = match.Malicious ? $"Remove {name} and treat what it could reach as stolen."
                : SeenAs.Supplied(component)
                ? $"Deploy a copy of {name}{(match.Fixed is { } mended ? $" {mended}" : "")} with the function, or move to a runtime that brings a mended one."
                : (match.Fixed ?? match.Clean) is { } good ? $"Upgrade {name} to {good}{Further(match, good)}."
                : $"No version of {name} is known to be fixed: replace it, or keep untrusted input away from it.",
        };
    }

    private static IEnumerable<string> Where(Occurrence? seen, DependencyPath? path)
    {
        if (seen is not null) yield return seen.Path;
        if (seen?.Layer is { } layer) yield return $"layer {layer}";
        if (seen?.Supply is { } supply) yield return SeenAs.Text(supply);
        if (seen is { Kind: OccurrenceKind.Claimed }) yield return "only this bill of materials claims it";
        if (path is { IsDirect: false }) yield return $"brought in by {PurlText.Name(path.Purls[0])}@{PurlText.Version(path.Purls[0])}";
    }

    private static string Further(AdvisoryMatch match, string good) =>
        match.Clean is { } clean && clean != good ? $"; {clean} is the first that nothing known hits" : "";
}
