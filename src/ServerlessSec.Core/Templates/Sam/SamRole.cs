using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Resources;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Sam;

/// <summary>The role that SAM makes for a function which names none.</summary>
internal static class SamRole
{
    public static ExecutionRole Read(FunctionDraft function, Template template, Policies policies, IEnumerable<PolicySnapshot> attached)
    {
        var (id, properties) = (function.Id + "Role", function.Properties);
        var path = properties["RolePath"].Text?.Trim('/') is { Length: > 0 } given ? given + "/" : "";
        var (partition, account) = (template.Resolver.Pseudo("AWS::Partition"), template.Resolver.Pseudo("AWS::AccountId"));
        return new()
        {
            Id = id,
            Arn = $"arn:{partition}:iam::{account}:role/{path}{Text.Hole(id)}",
            Location = properties["Policies"] is { IsAbsent: false } own ? own.Location : function.Resource.Location,
            Policies = [
                .. Basic(function, properties, policies),
                .. Distinct(function.AddedPolicies),
                .. Destinations(function, policies),
                .. properties["Policies"].Elements.Select(item => Policy(item, template, policies)),
                .. attached,
            ],
            Boundary = properties["PermissionsBoundary"] is { IsAbsent: false } boundary
                ? policies.Reference(boundary, PolicyKind.Boundary)
                : null,
            Trust = Trust(properties["AssumeRolePolicyDocument"], template, policies),
        };
    }

    private static IEnumerable<PolicySnapshot> Basic(FunctionDraft function, Item properties, Policies policies)
    {
        var location = function.Resource.Location;
        yield return policies.Managed(
            properties["DurableConfig"].IsAbsent ? "AWSLambdaBasicExecutionRole" : "AWSLambdaBasicDurableExecutionRolePolicy",
            location);
        if (!function.Configuration.Tracing.IsAbsent) yield return policies.Managed(policies.XRayPolicy, location);
        if (!properties["VpcConfig"].IsAbsent) yield return policies.Managed("AWSLambdaVPCAccessExecutionRole", location);
    }

    // SAM leaves out a policy whose document is already there.
    private static IEnumerable<PolicySnapshot> Distinct(List<PolicySnapshot> added) =>
        added.DistinctBy(policy => policy.Json ?? policy.Name);

    private static IEnumerable<PolicySnapshot> Destinations(FunctionDraft function, Policies policies)
    {
        var properties = function.Properties;
        if (properties["DeadLetterQueue"] is { IsAbsent: false } queue && queue["TargetArn"].Text is { } target)
        {
            yield return policies.Written(
                "DeadLetterQueuePolicy",
                queue.Location,
                Policies.Allow(queue["Type"].Exact == "SNS" ? "sns:Publish" : "sqs:SendMessage", target));
        }

        var destinations = properties["EventInvokeConfig"]["DestinationConfig"];
        var settings = new[]
        {
            (function.Configuration.OnSuccess, destinations["OnSuccess"]),
            (function.Configuration.OnFailure, destinations["OnFailure"]),
        };
        foreach (var (setting, config) in settings)
        {
            if (!setting.IsKnown) continue;
            var name = $"{function.Id}EventInvokeConfig{config.Key}";
            if (DestinationGrant(policies, name, config["Type"].Exact, setting.Value!, config.Location) is { } grant) yield return grant;
        }
    }

    public static PolicySnapshot? DestinationGrant(
        Policies policies,
        string name,
        string? type,
        string arn,
        SourceLocation location) => type switch
        {
            "SQS" => policies.Written(name + "SQSPolicy", location, Policies.Allow("sqs:SendMessage", arn)),
            "SNS" => policies.Written(name + "SNSPolicy", location, Policies.Allow("sns:Publish", arn)),
            "EventBridge" => policies.Written(name + "EventBridgePolicy", location, Policies.Allow("events:PutEvents", arn)),
            "Lambda" => policies.Written(name + "LambdaPolicy", location, Policies.Allow("lambda:InvokeFunction", arn)),
            "S3" or "S3Bucket" => policies.Written(
                name + "S3Policy",
                location,
                Policies.Allow("s3:PutObject", arn + "/*"),
                Policies.Allow("s3:ListBucket", arn)),
            _ => null,
        };

    private static PolicySnapshot Policy(Item item, Template template, Policies policies)
    {
        if (!item.IsMapping) return policies.Reference(item);
        if (!item["Statement"].IsAbsent)
            return policies.Document(PolicyKind.Inline, $"{template.ById(item.Path.Split('.')[1])?.Id}RolePolicy{item.Key}", item);
        if (!item["Effect"].IsAbsent)
        {
            var document = item.With(Nodes.Map(new Entry("Statement", Nodes.List([item.Node!]), 0, 0)));
            return policies.Document(PolicyKind.Inline, $"RolePolicy{item.Key}", document) with { StatementLocations = [item.Location] };
        }

        var named = item.Entries.FirstOrDefault();
        if (named is not null && SamPolicyTemplates.Expand(named, template) is { } json)
        {
            return new()
            {
                Kind = PolicyKind.SamTemplate,
                Name = named.Key,
                Json = json.Text,
                Location = named.Location,
                StatementLocations = [.. Enumerable.Repeat(named.Location, json.Statements)],
            };
        }

        var name = named?.Key ?? item.Path;
        template.Gaps.Unresolved(
            item.Path,
            "unknown policy template",
            $"Policy template '{name}' (line {item.Location.Line}) is not known.");
        return new() { Kind = PolicyKind.SamTemplate, Name = name, Location = item.Location };
    }

    private static PolicySnapshot Trust(Item given, Template template, Policies policies)
    {
        if (!given.IsAbsent) return policies.Document(PolicyKind.Trust, "trust", given);
        var statement = Nodes.Map(
            Nodes.Entry("Effect", "Allow"),
            new("Principal", Nodes.Map(Nodes.Entry("Service", "lambda.amazonaws.com")), 0, 0),
            Nodes.Entry("Action", "sts:AssumeRole"));
        var document = Nodes.Map(Nodes.Entry("Version", "2012-10-17"), new("Statement", Nodes.List([statement]), 0, 0));
        return new() { Kind = PolicyKind.Trust, Name = "trust", Json = TemplateJson.Write(document, template.Budget) };
    }
}
