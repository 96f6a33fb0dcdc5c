using ServerlessSec.Snapshots;

namespace ServerlessSec.Templates.Routes;

/// <summary>AWS::ApiGateway::Method: one route each, its path put together from its resources.</summary>
internal static class RestMethods
{
    private const int DeepestPath = 64;

    public static void Read(Draft draft, Apis apis)
    {
        var template = draft.Template;
        foreach (var resource in template.OfType("AWS::ApiGateway::Method"))
        {
            var properties = resource.Properties;
            var integration = properties["Integration"];
            var isCall = integration["Type"].Text is null or "AWS_PROXY" or "AWS";
            if (!isCall || apis.Find(properties["RestApiId"].Text) is not { } api) continue;
            var authorization = properties["AuthorizationType"] is { IsAbsent: false } type
                ? type.Exact is { } word ? Apis.ByWord(word) : RouteAuthorization.Unknown
                : RouteAuthorization.None;
            var route = api.Route(
                OpenApi.MethodOf(properties["HttpMethod"].Text ?? "ANY"),
                Path(template, properties["ResourceId"].Text),
                authorization,
                properties["ApiKeyRequired"].IsTrue);
            apis.Add(api, integration["Uri"].Text, resource.Id, route, resource.Location);
        }
    }

    private static string Path(Template template, string? reference)
    {
        var parts = new List<string>();
        while (template.ByRef(reference) is { Type: "AWS::ApiGateway::Resource" } resource && parts.Count < DeepestPath)
        {
            parts.Add(resource.Properties["PathPart"].Text ?? Text.Hole(resource.Id));
            reference = resource.Properties["ParentId"].Text;
        }

        parts.Reverse();
        return "/" + string.Join('/', parts);
    }
}
