using System.Collections.Immutable;
using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Resolving;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Resources;

/// <summary>Who listens to a topic.</summary>
internal static class Topics
{
    public static void Read(Draft draft)
    {
        foreach (var resource in draft.Template.OfType("AWS::SNS::Subscription"))
        {
            Subscribe(draft, resource.Id, resource.Properties["TopicArn"].Text, resource.Properties, resource.Location);
        }

        foreach (var resource in draft.Template.OfType("AWS::SNS::Topic"))
        {
            foreach (var item in resource.Properties["Subscription"].Elements)
                Subscribe(draft, resource.Id, draft.Template.Names.Of(resource).Arn, item, item.Location);
        }
    }

    private static void Subscribe(Draft draft, string name, string? topic, Item properties, SourceLocation location)
    {
        if (properties["Endpoint"].Text is not { } endpoint) return;
        var filter = properties["FilterPolicy"];
        ImmutableArray<string> patterns = filter.IsAbsent || filter.IsUnknown ? [] : [Mappings.Pattern(filter, draft.Template.Budget)];
        if (draft.Function(endpoint) is { } function)
        {
            function.Triggers.Add(new()
            {
                Kind = TriggerKind.Sns,
                Name = name,
                Source = topic,
                Location = location,
                Patterns = patterns,
                PatternsUnknown = filter.IsUnknown,
                OnFailure = Queues.DeadLetterTarget(properties["RedrivePolicy"]),
            });
        }
        else if (topic is not null && properties["Protocol"].Text is "sqs" or "firehose")
        {
            draft.Deliveries.Add(new()
            {
                Kind = TriggerKind.Sns,
                From = topic,
                To = endpoint,
                Location = location,
                Patterns = patterns,
                PatternsUnknown = filter.IsUnknown,
            });
        }
    }
}
