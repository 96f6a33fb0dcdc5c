using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Resolving;

/// <summary>What <c>Ref</c> and <c>Fn::GetAtt</c> give for a resource, so that the same thing has the same text however
/// it is named.</summary>
internal sealed class ResourceNames(Resolver resolver)
{
    private const string Anywhere = "{P}:{S}:{R}:{A}:";
    private readonly Dictionary<string, TemplateResource> generated = new(StringComparer.Ordinal);
    private readonly Stack<string> naming = new();

    /// <summary>Makes a resource that SAM will add known by its id.</summary>
    public void Generate(TemplateResource resource) => generated.TryAdd(resource.Id, resource);

    public TemplateResource? Generated(string id) => generated.GetValueOrDefault(id);

    public Names Of(TemplateResource resource)
    {
        if (resource.Names is { } known) return known;
        if (resource.IsNaming) return Cyclic(resource);
        resource.IsNaming = true;
        naming.Push(resource.Id);
        var names = Make(resource);
        naming.Pop();
        resource.IsNaming = false;
        return resource.Names = names;
    }

    public string Attribute(TemplateResource resource, string attribute) => attribute switch
    {
        "Arn" or "TopicArn" or "LayerVersionArn" or "AliasArn" or "StateMachineArn" or "PolicyArn" or "UserPoolArn"
            or "LoggingConfigurationArn"
            when Form(resource.Type) is not null => Of(resource).Arn,
        "StreamArn" when resource.Type is "AWS::Kinesis::Stream" => Of(resource).Arn,
        "StreamArn" when Form(resource.Type) is not null => $"{Of(resource).Arn}/stream/{Hole(resource, "StreamLabel")}",
        "QueueUrl" when resource.Type is "AWS::SQS::Queue" => Of(resource).Ref,
        "QueueName" or "TopicName" or "TableName" or "FunctionName" or "RepositoryName" or "Name"
            when Form(resource.Type) is { NameProperty: not null } => Of(resource).Name,
        "FunctionArn" when resource.RawProperties?["TargetFunctionArn"] is { } target => Text(target) ?? Hole(resource, attribute),
        "ApiId" or "RestApiId" when resource.Type is "AWS::Serverless::HttpApi" or "AWS::Serverless::Api"
            or "AWS::ApiGateway::RestApi" or "AWS::ApiGatewayV2::Api" =>
            Of(resource).Name,
        "Alias" when resource.IsFunction && resource.RawProperties?["AutoPublishAlias"] is { } alias => $"{Of(resource).Arn}:{Text(alias)}",
        "Version" when resource.IsFunction => $"{Of(resource).Arn}:{Hole(resource, "Version")}",
        "Stage" when resource.IsSam && resource.RawProperties?["StageName"] is { } stage => Text(stage) ?? Hole(resource, attribute),
        "RegionalDomainName" when resource.Type == "AWS::S3::Bucket" =>
            $"{Of(resource).Name}.s3.{resolver.Pseudo("AWS::Region")}.{resolver.Pseudo("AWS::URLSuffix")}",
        "DomainName" when resource.Type == "AWS::S3::Bucket" => $"{Of(resource).Name}.s3.{resolver.Pseudo("AWS::URLSuffix")}",
        _ => Hole(resource, attribute),
    };

    /// <summary>An ARN in the deployment's own partition, Region and account.</summary>
    public string Arn(string service, string rest) => Fill($"arn:{Anywhere}{{N}}", service, rest);

    private static string Hole(TemplateResource resource, string attribute) => Snapshots.Text.Hole($"{resource.Id}.{attribute}");

    private Names Cyclic(TemplateResource resource)
    {
        var ring = string.Join("', '", naming.Reverse().SkipWhile(id => id != resource.Id).Order(StringComparer.Ordinal));
        resolver.Gaps.Unresolved(
            $"Resources.{resource.Id}",
            "cyclic reference",
            $"The names of '{ring}' are built from each other, a cycle that cannot be resolved.");
        var hole = Snapshots.Text.Hole(resource.Id);
        return new(hole, Form(resource.Type) is { } form ? Fill(form.Arn, form.Service, hole) : Hole(resource, "Arn"), hole);
    }

