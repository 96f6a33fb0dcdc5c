using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Iam;

namespace ServerlessSec.Rules.Exposure;

public sealed class AnonymousFunctionUrl : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS1001",
        Title = "Function URL accepts anonymous requests",
        Severity = Severity.High,
        Needs = Evidence.Configuration | Evidence.ResourcePolicy,
        Stage = Stage.Stable,
        Cwe = [306],
        Owasp = [ServerlessRisk.BrokenAuthentication],
        Rationale = "Whoever learns the address can run the code, with its role's permissions and at its owner's cost.",
        Remediation =
            "Set AuthType to AWS_IAM and sign requests, or take the URL away and put an API with an authorizer "
            + "in front of the function.",
        References =
        [
            "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Posture?.Urls().FirstOrDefault(static u => u.Reach == Reach.Public && !u.AuthType.Is("AWS_IAM")) is not { } url) yield break;
        yield return new(
            Descriptor,
            function.Subject,
            "FunctionUrlConfig.AuthType",
            $"{function.Name} answers anonymous requests: anyone on the internet can call its function URL.",
            url.Location);
    }
}
