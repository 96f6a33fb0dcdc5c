using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Routes;

/// <summary>One API, whoever wrote it: SAM's explicit or implicit ones, or CloudFormation's.</summary>
internal sealed class Api
{
    public required string Id { get; init; }

    /// <summary>What <c>Ref</c> gives: its id, with holes.</summary>
    public required string Ref { get; init; }

    public required TriggerKind Kind { get; init; }

    public required Item Properties { get; init; }

    public required bool IsSam { get; init; }

    public ApiThrottling Throttling { get; } = new();

    public List<ApiOperation> Operations { get; } = [];

    /// <summary>Null where it is not known whether the API as a whole keeps strangers out.</summary>
    public bool? IsClosed { get; init; } = false;

    /// <summary>The definition stands elsewhere, so what its routes ask for is not known.</summary>
    public bool IsElsewhere { get; init; }

    public bool IsRest => Kind == TriggerKind.RestApi;

    /// <summary>SAM's Auth section; absent for CloudFormation's APIs.</summary>
    public Item Auth => Properties[IsSam ? "Auth" : "-"];

    public bool NeedsKeyByDefault => IsSam && IsRest && Auth["ApiKeyRequired"].IsTrue;

    /// <summary>What a route that asks for nothing itself asks for by the API's default authorizer.</summary>
    public RouteAuthorization ByDefault(string method, RouteAuthorization otherwise)
    {
        if (!IsSam) return otherwise;
        if (Auth.IsUnknown) return RouteAuthorization.Unknown;
        var authorizer = Auth["DefaultAuthorizer"];
        if (authorizer.IsAbsent || (method == "OPTIONS" && Auth["AddDefaultAuthorizerToCorsPreflight"].Flag().Is(false))) return otherwise;
        return authorizer.Exact is { } word ? Apis.ByWord(word) : RouteAuthorization.Unknown;
    }

    /// <summary>The route as a caller meets it: keys and the API's own walls taken into account.</summary>
    public Route Route(string method, string path, RouteAuthorization authorization, bool needsKey)
    {
        if (authorization == RouteAuthorization.None && needsKey) authorization = RouteAuthorization.ApiKeyOnly;
        if (authorization is RouteAuthorization.None or RouteAuthorization.ApiKeyOnly && IsClosed != false)
        {
            authorization = IsClosed == true ? RouteAuthorization.ClosedByApi : RouteAuthorization.Unknown;
        }

        return new()
        {
            Api = Id,
            Method = method,
            Path = path,
            Authorization = authorization,
            Throttled = Throttling.Of(method, path, needsKey),
        };
    }
}
