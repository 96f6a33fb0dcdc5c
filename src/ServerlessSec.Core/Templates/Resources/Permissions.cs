using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Resources;

/// <summary>Who may call a function: permissions, and function URLs with those that SAM adds to them.</summary>
internal static class Permissions
{
    public static void Read(Draft draft)
    {
        foreach (var resource in draft.Template.OfType("AWS::Lambda::Permission"))
        {
            var properties = resource.Properties;
            if (draft.Function(properties["FunctionName"].Text, out var qualifier) is { } function)
                function.Grants.Add(Grant(resource, properties, qualifier));
        }

        foreach (var resource in draft.Template.OfType("AWS::Lambda::Url"))
        {
            var properties = resource.Properties;
            if (draft.Function(properties["TargetFunctionArn"].Text) is not { } function) continue;
            function.Url = Url(function, properties, properties["AuthType"]);
        }
    }

    /// <summary>The URL of a SAM function, and the two public statements that SAM writes for an open one.</summary>
    public static void ReadSamUrl(FunctionDraft function)
    {
        var config = function.Properties["FunctionUrlConfig"];
        if (config.IsAbsent) return;
        function.Url = Url(function, config, config["AuthType"]);
        if (!function.Url.AuthType.Is("NONE")) return;
        var grant = new Grant
        {
            Sid = function.Id + "UrlPublicPermissions",
            Principal = "*",
            Action = "lambda:InvokeFunctionUrl",
            Qualifier = function.Alias,
            UrlAuthType = "NONE",
            Location = config.Location,
        };
        function.Grants.Add(grant);
        function.Grants.Add(grant with
        {
            Sid = function.Id + "URLInvokeAllowPublicAccess",
            Action = "lambda:InvokeFunction",
            UrlAuthType = null,
            ViaUrlOnly = true,
        });
    }

    private static FunctionUrl Url(FunctionDraft function, Item config, Item type)
    {
        var url = new FunctionUrl { AuthType = type.Word(), Location = type.IsAbsent ? config.Location : type.Location };
        if (url.AuthType.IsUnknown) function.Unresolved(type);
        return url;
    }

    private static Grant Grant(TemplateResource resource, Item properties, string? qualifier)
    {
        var restrictions = new[]
        {
            properties["SourceArn"],
            properties["SourceAccount"],
            properties["PrincipalOrgID"],
            properties["FunctionUrlAuthType"],
            properties["EventSourceToken"],
        };
        return new()
        {
            Sid = resource.Id,
            Principal = properties["Principal"].Text ?? Text.Hole(properties["Principal"].Path),
            Action = properties["Action"].Text ?? Text.Hole(properties["Action"].Path),
            Qualifier = qualifier,
            SourceArn = Known(properties["SourceArn"]),
            SourceAccount = Known(properties["SourceAccount"]),
            OrganizationId = Known(properties["PrincipalOrgID"]),
            UrlAuthType = Known(properties["FunctionUrlAuthType"]),
            EventSourceToken = Known(properties["EventSourceToken"]),
            ViaUrlOnly = properties["InvokedViaFunctionUrl"].IsTrue,
            IsUnknown = restrictions.Any(item => item.IsUnknown),
            Location = resource.Location,
        };
    }

    private static string? Known(Item item) => item.IsUnknown ? null : item.Text;
}
