using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Resources;

/// <summary>Notifications that stand in a bucket.</summary>
internal static class Buckets
{
    public static void Read(Draft draft)
    {
        foreach (var bucket in draft.Template.OfType("AWS::S3::Bucket"))
        {
            var (arn, notifications) = (draft.Template.Names.Of(bucket).Arn, bucket.Properties["NotificationConfiguration"]);
            foreach (var item in notifications["LambdaConfigurations"].Elements) ToFunction(draft, bucket, arn, item);
            foreach (var item in notifications["QueueConfigurations"].Elements) ToResource(draft, arn, item, item["Queue"].Text);
            foreach (var item in notifications["TopicConfigurations"].Elements) ToResource(draft, arn, item, item["Topic"].Text);
            var bridge = notifications["EventBridgeConfiguration"];
            if (bridge.IsAbsent || bridge["EventBridgeEnabled"].Flag().Is(false)) continue;
            draft.Deliveries.Add(new() { Kind = TriggerKind.S3, From = arn, To = draft.BusArn(null), Location = bridge.Location });
        }
    }

    /// <summary>Adds event names and the key filter.</summary>
    public static Trigger Filtered(Trigger trigger, Item events, Item filter)
    {
        var (prefix, suffix) = Filter(filter);
        return trigger with { Events = [.. events.Texts()], Prefix = prefix, Suffix = suffix };
    }

    private static void ToFunction(Draft draft, TemplateResource bucket, string arn, Item item)
    {
        if (draft.Function(item["Function"].Text) is not { } function) return;
        var trigger = new Trigger { Kind = TriggerKind.S3, Name = bucket.Id, Source = arn, Location = item.Location };
        function.Triggers.Add(Filtered(trigger, item["Event"], item["Filter"]));
    }

    private static void ToResource(Draft draft, string arn, Item item, string? target)
    {
        if (target is null) return;
        var (prefix, suffix) = Filter(item["Filter"]);
        draft.Deliveries.Add(new()
        {
            Kind = TriggerKind.S3,
            From = arn,
            To = target,
            Location = item.Location,
            Events = [.. item["Event"].Texts()],
            Prefix = prefix,
            Suffix = suffix,
        });
    }

    private static (Setting<string> Prefix, Setting<string> Suffix) Filter(Item filter)
    {
        var rules = filter["S3Key"]["Rules"];
        if (filter.IsUnknown || rules.IsUnknown)
            return (Setting.Unknown<string>(filter.Location), Setting.Unknown<string>(filter.Location));
        return (Rule(rules, "prefix"), Rule(rules, "suffix"));
    }

    private static Setting<string> Rule(Item rules, string name) =>
        rules.Elements.FirstOrDefault(rule => string.Equals(rule["Name"].Text, name, StringComparison.OrdinalIgnoreCase)) is { } found
            ? found["Value"].Name()
            : Setting.Absent<string>();
}
