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
        Rationale =
            "Anyone with an AWS account of their own can call the function through the Lambda API, with any "
            + "event they like: no API, authorizer or firewall stands before it.",
        Remediation =
            "Name the account, role or service that calls the function as principal, or narrow the statement to "
            + "your organization with aws:PrincipalOrgID.",
        References =
        [
            "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Posture is not { } posture) yield break;
        // What opens a URL that wants no signature is another rule's finding.
        var isSigned = posture.Urls().Any(static u => u.Reach == Reach.Public && u.AuthType.Is("AWS_IAM"));
        foreach (var grant in posture.Grants
            .Where(g => g.Reach == Reach.Public && (!g.UrlOnly || (isSigned && CallsUrl(g))))
            .DistinctBy(g => g.Sid))
        {
            var way = grant.UrlOnly ? " through its URL" : "";
            yield return new(
                Descriptor,
                function.Subject,
                $"ResourcePolicy.{grant.Sid}",
                $"The resource policy of {function.Name} allows {Allowed(grant)}{way} to "
                    + $"everyone{(grant.UrlOnly ? " who has an AWS account and signs the request" : "")}: principal "
                    + $"{Text.Show(grant.Principal)} in statement {grant.Sid} is narrowed by nothing.",
                grant.Location)
            {
                Severity = grant.UrlOnly ? Severity.High : Invokes(grant) ? Severity.Critical : Severity.High,
            };
        }
    }

    // The second of the two statements that a URL needs opens nothing by itself.
    private static bool CallsUrl(InvokeGrant grant) =>
        grant.Actions.Any(a => a.EndsWith(":InvokeFunctionUrl", StringComparison.OrdinalIgnoreCase)
            || a.Contains('*', StringComparison.Ordinal));

    private static bool Invokes(InvokeGrant grant) =>
        grant.Actions.IsEmpty
            || grant.Actions.Any(a => a.Contains('*', StringComparison.Ordinal)
                || a.EndsWith(":InvokeFunction", StringComparison.OrdinalIgnoreCase));

    private static string Allowed(InvokeGrant grant) => grant.Actions.IsEmpty ? "its actions" : Wording.List(grant.Actions);
}
