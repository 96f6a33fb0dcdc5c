using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Iam;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Exposure;

public sealed class ServicePrincipalWithoutSource : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS1004",
        Title = "Service may call the function for any customer of AWS",
        Severity = Severity.Medium,
        Needs = Evidence.ResourcePolicy,
        Stage = Stage.Stable,
        Cwe = [441, 732],
        Owasp = [ServerlessRisk.BrokenAccessControl],
        Rationale =
            "A confused deputy: an attacker points a bucket, topic, rule or API of their own account at the "
            + "function, and the service calls it for them with events of their making.",
        Remediation =
            "Add SourceArn with the resource that calls, and SourceAccount with its account where the ARN names "
            + "none (an S3 bucket's does not).",
        References =
        [
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
            "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Posture is not { } posture) yield break;
        foreach (var grant in posture.Grants
            .Where(g => g is { IsService: true, UrlOnly: false })
            .DistinctBy(g => (g.Sid, Service(g.Principal))))
        {
            if (Lack(grant) is not { } lack) continue;
            yield return new(
                Descriptor,
                function.Subject,
                $"ResourcePolicy.{grant.Sid}: {Service(grant.Principal)}",
                $"{Text.Show(grant.Principal)} may call {function.Name} {lack.Why}.",
                grant.Location)
            {
                Fix = $"Add {lack.Add}.",
            };
        }
    }

    private static (string Why, string Add)? Lack(InvokeGrant grant) => (grant.Source, Service(grant.Principal)) switch
    {
        (SourceRestriction.ArnWithoutAccount, _) => (
            "for a source ARN that names no account, so that whoever takes over the name can call it",
            "SourceAccount, the account that owns the source, beside SourceArn"),
        // Alexa has no resource to name: a skill is named by the event source token.
        (SourceRestriction.None, "alexa-appkit" or "alexa-connectedhome") => ("for any skill", "EventSourceToken with the id of the skill"),
        // These call on behalf of an account, and have no resource that would be known beforehand.
        (SourceRestriction.None, "config" or "ses") => ("on behalf of any account", "SourceAccount with the account that may call"),
        // A target group can only be made when the permission is there, so that its ARN cannot stand in it.
        (SourceRestriction.None, "elasticloadbalancing") => (
            "on behalf of any account: neither SourceArn nor SourceAccount says for whose load balancer",
            "SourceAccount with the account of the load balancer"),
        (SourceRestriction.None, _) => (
            "on behalf of any account: neither SourceArn nor SourceAccount says for which resource",
            "SourceArn with the resource that calls, and SourceAccount with its account"),
        _ => null,
    };

    // What follows the first dot may name a Region.
    private static string Service(string principal) => principal.Split('.')[0];
}
