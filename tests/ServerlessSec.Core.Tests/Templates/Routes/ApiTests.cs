using ServerlessSec.Snapshots;

namespace ServerlessSec.Templates.Routes;

public sealed class ApiTests
{
    [Theory]
    [InlineData("Api", "", "", RouteAuthorization.None)]
    [InlineData("Api", "DefaultAuthorizer: AWS_IAM", "", RouteAuthorization.Iam)]
    [InlineData("Api", "DefaultAuthorizer: AWS_IAM", "Authorizer: NONE", RouteAuthorization.None)]
    [InlineData("Api", "Authorizers: {Pool: {UserPoolArn: x}}, DefaultAuthorizer: Pool", "", RouteAuthorization.Authorizer)]
    [InlineData("Api", "Authorizers: {Pool: {UserPoolArn: x}}", "Authorizer: Pool", RouteAuthorization.Authorizer)]
    [InlineData("Api", "Authorizers: {Pool: {UserPoolArn: x}}", "", RouteAuthorization.None)]
    [InlineData("Api", "", "Authorizer: AWS_IAM", RouteAuthorization.Iam)]
    [InlineData("Api", "", "Authorizer: !Ref Open", RouteAuthorization.Unknown)]
    [InlineData("Api", "DefaultAuthorizer: !Ref Open", "", RouteAuthorization.Unknown)]
    [InlineData("Api", "ApiKeyRequired: true", "", RouteAuthorization.ApiKeyOnly)]
    [InlineData("Api", "ApiKeyRequired: true", "ApiKeyRequired: false", RouteAuthorization.None)]
    [InlineData("Api", "", "ApiKeyRequired: true", RouteAuthorization.ApiKeyOnly)]
    [InlineData("Api", "ApiKeyRequired: true, DefaultAuthorizer: AWS_IAM", "", RouteAuthorization.Iam)]
    [InlineData("Api", "ResourcePolicy: {IpRangeWhitelist: ['10.0.0.0/8']}", "", RouteAuthorization.ClosedByApi)]
    [InlineData("Api", "ResourcePolicy: {IpRangeBlacklist: ['10.0.0.0/8']}", "", RouteAuthorization.None)]
    [InlineData("Api", "ResourcePolicy: {CustomStatements: [{Effect: Allow, Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*'}]}", "",
        RouteAuthorization.None)]
    [InlineData("HttpApi", "", "", RouteAuthorization.None)]
    [InlineData("HttpApi", "Authorizers: {Jwt: {}}, DefaultAuthorizer: Jwt", "", RouteAuthorization.Authorizer)]
    [InlineData("HttpApi", "Authorizers: {Jwt: {}}, DefaultAuthorizer: Jwt", "Authorizer: NONE", RouteAuthorization.None)]
    [InlineData("HttpApi", "EnableIamAuthorizer: true", "Authorizer: AWS_IAM", RouteAuthorization.Iam)]
    public void A_route_asks_for_what_event_and_api_say(string type, string api, string @event, RouteAuthorization expected)
    {
        var id = type == "Api" ? "RestApiId" : "ApiId";
        foreach (var explicitly in new[] { true, false })
        {
            var text = explicitly
                ? $"Resources:\n  Front: {{Type: AWS::Serverless::{type}, Properties: {{StageName: live, Auth: {{{api}}}}}}}\n"
                : $"Globals: {{{type}: {{Auth: {{{api}}}}}}}\nResources:\n";
            var reference = explicitly ? $"{id}: !Ref Front, " : "";
            text += $"  It: {{Type: AWS::Serverless::Function, Properties: {{Events: {{Call: {{Type: {type}, Properties: {{{reference}Path: /a, Method: get, Auth: {{{@event}}}}}}}}}}}}}\n";
            var route = Assert.Single(Read.Sam("Parameters: {Open: {Type: String}}\n" + text).Function("It").Triggers).Route!;
            Assert.Equal((explicitly ? "Front" : $"Serverless{(type == "Api" ? "Rest" : "Http")}Api", "GET", "/a", expected),
                (route.Api, route.Method, route.Path, route.Authorization));
        }
    }

    [Theory]
    [InlineData("EndpointConfiguration: PRIVATE", RouteAuthorization.ClosedByApi)]
    [InlineData("EndpointConfiguration: {Type: PRIVATE}", RouteAuthorization.ClosedByApi)]
    [InlineData("EndpointConfiguration: {Type: !Ref Open}", RouteAuthorization.Unknown)]
    [InlineData("EndpointConfiguration: REGIONAL", RouteAuthorization.None)]
    [InlineData("DefinitionUri: api.yaml", RouteAuthorization.Unknown)]
    [InlineData("DefinitionBody: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: api.yaml}}}", RouteAuthorization.Unknown)]
    [InlineData("DefinitionUri: api.yaml, Auth: {DefaultAuthorizer: AWS_IAM}", RouteAuthorization.Iam)]
    [InlineData("DefinitionBody: {paths: {/a: {get: {security: [{sigv4: []}], x-amazon-apigateway-integration: {type: aws_proxy, uri: !Sub 'x/functions/${It.Arn}/invocations'}}}}}", RouteAuthorization.Iam)]
    public void An_api_closes_or_hides_its_routes(string api, RouteAuthorization expected)
    {
        var trigger = Assert.Single(Read.Sam($$$$$$"""
            Parameters: {Open: {Type: String}}
            Resources:
              Front: {Type: AWS::Serverless::Api, Properties: {StageName: live, {{{{{{api}}}}}} } }
              It: {Type: AWS::Serverless::Function, Properties: {Events: {Call: {Type: Api, Properties: {RestApiId: !Ref Front, Path: /a, Method: get}}}}}
            """).Function("It").Triggers);
        Assert.Equal(("Call", expected), (trigger.Name, trigger.Route!.Authorization));
    }

