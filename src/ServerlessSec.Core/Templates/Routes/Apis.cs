using System.Text.RegularExpressions;
using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Resources;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Routes;

/// <summary>The APIs of the template, and the routes that functions have in them.</summary>
internal sealed partial class Apis
{
    private readonly Draft draft;
    private readonly Dictionary<string, Api> byRef = new(StringComparer.Ordinal);
    private readonly Dictionary<TriggerKind, Api> @implicit = [];
    private readonly HashSet<ApiOperation> taken = new(ReferenceEqualityComparer.Instance);

    public Apis(Draft draft)
    {
        this.draft = draft;
        foreach (var resource in draft.Template.Resources)
        {
            if (KindOf(resource) is { } kind)
                Add(Make(resource.Id, draft.Template.Names.Of(resource).Ref, kind, resource.Properties, resource.IsSam));
        }

        ApiStages.Read(draft.Template, Find);
    }

    public IEnumerable<Api> All => byRef.Values;

    public Api? Find(string? reference) => reference is null ? null : byRef.GetValueOrDefault(reference);

    /// <summary>What a word for an authorizer or authorization type asks of a caller.</summary>
    public static RouteAuthorization ByWord(string word) => word switch
    {
        "NONE" => RouteAuthorization.None,
        "AWS_IAM" => RouteAuthorization.Iam,
        _ => RouteAuthorization.Authorizer,
    };

    /// <summary>An Api or HttpApi event of a SAM function.</summary>
    public void ReadEvent(FunctionDraft function, Item item)
    {
        var kind = item["Type"].Exact == "Api" ? TriggerKind.RestApi : TriggerKind.HttpApi;
        var properties = item["Properties"];
        var given = properties[kind == TriggerKind.RestApi ? "RestApiId" : "ApiId"];
        var api = given.IsAbsent ? Implicit(kind) : Find(given.Text);
        var path = properties["Path"].Text ?? "$default";
        var method = OpenApi.MethodOf(properties["Method"].Text ?? "ANY");
        function.Triggers.Add(new()
        {
            Kind = kind,
            Name = item.Key,
            Source = api is null ? null : ApiArn(api.Ref),
            Location = item.Location,
            Route = api is null ? Foreign(given, method, path, properties["Auth"]) : Route(api, method, path, properties),
        });
        function.Grants.Add(Permission(
            function,
            $"{function.Id}{item.Key}Permission",
            api?.Ref ?? given.Text ?? Text.Hole(given.Path),
            method,
            path,
            item.Location));
    }

    /// <summary>Routes of definitions, methods and routes that call functions; events are read before, and come first.</summary>
    public void ReadRoutes()
    {
        foreach (var api in byRef.Values)
        {
            foreach (var operation in api.Operations.Where(operation => !taken.Contains(operation))) Add(api, operation);
            if (api.IsSam) Authorizers(api);
        }

        RestMethods.Read(draft, this);
        HttpRoutes.Read(draft, this);
    }

    public void Add(Api api, string? reference, string name, Route route, SourceLocation location)
    {
        if (draft.Function(reference) is not { } function) return;
        // SAM adds no route to an API that is not its own: there an event only repeats one.
        var repeated = api.IsSam
            ? -1
            : function.Triggers.FindIndex(trigger => trigger.Route is { } other
                && other.Api == route.Api
                && other.Method == route.Method
                && other.Path == route.Path);
        if (repeated >= 0)
        {
            function.Triggers[repeated] = function.Triggers[repeated] with { Route = route };
            return;
        }

        function.Triggers.Add(new() { Kind = api.Kind, Name = name, Source = ApiArn(api.Ref), Location = location, Route = route });
    }

    public string ApiArn(string id) => draft.Template.Names.Arn("execute-api", id);

    private void Add(Api api, ApiOperation operation)
    {
        var route = api.Route(operation.Method, operation.Path, operation.Authorization, operation.NeedsKey);
        Add(api, operation.Function, $"{operation.Method} {operation.Path}", route, operation.Location);
    }

    private Route Route(Api api, string method, string path, Item properties)
    {
        var auth = properties["Auth"];
        var operation = api.Operations.Find(candidate => candidate.Method == method && candidate.Path == path);
        if (operation is not null) taken.Add(operation);
        var needsKey = auth["ApiKeyRequired"] is { IsAbsent: false } own ? own.IsTrue : operation?.NeedsKey ?? api.NeedsKeyByDefault;
        var settings = properties["RouteSettings"];
        var key = path.StartsWith('/') ? $"{method} {path}" : path;
        if (!settings.IsAbsent) api.Throttling.AddRoutes(settings.With(Nodes.Map(new Entry(key, settings.Node!, 0, 0))));
        return api.Route(method, path, Authorization(api, method, auth, operation), needsKey);
    }

    private static RouteAuthorization Authorization(Api api, string method, Item auth, ApiOperation? operation)
    {
        if (auth.IsUnknown) return RouteAuthorization.Unknown;
        // A REST API with a definition of its own takes an event's Auth only where the event insists.
        var holds = operation is null || !api.IsRest || auth["OverrideApiAuth"].IsTrue;
        if (holds && auth["Authorizer"] is { IsAbsent: false } authorizer)
            return authorizer.Exact is { } word ? ByWord(word) : RouteAuthorization.Unknown;
        if (operation is not null) return operation.Authorization;
        var byDefault = api.ByDefault(method, RouteAuthorization.None);
        return api.IsElsewhere && byDefault == RouteAuthorization.None ? RouteAuthorization.Unknown : byDefault;
    }

