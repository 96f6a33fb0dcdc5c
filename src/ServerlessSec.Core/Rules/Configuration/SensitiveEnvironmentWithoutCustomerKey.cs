using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Configuration;

public sealed class SensitiveEnvironmentWithoutCustomerKey : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS3002",
        Title = "Sensitive environment is not encrypted with a customer managed key",
        Severity = Severity.Low,
        Needs = Evidence.Configuration,
        Stage = Stage.Stable,
        Cwe = [311],
        Owasp = [ServerlessRisk.SensitiveDataExposure],
        Rationale =
            "Under the key that AWS owns, whoever may read the function's configuration reads the values; a "
            + "customer managed key asks for a second permission and leaves a trace of each use.",
        Remediation =
            "Set KmsKeyArn to a customer managed KMS key that only the function's role and its deployers may "
            + "use, or keep the values out of the environment and fetch them at run time.",
        References =
        [
            "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Posture is not { Configuration.KmsKeyArn.IsAbsent: true } posture) yield break;
        var sensitive = posture.Environment.Where(v => v.Sensitive).ToArray();
        if (sensitive.Length == 0) yield break;
        // Somebody said of such a value that it must not be seen.
        var declared = sensitive.Any(v => v.Secret is not null || v.Origin == ValueOrigin.NoEcho);
        yield return new(
            Descriptor,
            function.Subject,
            "KmsKeyArn",
            $"{function.Name} keeps {Wording.List(sensitive.Select(v => v.Name))} in its environment without a customer managed key.",
            sensitive[0].Location ?? posture.Location)
        {
            Severity = declared ? Severity.Medium : Severity.Low,
        };
    }
}
