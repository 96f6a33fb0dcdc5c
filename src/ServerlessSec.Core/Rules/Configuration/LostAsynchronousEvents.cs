using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Configuration;

public sealed class LostAsynchronousEvents : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS3003",
        Title = "Asynchronous events are lost when the function fails",
        Severity = Severity.Medium,
        Needs = Evidence.Configuration | Evidence.Triggers,
        Stage = Stage.Stable,
        Cwe = [390, 778],
        Owasp = [ServerlessRisk.InsufficientLogging],
        Rationale =
            "Lambda drops an asynchronous event after its retries. Whoever can make the function fail can make "
            + "events disappear, and nobody is left to notice or to play them again.",
        Remediation =
            "Set a failure destination (EventInvokeConfig.DestinationConfig.OnFailure) or a dead-letter queue, "
            + "and an alarm on it.",
        References =
        [
            "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Posture is not { Configuration: { DeadLetterTarget.IsAbsent: true, OnFailure.IsAbsent: true } } posture) yield break;
        // A dead-letter queue of the rule, subscription or schedule gets what could not be handed over to Lambda, and
        // nothing of what the function failed at.
        var lossy = posture.Triggers.Where(t => t.Enabled && IsAsynchronous(t.Kind)).ToArray();
        if (lossy.Length == 0) yield break;
        var sources = lossy.Select(t => $"{Source(t.Kind)} ({t.Name})").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        yield return new(
            Descriptor,
            function.Subject,
            "EventInvokeConfig.DestinationConfig.OnFailure",
            $"{function.Name} is called asynchronously by {Wording.List(sources, 4)} and has neither a "
                + $"dead-letter queue nor a failure destination: what fails is dropped{Ends(lossy)}.",
            lossy[0].Location ?? posture.Location)
        {
            // The next tick of a schedule brings what the last one lost.
            Severity = lossy.All(t => t.Kind == TriggerKind.Schedule) ? Severity.Low : Severity.Medium,
        };
    }

    private static string Ends(Trigger[] lossy) =>
        lossy.Any(t => !t.OnFailure.IsAbsent) ? "; that of the trigger gets only what never reached Lambda" : "";

    // Cognito, Alexa and load balancers wait for the answer; pollers of queues and streams keep what failed themselves.
    private static bool IsAsynchronous(TriggerKind kind) =>
        kind is TriggerKind.S3 or TriggerKind.Sns or TriggerKind.EventBridge or TriggerKind.Schedule or TriggerKind.Logs or TriggerKind.Iot;

    private static string Source(TriggerKind kind) => kind switch
    {
        TriggerKind.Sns => "SNS",
        TriggerKind.Schedule => "a schedule",
        TriggerKind.Logs => "CloudWatch Logs",
        TriggerKind.Iot => "AWS IoT",
        _ => kind.ToString(),
    };
}
