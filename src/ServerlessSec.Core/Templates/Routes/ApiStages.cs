namespace ServerlessSec.Templates.Routes;

/// <summary>Rate limits that stand in stages, deployments and usage plans rather than in their API.</summary>
internal static class ApiStages
{
    public static void Read(Template template, Func<string?, Api?> find)
    {
        foreach (var resource in template.Resources)
        {
            var properties = resource.Properties;
            switch (resource.Type)
            {
                case "AWS::ApiGateway::Stage":
                    find(properties["RestApiId"].Text)?.Throttling.AddMethods(properties["MethodSettings"]);
                    break;
                case "AWS::ApiGateway::Deployment":
                    var description = properties["StageDescription"];
                    find(properties["RestApiId"].Text)?.Throttling.AddMethods(description["MethodSettings"]);
                    find(properties["RestApiId"].Text)?.Throttling.AddDefault(description);
                    break;
                case "AWS::ApiGatewayV2::Stage":
                    find(properties["ApiId"].Text)?.Throttling.AddDefault(properties["DefaultRouteSettings"]);
                    find(properties["ApiId"].Text)?.Throttling.AddRoutes(properties["RouteSettings"]);
                    break;
                case "AWS::ApiGateway::UsagePlan" when !properties["Throttle"].IsAbsent:
                    foreach (var stage in properties["ApiStages"].Elements) find(stage["ApiId"].Text)?.Throttling.AddPlan();
                    break;
            }
        }
    }
}
