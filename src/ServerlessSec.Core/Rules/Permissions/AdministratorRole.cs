using ServerlessSec.Facts;
using ServerlessSec.Findings;

namespace ServerlessSec.Rules.Permissions;

public sealed class AdministratorRole : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS2001",
        Title = "Execution role is an administrator",
        Severity = Severity.Critical,
        Needs = Evidence.ExecutionRole,
        Stage = Stage.Stable,
        Cwe = [250, 269],
        Owasp = [ServerlessRisk.BrokenAccessControl],
        Rationale =
            "One flaw in the code, or in anything it depends on, and the attacker owns the account: data, users, "
            + "and every other function.",
        Remediation =
            "Replace the statement by the actions that the code calls and the ARNs of the resources it uses. "
            + "Access Analyzer proposes such a policy from CloudTrail.",
        References =
        [
            "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Posture?.Role is not { } role) yield break;
        foreach (var grant in role.Administrator.DistinctBy(Statement.Place))
        {
            yield return new(
                Descriptor,
                function.Subject,
                Statement.Place(grant),
                $"{function.Name} runs as an administrator: policy {grant.Policy} of role {role.Id} allows "
                    + $"every action on every resource{Statement.Narrowed(role, grant)}.",
                grant.Location ?? role.Location)
            {
                Severity = grant.Conditional ? Severity.High : Severity.Critical,
            };
        }
    }
}
