using System.Collections.Immutable;
using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Permissions;

public sealed class SharedRole : ApplicationRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS2004",
        Title = "Execution role is shared by several functions",
        Severity = Severity.Medium,
        Needs = Evidence.ExecutionRole,
        Stage = Stage.Stable,
        Cwe = [250],
        Owasp = [ServerlessRisk.BrokenAccessControl],
        Rationale = "Each function holds what any of the others needs, so that a flaw in the least important one opens what the most important one may do.",
        Remediation = "Give each function a role of its own with what its code calls; AWS SAM makes one for every function that has Policies instead of Role.",
        References =
        [
            "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
        ],
    };

    public override IEnumerable<Finding> Check(ApplicationFacts application) =>
        from function in application.Functions
        let role = function.Posture?.Role
        where role is not null && role.Id.Length > 0
        group (function.Name, Role: role) by role.Arn.Length > 0 ? role.Arn : role.Id into members
        let names = members.Select(m => m.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray()
        where names.Length > 1
        let role = members.First().Role
        select new Finding(Descriptor, new Subject(role.Id, names), "Role", $"{names.Length} functions share the role {Text.Show(role.Id)}: {Wording.List(names, 10)}.", role.Location);
}
