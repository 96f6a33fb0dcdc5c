using System.Collections.Immutable;
using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Sam;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Resources;

/// <summary>A function's own properties, whether SAM's or CloudFormation's.</summary>
internal static class FunctionReader
{
    // Read here or by the rooms' other readers; everything else is kept as it is.
    private static readonly HashSet<string> Modelled = new(StringComparer.Ordinal)
    {
        "FunctionName", "Runtime", "Handler", "PackageType", "Timeout", "MemorySize", "ReservedConcurrentExecutions",
        "Tracing", "TracingConfig",
        "KmsKeyArn", "Environment", "DeadLetterQueue", "DeadLetterConfig", "EventInvokeConfig", "RecursiveLoop", "Architectures", "CodeUri",
        "InlineCode", "ImageUri", "Code", "Layers", "Role", "Policies", "PermissionsBoundary", "Events",
        "FunctionUrlConfig", "Tags", "LoggingConfig",
    };

    public static FunctionDraft Read(TemplateResource resource, Template template)
    {
        var function = new FunctionDraft(resource, template.Names.Of(resource));
        var properties = resource.Properties;
        function.Configuration = resource.IsSam ? Sam(function, properties, template) : Plain(properties);
        function.Configuration = function.Configuration with
        {
            Environment = FunctionEnvironment.Read(function, template),
            Architectures = [.. properties["Architectures"].Texts()],
            InVpc = IsInVpc(properties["VpcConfig"]),
            Other = Other(properties, template.Budget),
        };
        function.Package = FunctionPackage.Read(resource, template);
        function.Tags = Tags(properties["Tags"]);
        function.Alias = resource.IsSam ? properties["AutoPublishAlias"].Text : null;
        ReportUnknown(function);
        return function;
    }

    private static FunctionConfiguration Common(Item properties, bool isImage) => new()
    {
        FunctionName = properties["FunctionName"].Name(),
        Runtime = properties["Runtime"].Word(),
        Handler = properties["Handler"].Word(),
        PackageType = properties["PackageType"].Word() is { IsAbsent: false } given ? given : Setting.Known(isImage ? "Image" : "Zip"),
        Timeout = properties["Timeout"].Number(),
        MemorySize = properties["MemorySize"].Number(),
        ReservedConcurrency = properties["ReservedConcurrentExecutions"].Number(),
        KmsKeyArn = properties["KmsKeyArn"].Name(),
        RecursiveLoop = properties["RecursiveLoop"].Word(),
    };

    private static FunctionConfiguration Plain(Item properties) => Common(properties, !properties["Code"]["ImageUri"].IsAbsent) with
    {
        Tracing = properties["TracingConfig"]["Mode"].Word(),
        DeadLetterTarget = properties["DeadLetterConfig"]["TargetArn"].Name(),
    };

    private static FunctionConfiguration Sam(FunctionDraft function, Item properties, Template template)
    {
        var invoke = properties["EventInvokeConfig"];
        var tracing = properties["Tracing"].Word();
        return Common(properties, !properties["ImageUri"].IsAbsent) with
        {
            // SAM: 'Disabled' is the same as leaving it out.
            Tracing = tracing.Is("Disabled") ? Setting.Absent<string>() : tracing,
            DeadLetterTarget = properties["DeadLetterQueue"]["TargetArn"].Name(),
            OnFailure = Destination(function, invoke["DestinationConfig"]["OnFailure"], template),
            OnSuccess = Destination(function, invoke["DestinationConfig"]["OnSuccess"], template),
            MaximumRetryAttempts = invoke["MaximumRetryAttempts"].Number(),
        };
    }

    // A queue or topic that is asked for without a name is made by SAM.
    private static Setting<string> Destination(FunctionDraft function, Item destination, Template template)
    {
        if (!destination["Destination"].IsAbsent || destination.IsAbsent) return destination["Destination"].Name();
        var id = $"{function.Id}EventInvokeConfig{destination.Key}";
        return destination["Type"].Exact switch
        {
            "SQS" => Setting.Known(SamGenerated.Arn(template, id + "Queue", "sqs"), destination.Location),
            "SNS" => Setting.Known(SamGenerated.Arn(template, id + "Topic", "sns"), destination.Location),
            _ => Setting.Unknown<string>(destination.Location),
        };
    }

    private static bool IsInVpc(Item vpc) => vpc.IsUnknown || vpc["SubnetIds"].IsUnknown || vpc["SubnetIds"].Elements.Any();

    private static ImmutableSortedDictionary<string, string> Other(Item properties, StepBudget budget) =>
        properties.Entries.Where(item => !Modelled.Contains(item.Key)).DistinctBy(item => item.Key)
            .ToImmutableSortedDictionary(item => item.Key, item => TemplateJson.Write(item.Node!, budget), StringComparer.Ordinal);

    private static ImmutableSortedDictionary<string, string> Tags(Item tags)
    {
        var pairs = tags.IsMapping
            ? tags.Entries.Select(item => (item.Key, item.Text ?? ""))
            : tags.Elements.Where(item => item["Key"].Text is not null).Select(item => (item["Key"].Text!, item["Value"].Text ?? ""));
        return pairs
            .DistinctBy(pair => pair.Item1)
            .ToImmutableSortedDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal);
    }

    private static void ReportUnknown(FunctionDraft function)
    {
        var c = function.Configuration;
        Report(c.FunctionName);
        Report(c.Runtime);
        Report(c.Handler);
        Report(c.PackageType);
        Report(c.Timeout);
        Report(c.MemorySize);
        Report(c.ReservedConcurrency);
        Report(c.Tracing);
        Report(c.KmsKeyArn);
        Report(c.DeadLetterTarget);
        Report(c.OnFailure);
        Report(c.OnSuccess);
        Report(c.MaximumRetryAttempts);
        Report(c.RecursiveLoop);
        if (function.Package.Code.IsUnknown) function.Unresolved(function.Package.Code.Location, Evidence.Package);

        void Report<T>(Setting<T> setting)
        {
            if (setting.IsUnknown) function.Unresolved(setting.Location, Evidence.Configuration);
        }
    }
}
