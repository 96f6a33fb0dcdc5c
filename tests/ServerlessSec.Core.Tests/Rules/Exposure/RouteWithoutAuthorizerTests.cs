using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Exposure;

public class RouteWithoutAuthorizerTests
{
    [Theory]
    [InlineData(TriggerKind.HttpApi, "GET", "/lobby", RouteAuthorization.None, true)]
    [InlineData(TriggerKind.RestApi, "ANY", "/{proxy+}", RouteAuthorization.None, true)]
    [InlineData(TriggerKind.RestApi, "GET", "/lobby", RouteAuthorization.ApiKeyOnly, true)]
    [InlineData(TriggerKind.RestApi, "GET", "/lobby", RouteAuthorization.Iam, false)]
    [InlineData(TriggerKind.HttpApi, "GET", "/lobby", RouteAuthorization.Authorizer, false)]
    [InlineData(TriggerKind.RestApi, "GET", "/lobby", RouteAuthorization.ClosedByApi, false)]
    [InlineData(TriggerKind.RestApi, "GET", "/lobby", RouteAuthorization.Unknown, false)]
    [InlineData(TriggerKind.RestApi, "OPTIONS", "/lobby", RouteAuthorization.None, false)]
    [InlineData(TriggerKind.WebSocketApi, "ANY", "$connect", RouteAuthorization.None, true)]
    [InlineData(TriggerKind.WebSocketApi, "ANY", "$default", RouteAuthorization.None, false)]
    [InlineData(TriggerKind.StepFunctions, "GET", "/lobby", RouteAuthorization.None, false)]
    public void Flags_a_route_that_asks_for_no_authorization(TriggerKind kind, string method, string path, RouteAuthorization authorization, bool flagged) =>
        Assert.Equal(flagged, Check(Route(kind, method, path, authorization)).Length == 1);

    [Fact]
    public void A_key_is_no_authorization_but_more_than_nothing()
    {
        var finding = Assert.Single(Check(Route(TriggerKind.RestApi, "GET", "/a", RouteAuthorization.ApiKeyOnly)));
        Assert.Contains("no authorization", finding.Message, StringComparison.Ordinal);
        Assert.Equal(Findings.Severity.Low, finding.Severity);
        Assert.Equal(Findings.Severity.Medium, Assert.Single(Check(Route(TriggerKind.RestApi, "GET", "/a", RouteAuthorization.None))).Severity);
    }

    [Fact]
    public void Keeps_equal_routes_of_two_apis_apart()
    {
        var findings = Check(Route(TriggerKind.HttpApi, "GET", "/a", RouteAuthorization.None), Route(TriggerKind.RestApi, "GET", "/a", RouteAuthorization.None));
        Assert.Equal(["Routes.GET /a", "Routes.GET /a #2"], findings.Select(f => f.Place));
    }

    [Fact]
    public void A_trigger_that_is_switched_off_is_no_way_in() =>
        Assert.Empty(Check(Route(TriggerKind.HttpApi, "GET", "/a", RouteAuthorization.None) with { Enabled = false }));

    private static Findings.Finding[] Check(params Trigger[] triggers) =>
        [.. new RouteWithoutAuthorizer().Check(Given.Function(Given.Posture() with { Triggers = [.. triggers] }))];

    private static Trigger Route(TriggerKind kind, string method, string path, RouteAuthorization authorization) =>
        new() { Kind = kind, Name = "Read", Route = new() { Api = "Front", Method = method, Path = path, Authorization = authorization } };
}
