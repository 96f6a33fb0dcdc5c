using ServerlessSec.Iam;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Cost;

public class UnboundedPublicFunctionTests
{
    [Theory]
    [InlineData(Reach.Public, SettingState.Absent, true)]
    [InlineData(Reach.Public, SettingState.Known, false)]
    [InlineData(Reach.Public, SettingState.Unknown, false)]
    [InlineData(Reach.Closed, SettingState.Absent, false)]
    [InlineData(Reach.Unknown, SettingState.Absent, false)]
    public void A_public_url_wants_a_bound(Reach reach, SettingState reserved, bool flagged)
    {
        var posture = Given.Posture() with
        {
            Url = new(Setting.Known("NONE"), reach, null),
            Configuration = new() { ReservedConcurrency = new(reserved, 5, null) },
        };
        var finding = new UnboundedPublicFunction().Check(Given.Function(posture)).SingleOrDefault();
        Assert.Equal(flagged, finding is not null);
        if (flagged) Assert.Contains("concurrency", finding!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TriggerKind.HttpApi, "GET", "/a", RouteAuthorization.None, SettingState.Absent, false, true)]
    [InlineData(TriggerKind.RestApi, "GET", "/a", RouteAuthorization.None, SettingState.Known, false, true)]
    [InlineData(TriggerKind.RestApi, "GET", "/a", RouteAuthorization.None, SettingState.Known, true, false)]
    [InlineData(TriggerKind.RestApi, "GET", "/a", RouteAuthorization.None, SettingState.Unknown, false, false)]
    [InlineData(TriggerKind.RestApi, "GET", "/a", RouteAuthorization.Iam, SettingState.Absent, false, false)]
    [InlineData(TriggerKind.RestApi, "GET", "/a", RouteAuthorization.ClosedByApi, SettingState.Absent, false, false)]
    [InlineData(TriggerKind.RestApi, "OPTIONS", "/a", RouteAuthorization.None, SettingState.Absent, false, false)]
    [InlineData(TriggerKind.WebSocketApi, "ANY", "$connect", RouteAuthorization.None, SettingState.Absent, false, true)]
    [InlineData(TriggerKind.WebSocketApi, "ANY", "chat", RouteAuthorization.None, SettingState.Absent, false, false)]
    public void An_open_route_wants_a_bound(TriggerKind kind, string method, string path, RouteAuthorization authorization, SettingState state, bool throttled, bool flagged)
    {
        var trigger = new Trigger
        {
            Kind = kind,
            Name = "Read",
            Route = new() { Api = "Front", Method = method, Path = path, Authorization = authorization, Throttled = new(state, throttled, null) }
        };
        Assert.Equal(flagged, Check(trigger));
    }

    [Theory, InlineData(TriggerKind.Schedule), InlineData(TriggerKind.Sqs), InlineData(TriggerKind.S3)]
    public void Strangers_cannot_drive_other_triggers_up(TriggerKind kind) => Assert.False(Check(new() { Kind = kind, Name = "Clock" }));

    private static bool Check(Trigger trigger) => new UnboundedPublicFunction().Check(Given.Function(Given.Posture() with { Triggers = [trigger] })).Any();
}
