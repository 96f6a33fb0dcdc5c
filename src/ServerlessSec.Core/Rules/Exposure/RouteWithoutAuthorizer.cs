using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Exposure;

public sealed class RouteWithoutAuthorizer : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS1002",
        Title = "API route has no authorizer",
        Severity = Severity.Medium,
        Needs = Evidence.Triggers,
        Stage = Stage.Stable,
        Cwe = [306, 862],
        Owasp = [ServerlessRisk.BrokenAuthentication, ServerlessRisk.BrokenAccessControl],
        Rationale =
            "Anyone on the internet can send requests to the function behind the route; what it does for them is "
            + "up to its code alone.",
        Remediation =
            "Give the route, or the API as its default, an authorizer: AWS_IAM, a Cognito user pool, a JWT or a "
            + "Lambda authorizer. Where the route must stay open, such as a webhook that checks a signature, "
            + "record a waiver that says so.",
        References =
        [
            "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html",
            "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Posture is not { } posture) yield break;
        var places = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (trigger, route) in PublicRoutes.Of(posture))
        {
            var place = $"Routes.{route.Method} {route.Path}";
            for (var n = 2; !places.Add(place); n++) place = $"Routes.{route.Method} {route.Path} #{n}";
            var why = route.Authorization == RouteAuthorization.ApiKeyOnly
                ? "for anyone who holds an API key: a key counts and throttles callers, it is no authorization"
                : "for anyone on the internet, without any authorization";
            yield return new(
                Descriptor,
                function.Subject,
                place,
                $"{function.Name} answers {route.Method} {route.Path} of {Text.Show(route.Api)} {why}.",
                trigger.Location)
            {
                // A stranger has to come by a key first.
                Severity = route.Authorization == RouteAuthorization.ApiKeyOnly ? Severity.Low : Severity.Medium,
            };
        }
    }
}
