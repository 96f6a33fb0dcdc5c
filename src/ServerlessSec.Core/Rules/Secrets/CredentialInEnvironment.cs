using ServerlessSec.Facts;
using ServerlessSec.Findings;

namespace ServerlessSec.Rules.Secrets;

public sealed class CredentialInEnvironment : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS4001",
        Title = "Credential stands in an environment variable",
        Severity = Severity.High,
        Needs = Evidence.Configuration,
        Stage = Stage.Stable,
        Cwe = [798, 526],
        Owasp = [ServerlessRisk.SensitiveDataExposure],
        Rationale =
            "The value lies in the template, its history, the stack and the console, where many may read it; "
            + "whoever does holds the account it opens until somebody notices.",
        Remediation =
            "Revoke the credential first: it has been seen. Store its successor in Secrets Manager or as a "
            + "SecureString parameter, hand the function its name, and fetch it at run time.",
        References =
        [
            "https://docs.aws.amazon.com/lambda/latest/dg/with-secrets-manager.html",
            "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Posture is not { } posture) yield break;
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var variable in posture.Environment)
        {
            if (variable.Secret is not { } hit) continue;
            var place = $"{variable.Name}: {hit.Pattern}";
            var ordinal = seen[place] = seen.GetValueOrDefault(place) + 1;
            yield return new(
                Descriptor,
                function.Subject,
                $"{place} #{ordinal}",
                $"The environment variable {variable.Name} of {function.Name} holds what "
                    + $"{(hit.Certain ? "is" : "looks like")} a credential in plain text ({hit.Pattern}).",
                variable.Location ?? posture.Location)
            {
                Severity = hit.Certain ? Severity.High : Severity.Medium,
            };
        }
    }
}
