using ServerlessSec.Facts;
using ServerlessSec.Findings;

namespace ServerlessSec.Rules.Configuration;

public sealed class EndlessLogRetention : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS3004",
        Title = "Log group has no retention period",
        Severity = Severity.Low,
        Needs = Evidence.Logs,
        Stage = Stage.Stable,
        Cwe = [404],
        Owasp = [ServerlessRisk.SensitiveDataExposure],
        Rationale =
            "Log lines hold what the code printed, personal data among it. Kept for ever, they are a growing "
            + "store for an intruder to read, and a growing bill.",
        Remediation =
            "Declare the function's log group (/aws/lambda/NAME, or one named in LoggingConfig) with "
            + "RetentionInDays as long as you investigate incidents, 30 to 400 days.",
        References =
        [
            "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Posture is not { Logs: { RetentionDays.IsAbsent: true } logs } posture) yield break;
        // A group that is named but not part of what was collected may have a period.
        if (!logs.IsDeclared && !logs.Name.IsAbsent) yield break;
        yield return new(
            Descriptor,
            function.Subject,
            "LoggingConfig.LogGroup",
            logs.IsDeclared
                ? $"The log group of {function.Name} sets no retention, so its lines never expire."
                : $"{function.Name} declares no log group; the one that Lambda makes has no retention, so its lines never expire.",
            logs.Location ?? posture.Location);
    }
}
