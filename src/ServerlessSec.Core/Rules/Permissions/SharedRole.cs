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
        Rationale =
            "Each function holds what any of the others needs, so that a flaw in the least important one opens "
            + "what the most important one may do.",
        Remediation =
            "Give each function a role of its own with what its code calls; AWS SAM makes one for every function "
            + "that has Policies instead of Role.",
        References =
        [
            "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
        ],
    };

    public override IEnumerable<Finding> Check(ApplicationFacts application) =>
        from function in application.Functions.SelectMany(static f => f.All)
        let role = Key(function.Posture)
        where role is { Length: > 0 }
        group function by role into members
        let names = members.Select(m => m.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray()
        where names.Length > 1
        let first = members.Select(m => m.Posture!).FirstOrDefault(p => p.Role is not null) ?? members.First().Posture!
        let id = first.Role?.Id ?? members.Key[(members.Key.LastIndexOf('/') + 1)..]
        select new Finding(
            Descriptor,
            new Subject(id, names),
            "Role",
            $"{names.Length} functions share the role {Text.Show(id)}: {Wording.List(names, 10)}.",
            first.Role?.Location ?? first.Location);

    // A role that stands elsewhere is shared no less, whatever it may do.
    private static string? Key(PostureFacts? posture) =>
        posture?.Role is { } role ? role.Arn.Length > 0 ? role.Arn : role.Id : posture?.RoleArn;
}
