using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Sam;

/// <summary>The resources that SAM adds under ids of its own, so that a template may refer to them.</summary>
internal static class SamGenerated
{
    public static void Declare(Template template)
    {
        foreach (var resource in template.Resources.Where(resource => resource.IsSam))
        {
            if (resource.Type is "AWS::Serverless::Function" or "AWS::Serverless::StateMachine")
                Add(template, resource, resource.Id + "Role", "AWS::IAM::Role");
            if (resource.Type == "AWS::Serverless::Function") DeclareAlias(template, resource);
            if (resource.RawProperties?["Events"] is not Mapping events) continue;
            foreach (var entry in events.Entries)
            {
                var type = ((entry.Value as Mapping)?["Type"] as Scalar)?.Text;
                if (type is "Schedule" or "CloudWatchEvent" or "EventBridgeRule")
                    Add(template, resource, resource.Id + entry.Key, "AWS::Events::Rule");
                if (type == "SNS") Add(template, resource, $"{resource.Id}{entry.Key}Queue", "AWS::SQS::Queue");
            }
        }
    }

    /// <summary>ARN of a queue or topic that SAM makes because none is named.</summary>
    public static string Arn(Template template, string id, string service) => template.Names.Arn(service, Snapshots.Text.Hole(id));

    private static void DeclareAlias(Template template, TemplateResource function)
    {
        if (function.RawProperties?["AutoPublishAlias"] is not { } given || template.Resolver.Text(given) is not { } alias) return;
        var properties = new Mapping(
            [new("FunctionName", Scalar.Of(template.Names.Of(function).Name, given), 0, 0), new("Name", Scalar.Of(alias, given), 0, 0)],
            given.Line,
            given.Column);
        template.Names.Generate(new($"{function.Id}Alias{alias}", "AWS::Lambda::Alias", function.Body, properties, function.Location));
    }

    private static void Add(Template template, TemplateResource owner, string id, string type) =>
        template.Names.Generate(new(id, type, owner.Body, null, owner.Location));
}
