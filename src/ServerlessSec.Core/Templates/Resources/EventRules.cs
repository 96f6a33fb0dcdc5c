using System.Collections.Immutable;
using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Resolving;

namespace ServerlessSec.Templates.Resources;

/// <summary>EventBridge: rules, schedules and pipes.</summary>
internal static class EventRules
{
    public static void Read(Draft draft)
    {
        foreach (var rule in draft.Template.OfType("AWS::Events::Rule")) ReadRule(draft, rule);
        foreach (var schedule in draft.Template.OfType("AWS::Scheduler::Schedule")) ReadSchedule(draft, schedule);
        foreach (var pipe in draft.Template.OfType("AWS::Pipes::Pipe")) ReadPipe(draft, pipe);
    }

    private static void ReadRule(Draft draft, TemplateResource rule)
    {
        var (properties, arn) = (rule.Properties, draft.Template.Names.Of(rule).Arn);
        var (pattern, bus) = (properties["EventPattern"], draft.BusArn(properties["EventBusName"].Text));
        ImmutableArray<string> patterns = pattern.IsAbsent || pattern.IsUnknown ? [] : [Mappings.Pattern(pattern, draft.Template.Budget)];
        var isSchedule = pattern.IsAbsent && !properties["ScheduleExpression"].IsAbsent;
        var isDelivered = false;
        foreach (var target in properties["Targets"].Elements)
        {
            if (target["Arn"].Text is not { } to) continue;
            if (draft.Function(to) is { } function)
            {
                function.Triggers.Add(new()
                {
                    Kind = isSchedule ? TriggerKind.Schedule : TriggerKind.EventBridge,
                    Name = rule.Id,
                    Source = isSchedule ? arn : bus,
                    Location = rule.Location,
                    Enabled = properties["State"].Exact != "DISABLED",
                    Schedule = properties["ScheduleExpression"].Name(),
                    Patterns = patterns,
                    PatternsUnknown = pattern.IsUnknown,
                    OnFailure = target["DeadLetterConfig"]["Arn"].Name(),
                    MaximumRetryAttempts = target["RetryPolicy"]["MaximumRetryAttempts"].Number(),
                });
                continue;
            }

            isDelivered = true;
            draft.Deliveries.Add(new() { Kind = TriggerKind.EventBridge, From = arn, To = to, Location = target.Location });
        }

        if (isDelivered && !isSchedule)
        {
            draft.Deliveries.Add(new()
            {
                Kind = TriggerKind.EventBridge,
                From = bus,
                To = arn,
                Location = rule.Location,
                Patterns = patterns,
                PatternsUnknown = pattern.IsUnknown,
            });
        }
    }

    private static void ReadSchedule(Draft draft, TemplateResource schedule)
    {
        var (properties, target) = (schedule.Properties, schedule.Properties["Target"]);
        var isInvoke = target["Arn"].Text?.EndsWith(":aws-sdk:lambda:invoke", StringComparison.Ordinal) == true;
        if (draft.Function(isInvoke ? InvokedName(target["Input"].Text) : target["Arn"].Text) is not { } function) return;
        function.Triggers.Add(new()
        {
            Kind = TriggerKind.Schedule,
            Name = schedule.Id,
            Location = schedule.Location,
            Enabled = properties["State"].Exact != "DISABLED",
            Schedule = properties["ScheduleExpression"].Name(),
            OnFailure = target["DeadLetterConfig"]["Arn"].Name(),
            MaximumRetryAttempts = target["RetryPolicy"]["MaximumRetryAttempts"].Number(),
        });
    }

    // Universal targets name the function in their JSON input.
    private static string? InvokedName(string? input)
    {
        if (input is null) return null;
        try
        {
            using var document = JsonText.Parse(input);
            return document.RootElement.ValueKind == System.Text.Json.JsonValueKind.Object
                && document.RootElement.TryGetProperty("FunctionName", out var name)
                && name.ValueKind == System.Text.Json.JsonValueKind.String
                ? name.GetString()
                : null;
        }
        catch (Exception unread) when (unread is System.Text.Json.JsonException or FormatException)
        {
            return null;
        }
    }

    private static void ReadPipe(Draft draft, TemplateResource pipe)
    {
        var properties = pipe.Properties;
        if (properties["Source"].Text is not { } source) return;
        var criteria = properties["SourceParameters"]["FilterCriteria"];
        var patterns = Mappings.Patterns(criteria, draft.Template.Budget);
        foreach (var called in new[] { properties["Enrichment"], properties["Target"] })
        {
            if (called.Text is not { } to) continue;
            if (draft.Function(to) is { } function)
            {
                function.Triggers.Add(new()
                {
                    Kind = Mappings.KindOf(source),
                    Name = pipe.Id,
                    Source = source,
                    Location = called.Location,
                    Enabled = properties["DesiredState"].Exact != "STOPPED",
                    Patterns = patterns,
                    PatternsUnknown = criteria.IsUnknown,
                });
            }
            else if (called.Key == "Target")
            {
                draft.Deliveries.Add(new()
                {
                    Kind = Mappings.KindOf(source),
                    From = source,
                    To = to,
                    Location = called.Location,
                    Patterns = patterns,
                    PatternsUnknown = criteria.IsUnknown,
                });
            }
        }
    }
}
