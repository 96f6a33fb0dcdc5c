using System.Collections.Immutable;
using ServerlessSec.Facts;
using ServerlessSec.Findings;

namespace ServerlessSec.Rules.Permissions;

public sealed class WildcardAction : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS2002",
        Title = "Execution role holds a service-wide wildcard",
        Severity = Severity.High,
        Needs = Evidence.ExecutionRole,
        Stage = Stage.Stable,
        Cwe = [250, 732],
        Owasp = [ServerlessRisk.BrokenAccessControl],
        Rationale = "The wildcard covers deleting, sharing and reconfiguring, and what the service learns to do next year: code that reads one object can be made to empty the bucket.",
        Remediation = "List the actions that the code calls instead of the wildcard, and the ARNs of the resources it uses instead of \"*\".",
        References =
        [
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions_create-policies.html",
            "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-templates.html",
        ],
    };

    /// <summary>Services whose whole can neither read data nor change access.</summary>
    private static readonly ImmutableArray<string> Harmless = ["xray"];

    /// <summary>Services where it costs traces of an attack at most.</summary>
    private static readonly ImmutableArray<string> Mild = ["logs", "cloudwatch"];

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Posture?.Role is not { } role) yield break;
        foreach (var grant in role.ServiceWide.DistinctBy(Statement.Place))
        {
            if (role.Administrator.Any(a => Statement.IsSame(a, grant)) || Services(grant).All(Harmless.Contains)) continue;
            var where = Statement.IsOnAll(grant) ? "every resource" : Wording.List(grant.Resources, 3);
            yield return new(Descriptor, function.Subject, Statement.Place(grant), $"{function.Name} may use a whole service: policy {grant.Policy} of role {role.Id} grants the wildcard {Wording.List(grant.Actions)} on {where}{(grant.Conditional ? ", under a condition" : "")}.", grant.Location ?? role.Location)
            {
                Severity = Weigh(grant),
            };
        }
    }

    private static Severity Weigh(RoleGrant grant) =>
        Services(grant).All(s => Harmless.Contains(s) || Mild.Contains(s)) ? Severity.Low
        : Statement.IsOnAll(grant) && !grant.Conditional ? Severity.High : Severity.Medium;

    private static IEnumerable<string> Services(RoleGrant grant) => grant.Actions.Select(a => a.Split(':')[0].ToLowerInvariant());
}
