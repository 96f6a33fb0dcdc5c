using System.Globalization;
using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Dependencies;

public sealed class OpaquePackage : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS6002",
        Title = "Package could not be understood in full",
        Severity = Severity.Low,
        Needs = Evidence.Inventory,
        Stage = Stage.Stable,
        Cwe = [1395],
        Owasp = [ServerlessRisk.VulnerableComponents],
        Rationale =
            "What nobody can name nobody can check: a bundled or compiled copy of a flawed library ships unseen, "
            + "and no advisory will ever point at it.",
        Remediation =
            "Ship what names the contents: the lock file, a source map, the .dist-info or .deps.json beside the "
            + "code, or an SBOM of the build.",
        References =
        [
            "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-package.html",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Package is not { } package) yield break;
        var inventory = package.Inventory;
        // Where little was named, the report on dependencies says little.
        var isLow = inventory.Completeness is { Verdict: CompletenessVerdict.Low };
        var isNameless = inventory.Components.All(SeenAs.Supplied);
        var severity = isNameless || isLow ? Severity.Medium : Severity.Low;
        foreach (var (reason, paths) in Reasons(inventory, isLow))
        {
            var where = paths.Length > 0 ? $" ({Wording.List(paths, 3)})" : "";
            var named = isNameless ? ", and nothing in it names its contents" : "";
            var isEmpty = reason == PackageInventory.NoCode;
            var what = isEmpty
                ? $"The package of {function.Name} holds no code that a runtime could run: most likely it was not built"
                : $"The package of {function.Name} could not be understood in full: {reason}{where}{named}{Explained(inventory.Completeness)}";
            yield return new(
                Descriptor,
                function.Subject,
                $"package {reason}",
                $"{what}.",
                paths.Length > 0 ? new SourceLocation(paths[0], 0, 0, null) : null)
            {
                Severity = severity,
                Fix = isEmpty
                    ? "Build the application, and scan what was built: the template in .aws-sam/build, or the package itself."
                    : null,
            };
        }
    }

    /// <summary>What is opaque, and where little is explained all else that is not; sorted by reason.</summary>
    private static IEnumerable<(string Reason, string[] Paths)> Reasons(PackageInventory inventory, bool isLow)
    {
        var opaque = inventory.Opaque.Select(o => (o.Reason, o.Path));
        var rest = isLow ? inventory.Completeness!.Unexplained.SelectMany(u => u.Paths.Select(path => (u.Reason, Path: path))) : [];
        return opaque
            .Concat(rest)
            .GroupBy(o => o.Reason, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            // An entry without path is about the package as a whole.
            .Select(g => (g.Key, (string[])
                [.. g.Select(o => o.Path).Where(p => p.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]));
    }

    private static string Explained(Completeness? completeness) => completeness is { CodeFiles: > 0 } known
        ? string.Create(CultureInfo.InvariantCulture, $"; {known.Percent}% of its code is explained")
        : "";
}
