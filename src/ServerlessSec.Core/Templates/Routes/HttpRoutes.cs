using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Routes;

/// <summary>Routes of API Gateway's second version: HTTP and WebSocket, and SAM's WebSocket APIs.</summary>
internal static class HttpRoutes
{
    private const string IntegrationPrefix = "integrations/";

    public static void Read(Draft draft, Apis apis)
    {
        var template = draft.Template;
        foreach (var resource in template.OfType("AWS::ApiGatewayV2::Route"))
        {
            var properties = resource.Properties;
            if (apis.Find(properties["ApiId"].Text) is not { } api) continue;
            var target = properties["Target"].Text;
            var integration = target is null
                ? null
                : template.ByRef(target[(target.StartsWith(IntegrationPrefix, StringComparison.Ordinal) ? IntegrationPrefix.Length : 0)..]);
            if (integration is not { Type: "AWS::ApiGatewayV2::Integration" }
                || integration.Properties["IntegrationType"].Text is "MOCK" or "HTTP" or "HTTP_PROXY")
            {
                continue;
            }

            var authorization = api.Kind == TriggerKind.WebSocketApi ? OnConnect(template, api) : Authorization(properties);
            var (method, path) = Key(properties["RouteKey"].Text, api.Kind);
            apis.Add(
                api,
                integration.Properties["IntegrationUri"].Text,
                resource.Id,
                api.Route(method, path, authorization, properties["ApiKeyRequired"].IsTrue),
                resource.Location);
        }

        foreach (var api in apis.All) Read(apis, api);
    }

    private static void Read(Apis apis, Api api)
    {
        if (api is { IsSam: false, Kind: TriggerKind.HttpApi } && api.Properties["Target"].Text is { } target)
        {
            var (method, path) = Key(api.Properties["RouteKey"].Text, api.Kind);
            apis.Add(api, target, api.Id, api.Route(method, path, RouteAuthorization.None, false), api.Properties["Target"].Location);
        }

        if (api is not { IsSam: true, Kind: TriggerKind.WebSocketApi }) return;
        var type = api.Auth["AuthType"];
        var authorization = api.Auth.IsAbsent || type.IsAbsent ? RouteAuthorization.None
            : type.Exact is { } word ? Apis.ByWord(word)
            : RouteAuthorization.Unknown;
        foreach (var route in api.Properties["Routes"].Entries)
        {
            apis.Add(
                api,
                route["FunctionArn"].Text,
                route.Key,
                api.Route("ANY", route.Key, authorization, route["ApiKeyRequired"].IsTrue),
                route.Location);
        }
    }

    // Who has connected may send to every route.
    private static RouteAuthorization OnConnect(Template template, Api api)
    {
        var connect = template.OfType("AWS::ApiGatewayV2::Route")
            .FirstOrDefault(route => route.Properties["ApiId"].Text == api.Ref && route.Properties["RouteKey"].Text == "$connect");
        return connect is null ? RouteAuthorization.None : Authorization(connect.Properties);
    }

    private static RouteAuthorization Authorization(Item properties) =>
        properties["AuthorizationType"] is { IsAbsent: false } type
            ? type.Exact is { } word ? Apis.ByWord(word) : RouteAuthorization.Unknown
            : RouteAuthorization.None;

    private static (string Method, string Path) Key(string? key, TriggerKind kind)
    {
        var words = (key ?? "$default").Split(' ', 2);
        return kind == TriggerKind.HttpApi && words is [var method, var path]
            ? (method.ToUpperInvariant(), path)
            : ("ANY", key ?? "$default");
    }
}