    [Theory]
    [InlineData("", "security: [{key: []}]", RouteAuthorization.ApiKeyOnly)]
    [InlineData("", "security: [{iam: []}]", RouteAuthorization.Iam)]
    [InlineData("", "security: [{custom: []}]", RouteAuthorization.Authorizer)]
    [InlineData("", "security: [{key: [], custom: []}]", RouteAuthorization.Authorizer)]
    [InlineData("", "security: []", RouteAuthorization.None)]
    [InlineData("", "x-amazon-apigateway-auth: {type: AWS_IAM}", RouteAuthorization.Iam)]
    [InlineData("", "security: [{nowhere: []}]", RouteAuthorization.Unknown)]
    [InlineData("security: [{custom: []}],", "summary: x", RouteAuthorization.Unknown)]
    [InlineData("", "summary: x", RouteAuthorization.None)]
    public void A_definition_within_the_template_has_routes(string root, string operation, RouteAuthorization expected)
    {
        var function = Read.Template($$$$$$"""
            Resources:
              Front:
                Type: AWS::ApiGateway::RestApi
                Properties:
                  Body: { {{{{{{root}}}}}} paths: {
                    '/a/{id}': {
                      post: { {{{{{{operation}}}}}}, x-amazon-apigateway-integration: {type: aws_proxy, uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${It.Arn}/invocations'}},
                      options: {x-amazon-apigateway-integration: {type: mock}}}},
                    securityDefinitions: {
                      key: {type: apiKey, name: x-api-key, in: header},
                      iam: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4},
                      custom: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authorizer: {type: token}}}}
              It: {Type: AWS::Lambda::Function, Properties: {}}
            """).Function("It");
        var trigger = Assert.Single(function.Triggers);
        Assert.Equal((TriggerKind.RestApi, "POST /a/{id}", expected), (trigger.Kind, trigger.Name, trigger.Route!.Authorization));
    }

    [Fact]
    public void Methods_have_the_path_of_their_resources_and_mocks_reach_nobody()
    {
        var triggers = Read.Template("""
            Parameters: {Open: {Type: String}}
            Resources:
              Front: {Type: AWS::ApiGateway::RestApi}
              A: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref Front, ParentId: !GetAtt Front.RootResourceId, PathPart: a}}
              B: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref Front, ParentId: !Ref A, PathPart: '{b}'}}
              Root: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Front, ResourceId: !GetAtt Front.RootResourceId, HttpMethod: ANY, AuthorizationType: AWS_IAM, Integration: &call {Type: AWS_PROXY, Uri: !Sub 'arn:aws:apigateway:x:lambda:path/2015-03-31/functions/${It.Arn}/invocations'}}}
              Deep: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Front, ResourceId: !Ref B, HttpMethod: get, AuthorizationType: NONE, Integration: *call}}
              Keyed: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Front, ResourceId: !Ref B, HttpMethod: PUT, AuthorizationType: NONE, ApiKeyRequired: true, Integration: *call}}
              Pool: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Front, ResourceId: !Ref B, HttpMethod: POST, AuthorizationType: COGNITO_USER_POOLS, Integration: *call}}
              Late: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Front, ResourceId: !Ref B, HttpMethod: PATCH, AuthorizationType: !Ref Open, Integration: *call}}
              Mock: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Front, ResourceId: !Ref B, HttpMethod: OPTIONS, AuthorizationType: NONE, Integration: {Type: MOCK}}}
              Live: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Front, MethodSettings: [{ResourcePath: '/a/{b}', HttpMethod: GET, ThrottlingRateLimit: 10}]}}
              It: {Type: AWS::Lambda::Function, Properties: {}}
            """).Function("It").Triggers;
        Assert.Equal(
            ["ANY / Iam", "GET /a/{b} None", "PATCH /a/{b} Unknown", "POST /a/{b} Authorizer", "PUT /a/{b} ApiKeyOnly"],
            triggers.Select(trigger => $"{trigger.Route!.Method} {trigger.Route.Path} {trigger.Route.Authorization}").Order(StringComparer.Ordinal));
        Assert.Equal(["Deep"], triggers.Where(trigger => trigger.Route!.Throttled.Is(true)).Select(trigger => trigger.Name));
    }

