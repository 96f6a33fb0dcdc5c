using System.Collections.Immutable;
using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Resources;

/// <summary>Everything in the template that is no function, with the policies that stand on it.</summary>
internal static class ResourceReader
{
    public static ImmutableArray<ResourceSnapshot> Read(Template template, Policies policies)
    {
        var attached = Attached(template, policies);
        return [.. template.Resources
            .Where(resource => !resource.IsFunction)
            .Select(resource => Read(resource, template, attached, policies))];
    }

    private static ResourceSnapshot Read(
        TemplateResource resource,
        Template template,
        ILookup<string, PolicySnapshot> attached,
        Policies policies)
    {
        var (names, properties) = (template.Names.Of(resource), resource.Properties);
        return new()
        {
            Id = resource.Id,
            Kind = KindOf(resource.Type),
            Type = resource.Type,
            Arn = names.Arn,
            Location = resource.Location,
            DeadLetterTarget = resource.Type == "AWS::SQS::Queue"
                ? Queues.DeadLetterTarget(properties["RedrivePolicy"])
                : Setting.Absent<string>(),
            Policies = [.. Own(resource, policies), .. attached[names.Ref]],
            Properties = properties.Entries.DistinctBy(item => item.Key)
                .ToImmutableSortedDictionary(
                    item => item.Key,
                    item => TemplateJson.Write(item.Node!, template.Budget),
                    StringComparer.Ordinal),
        };
    }

    private static IEnumerable<PolicySnapshot> Own(TemplateResource resource, Policies policies)
    {
        var property = resource.Type switch
        {
            "AWS::KMS::Key" => "KeyPolicy",
            "AWS::ApiGateway::RestApi" or "AWS::Events::EventBus" => "Policy",
            "AWS::DynamoDB::Table" or "AWS::Kinesis::Stream" => "ResourcePolicy",
            "AWS::Logs::LogGroup" => "ResourcePolicyDocument",
            _ => null,
        };
        if (property is null || resource.Properties[property] is not { IsAbsent: false } policy) yield break;
        yield return policies.Document(
            PolicyKind.Resource,
            property,
            policy["PolicyDocument"] is { IsAbsent: false, IsMapping: true } inner ? inner : policy);
    }

    /// <summary>Policies that are resources of their own, by what <c>Ref</c> gives for what they stand on.</summary>
    private static ILookup<string, PolicySnapshot> Attached(Template template, Policies policies)
    {
        var pairs = new List<(string Target, PolicySnapshot Policy)>();
        foreach (var resource in template.Resources)
        {
            var target = resource.Type switch
            {
                "AWS::S3::BucketPolicy" => "Bucket",
                "AWS::SQS::QueuePolicy" => "Queues",
                "AWS::SNS::TopicPolicy" => "Topics",
                "AWS::SecretsManager::ResourcePolicy" => "SecretId",
                "AWS::Events::EventBusPolicy" => "EventBusName",
                _ => null,
            };
            if (target is null) continue;
            var document = resource.Properties[resource.Type switch
            {
                "AWS::SecretsManager::ResourcePolicy" => "ResourcePolicy",
                "AWS::Events::EventBusPolicy" => "Statement",
                _ => "PolicyDocument",
            }];
            if (document.Key == "Statement")
                document = document.With(Nodes.Map(new Entry("Statement", document.Node ?? Nodes.List([]), 0, 0)));
            var policy = policies.Document(PolicyKind.Resource, resource.Id, document);
            pairs.AddRange(resource.Properties[target].Texts().Distinct(StringComparer.Ordinal).Select(text => (text, policy)));
        }

        return pairs.ToLookup(pair => pair.Target, pair => pair.Policy, StringComparer.Ordinal);
    }

    private static ResourceKind KindOf(string type) => type switch
    {
        "AWS::S3::Bucket" => ResourceKind.Bucket,
        "AWS::SQS::Queue" => ResourceKind.Queue,
        "AWS::SNS::Topic" => ResourceKind.Topic,
        "AWS::DynamoDB::Table" or "AWS::DynamoDB::GlobalTable" or "AWS::Serverless::SimpleTable" => ResourceKind.Table,
        "AWS::Kinesis::Stream" => ResourceKind.Stream,
        "AWS::Events::EventBus" => ResourceKind.EventBus,
        "AWS::Events::Rule" => ResourceKind.Rule,
        "AWS::ApiGateway::RestApi" or "AWS::ApiGatewayV2::Api" or "AWS::Serverless::Api" or "AWS::Serverless::HttpApi"
            or "AWS::Serverless::WebSocketApi" or "AWS::Serverless::GraphQLApi" or "AWS::AppSync::GraphQLApi" => ResourceKind.Api,
        "AWS::StepFunctions::StateMachine" or "AWS::Serverless::StateMachine" => ResourceKind.StateMachine,
        _ => ResourceKind.Other,
    };
}
