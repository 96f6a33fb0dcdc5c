using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Resources;

/// <summary>Everything else that may call a function: log filters, user pools, IoT rules, load balancers, GraphQL,
/// state machines.</summary>
internal static class OtherSources
{
    public static void Read(Draft draft)
    {
        foreach (var resource in draft.Template.Resources)
        {
            var properties = resource.Properties;
            switch (resource.Type)
            {
                case "AWS::Logs::SubscriptionFilter":
                    var group = properties["LogGroupName"].Text;
                    Add(
                        draft,
                        properties["DestinationArn"],
                        TriggerKind.Logs,
                        resource.Id,
                        group is null ? null : draft.Template.Names.Arn("logs", $"log-group:{group}:*"));
                    break;
                case "AWS::Cognito::UserPool":
                    foreach (var item in properties["LambdaConfig"].Entries)
                    {
                        Add(
                            draft,
                            item.IsMapping ? item["LambdaArn"] : item,
                            TriggerKind.Cognito,
                            item.Key,
                            draft.Template.Names.Of(resource).Arn);
                    }

                    break;
                case "AWS::IoT::TopicRule":
                    foreach (var action in properties["TopicRulePayload"]["Actions"].Elements)
                    {
                        Add(draft, action["Lambda"]["FunctionArn"], TriggerKind.Iot, resource.Id, draft.Template.Names.Of(resource).Arn);
                    }

                    break;
                case "AWS::ElasticLoadBalancingV2::TargetGroup" when properties["TargetType"].Text == "lambda":
                    foreach (var target in properties["Targets"].Elements)
                        Add(draft, target["Id"], TriggerKind.LoadBalancer, resource.Id, draft.Template.Names.Of(resource).Arn);
                    break;
                case "AWS::AppSync::DataSource":
                    Add(
                        draft,
                        properties["LambdaConfig"]["LambdaFunctionArn"],
                        TriggerKind.AppSync,
                        resource.Id,
                        GraphQl(draft, properties["ApiId"].Text));
                    break;
                case "AWS::Serverless::GraphQLApi":
                    foreach (var source in properties["DataSources"]["Lambda"].Entries)
                        Add(draft, source["FunctionArn"], TriggerKind.AppSync, source.Key, draft.Template.Names.Of(resource).Arn);
                    break;
                case "AWS::StepFunctions::StateMachine" or "AWS::Serverless::StateMachine":
                    StateMachines.Read(draft, resource);
                    break;
            }
        }
    }

    private static void Add(Draft draft, Item reference, TriggerKind kind, string name, string? source)
    {
        if (draft.Function(reference.Text) is not { } function) return;
        function.Triggers.Add(new() { Kind = kind, Name = name, Source = source, Location = reference.Location });
    }

    private static string? GraphQl(Draft draft, string? id) => id is null ? null : draft.ArnOf(id, "appsync", "apis/");
}
