using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Iam;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Cost;

public sealed class UnboundedPublicFunction : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS7001",
        Title = "Public function has no concurrency limit",
        Severity = Severity.Medium,
        Needs = Evidence.Configuration | Evidence.ResourcePolicy | Evidence.Triggers,
        Stage = Stage.Stable,
        Cwe = [770],
        Owasp = [ServerlessRisk.SecurityMisconfiguration],
        Rationale =
            "Denial of wallet: a stranger with a loop drives the function as high as the account allows, its "
            + "owner pays for each call, and every other function of the Region is starved of concurrency.",
        Remediation =
            "Set ReservedConcurrentExecutions to what the function needs at its busiest, or throttle the route: "
            + "stage or method throttling, or a usage plan.",
        References =
        [
            "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
            "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Posture is not { Configuration.ReservedConcurrency.IsAbsent: true } posture) yield break;
        if (posture.Urls().FirstOrDefault(static u => u.Reach == Reach.Public) is { } url)
            yield return Judge(function, "its function URL, which has no throttling of its own", url.Location);
        else if (OpenRoute(posture) is ({ } trigger, { } route))
            yield return Judge(function, $"{route.Method} {route.Path}, which is not throttled", trigger.Location);
    }

    private Finding Judge(FunctionFacts function, string way, SourceLocation? location) =>
        new(
            Descriptor,
            function.Subject,
            "ReservedConcurrentExecutions",
            $"{function.Name} can be driven up without bound by anyone: it has no reserved concurrency and is reached over {way}.",
            location);

    private static (Trigger? Trigger, Route? Route) OpenRoute(PostureFacts posture)
    {
        var open = posture.Triggers.FirstOrDefault(t => t.Enabled && IsOpen(t));
        return (open, open?.Route);
    }

    private static bool IsOpen(Trigger trigger) =>
        trigger.Route is { Authorization: RouteAuthorization.None } route
        && !IsThrottled(route)
        && trigger.Kind switch
        {
            TriggerKind.HttpApi or TriggerKind.RestApi => route.Method != "OPTIONS",
            // API Gateway asks for authorization once, when the connection is made.
            TriggerKind.WebSocketApi => route.Path == "$connect",
            _ => false,
        };

    private static bool IsThrottled(Route route) => route.Throttled.IsUnknown || route.Throttled.Is(true);
}
