using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Routes;

/// <summary>One operation of an API's definition.</summary>
/// <param name="Function">What its integration calls; null where it calls no function.</param>
internal sealed record ApiOperation(
    string Method,
    string Path,
    string? Function,
    RouteAuthorization Authorization,
    bool NeedsKey,
    SourceLocation Location);

/// <summary>Routes that stand in an OpenAPI definition within the template.</summary>
internal sealed class OpenApi(Api api, Item body)
{
    private static readonly HashSet<string> Methods = new(StringComparer.OrdinalIgnoreCase)
    {
        "get", "put", "post", "delete", "options", "head", "patch", "trace", Any,
    };

    private const string Any = "x-amazon-apigateway-any-method";
    private const string Integration = "x-amazon-apigateway-integration";

    public static string MethodOf(string method) =>
        method.Equals(Any, StringComparison.OrdinalIgnoreCase) ? "ANY" : method.ToUpperInvariant();

    public IEnumerable<ApiOperation> Operations() =>
        from path in body["paths"].Entries
        from method in path.Entries
        where Methods.Contains(method.Key)
        select Operation(path.Key, method);

    private ApiOperation Operation(string path, Item method)
    {
        var integration = Follow(method[Integration]);
        var type = integration["type"].Text;
        var callsFunction = type is null || type.StartsWith("aws", StringComparison.OrdinalIgnoreCase);
        var (authorization, needsKey) = Security(method);
        return new(MethodOf(method.Key), path, callsFunction ? integration["uri"].Text : null, authorization, needsKey, method.Location);
    }

    // HTTP APIs may keep integrations among the components.
    private Item Follow(Item item)
    {
        if (item["$ref"].Exact is not { } reference || !reference.StartsWith("#/", StringComparison.Ordinal)) return item;
        var target = body;
        foreach (var part in reference[2..].Split('/')) target = target[part];
        return target;
    }

    private (RouteAuthorization Authorization, bool NeedsKey) Security(Item method)
    {
        var isOwn = !method["security"].IsAbsent;
        var requirements = (isOwn ? method["security"] : body["security"]).Elements.ToList();
        var kinds = requirements
            .SelectMany(requirement => requirement.IsMapping
                ? requirement.Entries.Select(scheme => KindOf(scheme.Key))
                : [RouteAuthorization.Unknown])
            .ToList();
        var needsKey = kinds.Contains(RouteAuthorization.ApiKeyOnly) || api.NeedsKeyByDefault;
        var authorization = Strongest(kinds);
        if (method["x-amazon-apigateway-auth"]["type"].Text is { } word) authorization = Apis.ByWord(word);
        // Whether API Gateway honours a REST definition's security at the root is not something to rely upon.
        else if (!isOwn && kinds.Count > 0 && api.IsRest && authorization is RouteAuthorization.Authorizer or RouteAuthorization.Iam)
            authorization = RouteAuthorization.Unknown;
        var isExplicitlyOpen = requirements.Exists(requirement => requirement.IsMapping && !requirement["NONE"].IsAbsent);
        if (authorization is RouteAuthorization.None or RouteAuthorization.ApiKeyOnly && !isExplicitlyOpen)
            authorization = api.ByDefault(MethodOf(method.Key), authorization);
        return (authorization, needsKey);
    }

    private static RouteAuthorization Strongest(List<RouteAuthorization> kinds) =>
        kinds.Contains(RouteAuthorization.Authorizer) ? RouteAuthorization.Authorizer
        : kinds.Contains(RouteAuthorization.Iam) ? RouteAuthorization.Iam
        : kinds.Contains(RouteAuthorization.Unknown) ? RouteAuthorization.Unknown
        : kinds.Contains(RouteAuthorization.ApiKeyOnly) ? RouteAuthorization.ApiKeyOnly
        : RouteAuthorization.None;

    private RouteAuthorization KindOf(string name)
    {
        var scheme = body["components"]["securitySchemes"][name] is { IsAbsent: false } modern ? modern : body["securityDefinitions"][name];
        if (scheme.IsAbsent)
        {
            return name switch
            {
                "NONE" => RouteAuthorization.None,
                "api_key" => RouteAuthorization.ApiKeyOnly,
                "AWS_IAM" or "sigv4" => RouteAuthorization.Iam,
                _ => api.Auth["Authorizers"][name].IsAbsent ? RouteAuthorization.Unknown : RouteAuthorization.Authorizer,
            };
        }

        if (scheme["x-amazon-apigateway-authtype"].Text is { } kind && kind.Contains("sigv4", StringComparison.OrdinalIgnoreCase))
            return RouteAuthorization.Iam;
        if (!scheme["x-amazon-apigateway-authorizer"].IsAbsent) return RouteAuthorization.Authorizer;
        return scheme["type"].Text == "apiKey" ? RouteAuthorization.ApiKeyOnly : RouteAuthorization.Unknown;
    }
}