    [Fact]
    public void An_event_repeats_a_route_of_an_api_that_is_not_SAMs()
    {
        var triggers = Read.Sam("""
            Resources:
              Front: {Type: AWS::ApiGateway::RestApi}
              A: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref Front, ParentId: !GetAtt Front.RootResourceId, PathPart: a}}
              Get: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Front, ResourceId: !Ref A, HttpMethod: GET, AuthorizationType: AWS_IAM, Integration: {Type: AWS_PROXY, Uri: !Sub 'arn:aws:apigateway:x:lambda:path/2015-03-31/functions/${It.Arn}/invocations'}}}
              It: {Type: AWS::Serverless::Function, Properties: {Events: {Call: {Type: Api, Properties: {RestApiId: !Ref Front, Path: /a, Method: get}}, Other: {Type: Api, Properties: {RestApiId: !Ref Front, Path: /b, Method: get}}}}}
            """).Function("It").Triggers;
        Assert.Equal(["Call Iam", "Other None"], triggers.Select(trigger => $"{trigger.Name} {trigger.Route!.Authorization}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Second_version_apis_have_routes_targets_and_connections()
    {
        var application = Read.Template("""
            Resources:
              Http: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP, Name: h}}
              Quick: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP, Name: q, Target: !GetAtt Fast.Arn}}
              Call: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Http, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt It.Arn}}
              Open: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Http, RouteKey: 'GET /x', Target: !Join ['/', [integrations, !Ref Call]]}}
              Jwt: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Http, RouteKey: 'POST /x', AuthorizationType: JWT, Target: !Sub 'integrations/${Call}'}}
              Stage: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Http, StageName: $default, DefaultRouteSettings: {ThrottlingBurstLimit: 5}}}
              Chat: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: WEBSOCKET, Name: c, RouteSelectionExpression: x}}
              Say: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Chat, IntegrationType: AWS_PROXY, IntegrationUri: !Sub 'arn:aws:apigateway:x:lambda:path/2015-03-31/functions/${Talk.Arn}/invocations'}}
              Connect: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Chat, RouteKey: $connect, AuthorizationType: AWS_IAM, Target: !Sub 'integrations/${Say}'}}
              Message: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Chat, RouteKey: message, Target: !Sub 'integrations/${Say}'}}
              It: {Type: AWS::Lambda::Function, Properties: {}}
              Fast: {Type: AWS::Lambda::Function, Properties: {}}
              Talk: {Type: AWS::Lambda::Function, Properties: {}}
            """);
        Assert.Equal(["GET /x None True", "POST /x Authorizer True"], Shown("It"));
        Assert.Equal(["ANY $default None False"], Shown("Fast"));
        Assert.Equal(["ANY $connect Iam False", "ANY message Iam False"], Shown("Talk"));

        IEnumerable<string> Shown(string id) =>
            application.Function(id).Triggers.Select(trigger => $"{trigger.Route!.Method} {trigger.Route.Path} {trigger.Route.Authorization} {trigger.Route.Throttled.Value}");
    }

    [Fact]
    public void Sam_web_sockets_ask_on_connect()
    {
        var trigger = Assert.Single(Read.Sam("""
            Resources:
              Chat: {Type: AWS::Serverless::WebSocketApi, Properties: {Auth: {AuthType: AWS_IAM}, Routes: {$connect: {FunctionArn: !GetAtt It.Arn}}}}
              It: {Type: AWS::Serverless::Function}
            """).Function("It").Triggers);
        Assert.Equal((TriggerKind.WebSocketApi, RouteAuthorization.Iam), (trigger.Kind, trigger.Route!.Authorization));
    }

    [Theory]
    [InlineData("Type: AWS::Serverless::Api, Properties: {StageName: x, MethodSettings: [{ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: 5}]}", "Api",
        "RestApiId: !Ref Front,", true)]
    [InlineData("Type: AWS::Serverless::Api, Properties: {StageName: x}", "Api", "RestApiId: !Ref Front,", false)]
    [InlineData("Type: AWS::Serverless::Api, Properties: {StageName: x, Auth: {ApiKeyRequired: true, UsagePlan: {CreateUsagePlan: PER_API, Throttle: {RateLimit: 5}}}}", "Api",
        "RestApiId: !Ref Front,", true)]
    [InlineData("Type: AWS::Serverless::HttpApi, Properties: {DefaultRouteSettings: {ThrottlingRateLimit: 5}}", "HttpApi", "ApiId: !Ref Front,", true)]
    [InlineData("Type: AWS::Serverless::HttpApi", "HttpApi", "ApiId: !Ref Front, RouteSettings: {ThrottlingBurstLimit: 5},", true)]
    [InlineData("Type: AWS::Serverless::HttpApi", "HttpApi", "ApiId: !Ref Front,", false)]
    public void Throttling_is_found_where_it_stands(string api, string type, string @event, bool expected)
    {
        var trigger = Assert.Single(Read.Sam($$$$$$"""
            Resources:
              Front: { {{{{{{api}}}}}} }
              It: {Type: AWS::Serverless::Function, Properties: {Events: {Call: {Type: {{{{{{type}}}}}}, Properties: { {{{{{{@event}}}}}} Path: /a, Method: get}}}}}
            """).Function("It").Triggers);
        Assert.True(trigger.Route!.Throttled.Is(expected));
    }
}