    private Names Make(TemplateResource resource)
    {
        var hole = Snapshots.Text.Hole(resource.Id);
        if (Form(resource.Type) is not { } form) return new(hole, Hole(resource, "Arn"), hole);
        var name = form.NameProperty is not null
            && resource.RawProperties?[form.NameProperty] is { } given
            && Text(given, resource.Id) is { Length: > 0 } text
            ? text
            : hole;
        return resource.Type switch
        {
            "AWS::Lambda::Version" or "AWS::Lambda::Alias" => Qualified(resource, name),
            "AWS::Events::Rule" => InBus(resource, name),
            "AWS::IAM::Role" or "AWS::IAM::ManagedPolicy" or "AWS::IAM::User" or "AWS::IAM::Group" => InPath(resource, form, name),
            "AWS::SQS::Queue" => new(name, Fill(form.Arn, form.Service, name), Fill("https://sqs.{R}.{U}/{A}/{N}", "", name)),
            "AWS::SSM::Parameter" => new(name, Fill(form.Arn, form.Service, name.TrimStart('/')), name),
            "AWS::SecretsManager::Secret" when name != hole => Same(
                name,
                Fill(form.Arn, form.Service, $"{name}-{Hole(resource, "Suffix")}")),
            "AWS::Lambda::LayerVersion" or "AWS::Serverless::LayerVersion" => Same(
                name,
                Fill(form.Arn, form.Service, $"{name}:{Hole(resource, "Version")}")),
            _ when form.RefIsArn => Same(name, Fill(form.Arn, form.Service, name)),
            _ => new(name, Fill(form.Arn, form.Service, name), name),
        };
    }

    private static Names Same(string name, string arn) => new(name, arn, arn);

    private Names Qualified(TemplateResource resource, string name)
    {
        var function = resource.RawProperties?["FunctionName"] is { } given ? Text(given, resource.Id) : null;
        var arn = function is null ? Hole(resource, "FunctionArn") : FunctionArn(function);
        var qualifier = resource.Type == "AWS::Lambda::Version" ? Hole(resource, "Version") : name;
        return Same(qualifier, $"{arn}:{qualifier}");
    }

    /// <summary>The unqualified ARN for any way of naming a function.</summary>
    public string FunctionArn(string reference) =>
        ArnText.FunctionName(reference) is var (name, _) ? Arn("lambda", $"function:{name}") : reference;

    private Names InBus(TemplateResource resource, string name)
    {
        var bus = resource.RawProperties?["EventBusName"] is { } given ? ArnText.LastPart(Text(given, resource.Id) ?? "") : "";
        return new(name, Arn("events", bus is "" or "default" ? $"rule/{name}" : $"rule/{bus}/{name}"), name);
    }

    private Names InPath(TemplateResource resource, NameForm form, string name)
    {
        var path = resource.RawProperties?["Path"] is { } given && Text(given, resource.Id) is { Length: > 0 } text ? text : "/";
        var arn = Fill(form.Arn, form.Service, path.Trim('/') is "" ? name : $"{path.Trim('/')}/{name}");
        return new(name, arn, form.RefIsArn ? arn : name);
    }

    private string? Text(Node node, string? owner = null) => resolver.Text(node, owner);

    private string Fill(string pattern, string service, string name)
    {
        var text = new System.Text.StringBuilder(pattern.Length + 64);
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '{')
            {
                text.Append(pattern[i]);
                continue;
            }

