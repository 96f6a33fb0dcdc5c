using ServerlessSec.Facts;
using ServerlessSec.Findings;

namespace ServerlessSec.Rules.Dependencies;

public sealed class AlteredDependency : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS6003",
        Title = "Installed dependency differs from its own record",
        Severity = Severity.Medium,
        Needs = Evidence.Inventory,
        Stage = Stage.Stable,
        Cwe = [345, 506],
        Owasp = [ServerlessRisk.VulnerableComponents],
        Rationale =
            "Somebody changed the code after it was installed: a patch that no advisory knows of, or a backdoor. What is "
            + "known about the published version does not hold for it.",
        Remediation =
            "Install the dependency again from its index into an empty folder, with hashes pinned, and deploy that. Where the "
            + "change is wanted, publish it as a version of your own, or record a waiver that says why.",
        References =
        [
            "https://packaging.python.org/en/latest/specifications/recording-installed-packages/",
            "https://pip.pypa.io/en/stable/topics/secure-installs/",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Package is not { Inventory: { Altered.IsEmpty: false } inventory }) yield break;
        foreach (var altered in inventory.Altered.GroupBy(file => PurlText.WithoutVersion(file.Purl), StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var stripped = altered.All(file => file.IsStripped);
            var first = altered.First();
            var name = PurlText.Name(first.Purl);
            var layer = first.Layer is { } from ? $", layer {from}" : "";
            var what = stripped
                ? "was stripped of symbols after it was installed, so that its record no longer vouches for it"
                : "is not what was installed, by its own record";
            yield return new(
                Descriptor,
                function.Subject,
                altered.Key,
                $"{name}@{PurlText.Version(first.Purl)} in {function.Name} {what} ({Wording.List(altered.Select(file => file.Path), 3)}{layer}).",
                new(first.Path, 0, 0, null))
            {
                Severity = stripped ? Severity.Informational : Descriptor.Severity,
                Component = inventory.Components.FirstOrDefault(component => component.Purl.ToString() == first.Purl),
            };
        }
    }
}
