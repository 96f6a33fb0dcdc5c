using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Resolving;
using ServerlessSec.Templates.Resources;
using ServerlessSec.Templates.Routes;
using ServerlessSec.Templates.Sam;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates;

/// <summary>SAM and CloudFormation templates, in YAML or JSON, to what they say about functions and what surrounds them.</summary>
public static class TemplateReader
{
    /// <exception cref="FormatException">It is no template: empty, binary, not a mapping, or without Resources.</exception>
    /// <exception cref="LimitReachedException">It asks for more than <see cref="ScanLimits"/> allow.</exception>
    public static ApplicationSnapshot Read(string file, ReadOnlyMemory<byte> content, TemplateOptions? options = null)
    {
        options ??= TemplateOptions.Default;
        if (content.Length > options.Limits.ManifestBytes)
            throw new LimitReachedException($"'{file}' is larger than {options.Limits.ManifestBytes} bytes");
        return Read(file, TemplateText.Decode(content.Span, file), options);
    }

    /// <inheritdoc cref="Read(string, ReadOnlyMemory{byte}, TemplateOptions)"/>
    public static ApplicationSnapshot Read(string file, string content, TemplateOptions? options = null)
    {
        options ??= TemplateOptions.Default;
        var template = Template.Load(file, content, options);
        var (draft, policies) = (new Draft(template), new Policies(template));
        foreach (var resource in template.Resources.Where(resource => resource.IsFunction))
            draft.Add(FunctionReader.Read(resource, template));
        ReadCallers(draft, policies);
        ReadSurroundings(draft, policies);
        var comments = Comments.Read(content, template);
        return new()
        {
            Name = file,
            Functions = [.. draft.Functions.Select(function => function.Finish(template))],
            Resources = ResourceReader.Read(template, policies),
            Deliveries = [.. draft.Deliveries],
            Comments = comments,
            Gaps = template.Gaps.Gaps,
        };
    }

    private static void ReadCallers(Draft draft, Policies policies)
    {
        var apis = new Apis(draft);
        var events = new SamEvents(draft, policies, apis);
        foreach (var function in draft.Functions.Where(function => function.Resource.IsSam))
        {
            events.Read(function);
            Permissions.ReadSamUrl(function);
        }

        apis.ReadRoutes();
        Mappings.Read(draft);
        Buckets.Read(draft);
        Topics.Read(draft);
        Queues.Read(draft);
        EventRules.Read(draft);
        OtherSources.Read(draft);
        Permissions.Read(draft);
    }

    private static void ReadSurroundings(Draft draft, Policies policies)
    {
        InvokeConfigs.Read(draft);
        new Connectors(draft, policies).Read();
        var (roles, groups) = (new RoleReader(draft.Template, policies), new LogGroups(draft.Template));
        foreach (var function in draft.Functions)
        {
            roles.Read(function);
            groups.Read(function);
        }

        foreach (var nested in draft.Template.OfType("AWS::Serverless::Application", "AWS::CloudFormation::Stack"))
        {
            draft.Template.Gaps.Unresolved(
                $"Resources.{nested.Id}",
                "nested template",
                $"'{nested.Id}' is a template of its own, which was not read: its functions are not seen.");
        }
    }
}