            text.Append(pattern[i + 1] switch
            {
                'P' => resolver.Pseudo("AWS::Partition"),
                'R' => resolver.Pseudo("AWS::Region"),
                'A' => resolver.Pseudo("AWS::AccountId"),
                'U' => resolver.Pseudo("AWS::URLSuffix"),
                'S' => service,
                _ => name,
            });
            i += 2;
        }

        return text.ToString();
    }

    private sealed record NameForm(string Service, string? NameProperty, string Arn, bool RefIsArn = false);

    private static NameForm Usual(string service, string? property, string resource, bool refIsArn = false) =>
        new(service, property, $"arn:{Anywhere}{resource}", refIsArn);

    // https://docs.aws.amazon.com/service-authorization/latest/reference/: ARN forms per service.
    private static readonly Dictionary<string, NameForm> Forms = new(StringComparer.Ordinal)
    {
        ["AWS::S3::Bucket"] = new("s3", "BucketName", "arn:{P}:s3:::{N}"),
        ["AWS::SQS::Queue"] = Usual("sqs", "QueueName", "{N}"),
        ["AWS::SNS::Topic"] = Usual("sns", "TopicName", "{N}", true),
        ["AWS::DynamoDB::Table"] = Usual("dynamodb", "TableName", "table/{N}"),
        ["AWS::DynamoDB::GlobalTable"] = Usual("dynamodb", "TableName", "table/{N}"),
        ["AWS::Serverless::SimpleTable"] = Usual("dynamodb", "TableName", "table/{N}"),
        ["AWS::Kinesis::Stream"] = Usual("kinesis", "Name", "stream/{N}"),
        ["AWS::KinesisFirehose::DeliveryStream"] = Usual("firehose", "DeliveryStreamName", "deliverystream/{N}"),
        ["AWS::Events::EventBus"] = Usual("events", "Name", "event-bus/{N}"),
        ["AWS::Events::Rule"] = Usual("events", "Name", "rule/{N}"),
        ["AWS::Scheduler::Schedule"] = Usual("scheduler", "Name", "schedule/default/{N}"),
        ["AWS::Pipes::Pipe"] = Usual("pipes", "Name", "pipe/{N}"),
        ["AWS::StepFunctions::StateMachine"] = Usual("states", "StateMachineName", "stateMachine:{N}", true),
        ["AWS::Serverless::StateMachine"] = Usual("states", "Name", "stateMachine:{N}", true),
        ["AWS::StepFunctions::Activity"] = Usual("states", "Name", "activity:{N}", true),
        ["AWS::Lambda::Function"] = Usual("lambda", "FunctionName", "function:{N}"),
        ["AWS::Serverless::Function"] = Usual("lambda", "FunctionName", "function:{N}"),
        ["AWS::Lambda::Version"] = Usual("lambda", null, "function:{N}", true),
        ["AWS::Lambda::Alias"] = Usual("lambda", "Name", "function:{N}", true),
        ["AWS::Lambda::LayerVersion"] = Usual("lambda", "LayerName", "layer:{N}", true),
        ["AWS::Serverless::LayerVersion"] = Usual("lambda", "LayerName", "layer:{N}", true),
        ["AWS::IAM::Role"] = new("iam", "RoleName", "arn:{P}:iam::{A}:role/{N}"),
        ["AWS::IAM::User"] = new("iam", "UserName", "arn:{P}:iam::{A}:user/{N}"),
        ["AWS::IAM::Group"] = new("iam", "GroupName", "arn:{P}:iam::{A}:group/{N}"),
        ["AWS::IAM::ManagedPolicy"] = new("iam", "ManagedPolicyName", "arn:{P}:iam::{A}:policy/{N}", true),
        ["AWS::ApiGateway::RestApi"] = new("apigateway", null, "arn:{P}:apigateway:{R}::/restapis/{N}"),
        ["AWS::Serverless::Api"] = new("apigateway", null, "arn:{P}:apigateway:{R}::/restapis/{N}"),
        ["AWS::ApiGatewayV2::Api"] = new("apigateway", null, "arn:{P}:apigateway:{R}::/apis/{N}"),
        ["AWS::Serverless::HttpApi"] = new("apigateway", null, "arn:{P}:apigateway:{R}::/apis/{N}"),
        ["AWS::Serverless::WebSocketApi"] = new("apigateway", null, "arn:{P}:apigateway:{R}::/apis/{N}"),
        ["AWS::AppSync::GraphQLApi"] = Usual("appsync", null, "apis/{N}", true),
        ["AWS::Logs::LogGroup"] = Usual("logs", "LogGroupName", "log-group:{N}:*"),
        ["AWS::KMS::Key"] = Usual("kms", null, "key/{N}"),
        ["AWS::SecretsManager::Secret"] = Usual("secretsmanager", "Name", "secret:{N}", true),
        ["AWS::SSM::Parameter"] = Usual("ssm", "Name", "parameter/{N}"),
        ["AWS::Cognito::UserPool"] = Usual("cognito-idp", null, "userpool/{N}"),
        ["AWS::IoT::TopicRule"] = Usual("iot", "RuleName", "rule/{N}"),
        ["AWS::ECR::Repository"] = Usual("ecr", "RepositoryName", "repository/{N}"),
        ["AWS::CodeCommit::Repository"] = Usual("codecommit", "RepositoryName", "{N}"),
        ["AWS::CodeBuild::Project"] = Usual("codebuild", "Name", "project/{N}"),
        ["AWS::ElasticLoadBalancingV2::TargetGroup"] = Usual("elasticloadbalancing", null, "targetgroup/{N}", true),
        ["AWS::ElasticLoadBalancingV2::Listener"] = Usual("elasticloadbalancing", null, "listener/{N}", true),
        ["AWS::MSK::Cluster"] = Usual("kafka", null, "cluster/{N}", true),
        ["AWS::MSK::ServerlessCluster"] = Usual("kafka", null, "cluster/{N}", true),
        ["AWS::AmazonMQ::Broker"] = Usual("mq", null, "broker:{N}"),
        ["AWS::DocDB::DBCluster"] = Usual("rds", "DBClusterIdentifier", "cluster:{N}"),
        ["AWS::RDS::DBCluster"] = Usual("rds", "DBClusterIdentifier", "cluster:{N}"),
    };

    private static NameForm? Form(string type) => Forms.GetValueOrDefault(type);
}
