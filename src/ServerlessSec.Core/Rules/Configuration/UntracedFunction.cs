using ServerlessSec.Facts;
using ServerlessSec.Findings;

namespace ServerlessSec.Rules.Configuration;

public sealed class UntracedFunction : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS3005",
        Title = "Tracing is off",
        Severity = Severity.Informational,
        Needs = Evidence.Configuration,
        Stage = Stage.Stable,
        Cwe = [778],
        Owasp = [ServerlessRisk.InsufficientLogging],
        Rationale = "Without traces an incident cannot be followed from the request through queues and functions to the data it touched.",
        Remediation =
            "Set Tracing (SAM) or TracingConfig.Mode (CloudFormation) to Active, and let the role write to "
            + "X-Ray. Where another tracer is in use, record a waiver that names it.",
        References =
        [
            "https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Posture is not { } posture) yield break;
        var tracing = posture.Configuration.Tracing;
        if (tracing.IsUnknown || tracing.Is("Active")) yield break;
        yield return new(
            Descriptor,
            function.Subject,
            "TracingConfig.Mode",
            $"{function.Name} starts no X-Ray trace of its own: its tracing mode is {tracing.Value ?? "PassThrough"}.",
            tracing.Location ?? posture.Location);
    }
}
