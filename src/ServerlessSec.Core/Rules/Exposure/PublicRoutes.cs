using ServerlessSec.Facts;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Exposure;

/// <summary>The API routes of a function that nobody guards.</summary>
internal static class PublicRoutes
{
    public static IEnumerable<(Trigger Trigger, Route Route)> Of(PostureFacts posture) =>
        from trigger in posture.Triggers
        where trigger.Enabled && trigger.Kind is TriggerKind.HttpApi or TriggerKind.RestApi or TriggerKind.WebSocketApi
        let route = trigger.Route
        where route is { Authorization: RouteAuthorization.None or RouteAuthorization.ApiKeyOnly }
        // A browser asks with OPTIONS before it has credentials to show.
        where route.Method != "OPTIONS"
        // Messages come over connections that $connect let in.
        where trigger.Kind != TriggerKind.WebSocketApi || route.Path == "$connect" || route.Method == "$connect"
        select (trigger, route);
}
