using System.Collections.Immutable;
using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Resolving;

/// <summary>What SAM's polling events and CloudFormation's event source mappings have in common.</summary>
internal static class Mappings
{
    public static Trigger Trigger(TriggerKind kind, string name, string? source, Item properties, Template template) => new()
    {
        Kind = kind,
        Name = name,
        Source = source,
        Location = properties.Location,
        Enabled = !properties["Enabled"].Flag().Is(false),
        Patterns = Patterns(properties["FilterCriteria"], template.Budget),
        PatternsUnknown = properties["FilterCriteria"].IsUnknown
            || properties["FilterCriteria"]["Filters"].Elements.Any(filter => filter.IsUnknown || filter["Pattern"].IsUnknown),
        BatchSize = properties["BatchSize"].Number(),
        MaximumConcurrency = properties["ScalingConfig"]["MaximumConcurrency"].Number(),
        MaximumRetryAttempts = properties["MaximumRetryAttempts"].Number(),
        OnFailure = properties["DestinationConfig"]["OnFailure"]["Destination"].Name(),
        FunctionResponseTypes = [.. properties["FunctionResponseTypes"].Texts()],
    };

    public static ImmutableArray<string> Patterns(Item criteria, StepBudget budget) =>
        [.. criteria["Filters"].Elements
            .Select(filter => filter["Pattern"])
            .Where(pattern => !pattern.IsAbsent && !pattern.IsUnknown)
            .Select(pattern => Pattern(pattern, budget))];

    /// <summary>A pattern as JSON text, whether written as text or as a mapping.</summary>
    public static string Pattern(Item pattern, StepBudget budget) => pattern.Text ?? TemplateJson.Write(pattern.Node!, budget);

    /// <summary>The kind of source that an ARN names; <see cref="TriggerKind.Other"/> where it does not say.</summary>
    public static TriggerKind KindOf(string? source) => ArnText.Service(source) switch
    {
        "sqs" => TriggerKind.Sqs,
        "kinesis" => TriggerKind.Kinesis,
        "dynamodb" => TriggerKind.DynamoDb,
        "kafka" => TriggerKind.Kafka,
        "mq" => TriggerKind.Mq,
        "rds" => TriggerKind.DocumentDb,
        _ => TriggerKind.Other,
    };

    /// <summary>AWS::Lambda::EventSourceMapping.</summary>
    public static void Read(Draft draft)
    {
        foreach (var resource in draft.Template.OfType("AWS::Lambda::EventSourceMapping"))
        {
            var properties = resource.Properties;
            if (draft.Function(properties["FunctionName"].Text) is not { } function) continue;
            var source = properties["EventSourceArn"].Text;
            function.Triggers.Add(Trigger(KindOf(properties, source), resource.Id, source, properties, draft.Template));
        }
    }

    // Where the ARN is a parameter, the properties that only one kind of source takes still tell which it is.
    private static TriggerKind KindOf(Item properties, string? source)
    {
        if (KindOf(source) is not TriggerKind.Other and var kind) return kind;
        if (!properties["SelfManagedEventSource"].IsAbsent || !properties["Topics"].IsAbsent) return TriggerKind.Kafka;
        if (!properties["Queues"].IsAbsent) return TriggerKind.Mq;
        if (!properties["DocumentDBEventSourceConfig"].IsAbsent) return TriggerKind.DocumentDb;
        return properties["StartingPosition"].IsAbsent ? TriggerKind.Sqs : TriggerKind.Other;
    }
}