    private static Route Foreign(Item given, string method, string path, Item auth) => new()
    {
        Api = given.Text ?? Text.Hole(given.Path),
        Method = method,
        Path = path,
        Authorization = auth["Authorizer"].Exact is { } word ? ByWord(word) : RouteAuthorization.Unknown,
        Throttled = Setting.Unknown<bool>(),
    };

    // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
    private Grant Permission(FunctionDraft function, string sid, string api, string method, string path, SourceLocation location)
    {
        var resource = path == "$default" ? "" : PathParameter.Replace(path, "*");
        if (resource.Length > 1) resource = resource.TrimEnd('/');
        return new()
        {
            Sid = sid,
            Principal = "apigateway.amazonaws.com",
            Action = "lambda:InvokeFunction",
            Qualifier = function.Alias,
            SourceArn = ApiArn($"{api}/*/{(method == "ANY" ? "*" : method)}{resource}"),
            Location = location,
        };
    }

    // SAM lets REST APIs call their authorizers by default, HTTP APIs when asked to.
    private void Authorizers(Api api)
    {
        foreach (var authorizer in api.Auth["Authorizers"].Entries)
        {
            var isPermitted = api.IsRest
                ? !authorizer["DisableFunctionDefaultPermissions"].IsTrue
                : authorizer["EnableFunctionDefaultPermissions"].IsTrue;
            if (!isPermitted || draft.Function(authorizer["FunctionArn"].Text, out var qualifier) is not { } function) continue;
            function.Grants.Add(new()
            {
                Sid = $"{api.Id}{authorizer.Key}AuthorizerPermission",
                Principal = "apigateway.amazonaws.com",
                Action = "lambda:InvokeFunction",
                Qualifier = qualifier,
                SourceArn = ApiArn($"{api.Ref}/authorizers/*"),
                Location = authorizer.Location,
            });
        }
    }

    private Api Implicit(TriggerKind kind)
    {
        if (@implicit.TryGetValue(kind, out var known)) return known;
        var id = kind == TriggerKind.RestApi ? "ServerlessRestApi" : "ServerlessHttpApi";
        if (Find(Text.Hole(id)) is { } named) return @implicit[kind] = named;
        var api = Make(id, Text.Hole(id), kind, draft.Template.Globals(kind == TriggerKind.RestApi ? "Api" : "HttpApi"), true);
        Add(api);
        return @implicit[kind] = api;
    }

    private void Add(Api api)
    {
        byRef.TryAdd(api.Ref, api);
        if (!api.IsSam) return;
        api.Throttling.AddMethods(api.Properties["MethodSettings"]);
        api.Throttling.AddDefault(api.Properties["DefaultRouteSettings"]);
        api.Throttling.AddRoutes(api.Properties["RouteSettings"]);
        if (!api.Auth["UsagePlan"]["Throttle"].IsAbsent) api.Throttling.AddPlan();
    }

    private Api Make(string id, string reference, TriggerKind kind, Item properties, bool isSam)
    {
        var body = properties[isSam ? "DefinitionBody" : "Body"];
        var place = isSam ? properties["DefinitionUri"] : properties["BodyS3Location"];
        var isElsewhere = !place.IsAbsent || body.IsUnknown;
        // Where the definition is only a transform's business, the gap over that says all there is to say.
        if (isElsewhere && !(body.IsUnknown && draft.Template.Gaps.Has("transform", $"Resources.{id}")))
        {
            draft.Template.Gaps.Add(
                GapKind.Unresolved,
                Evidence.Triggers,
                (body.IsUnknown ? body : place).Path,
                "definition elsewhere",
                $"The definition of API '{id}' does not stand in the template, so its routes are not known.");
        }

        var api = new Api
        {
            Id = id,
            Ref = reference,
            Kind = kind,
            Properties = properties,
            IsSam = isSam,
            IsElsewhere = isElsewhere,
            IsClosed = kind == TriggerKind.RestApi
                ? ApiClosure.IsClosed(
                    properties["EndpointConfiguration"],
                    properties["Policy"],
                    properties[isSam ? "Auth" : "-"]["ResourcePolicy"])
                : false,
        };
        if (body.IsMapping) api.Operations.AddRange(new OpenApi(api, body).Operations());
        return api;
    }

    private static TriggerKind? KindOf(TemplateResource resource) => resource.Type switch
    {
        "AWS::Serverless::Api" or "AWS::ApiGateway::RestApi" => TriggerKind.RestApi,
        "AWS::Serverless::HttpApi" => TriggerKind.HttpApi,
        "AWS::Serverless::WebSocketApi" => TriggerKind.WebSocketApi,
        "AWS::ApiGatewayV2::Api" =>
            resource.Properties["ProtocolType"].Text == "WEBSOCKET" ? TriggerKind.WebSocketApi : TriggerKind.HttpApi,
        _ => null,
    };

    [GeneratedRegex(@"\{[A-Za-z0-9._\-]+\+?\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PathParameter { get; }
}
