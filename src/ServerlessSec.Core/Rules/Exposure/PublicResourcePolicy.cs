using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Iam;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Exposure;

public sealed class PublicResourcePolicy : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS1003",
        Title = "Resource policy lets everyone use the function",
        Severity = Severity.Critical,
        Needs = Evidence.ResourcePolicy,
        Stage = Stage.Stable,
        Cwe = [284, 732],
        Owasp = [ServerlessRisk.BrokenAccessControl],
        Rationale = "Anyone with an AWS account of their own can call the function through the Lambda API, with any event they like: no API, authorizer or firewall stands before it.",
        Remediation = "Name the account, role or service that calls the function as principal, or narrow the statement to your organization with aws:PrincipalOrgID.",
        References =
        [
            "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Posture is not { } posture) yield break;
        foreach (var grant in posture.Grants.Where(g => g is { Reach: Reach.Public, UrlOnly: false }).DistinctBy(g => g.Sid))
        {
            var invokes = grant.Actions.IsEmpty || grant.Actions.Any(a => a.Contains('*', StringComparison.Ordinal) || a.EndsWith(":InvokeFunction", StringComparison.OrdinalIgnoreCase));
            yield return new(Descriptor, function.Subject, $"ResourcePolicy.{grant.Sid}", $"The resource policy of {function.Name} allows {Allowed(grant)} to everyone: principal {Text.Show(grant.Principal)} in statement {grant.Sid} is narrowed by nothing.", grant.Location)
            {
                Severity = invokes ? Severity.Critical : Severity.High,
            };
        }
    }

    private static string Allowed(InvokeGrant grant) => grant.Actions.IsEmpty ? "its actions" : Wording.List(grant.Actions);
}
