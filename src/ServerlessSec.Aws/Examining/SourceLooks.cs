using System.Collections.Immutable;
using ServerlessSec.Aws.Clients.Wire;
using ServerlessSec.Aws.Collecting;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Examining;

/// <summary>Whether deployments become events: the rules, and the trail without which calls are none.</summary>
internal sealed class SourceLooks(ExaminingClients clients, ImmutableDictionary<string, string> resources, Owner application)
{
    private static readonly (string Id, string Tells)[] Rules =
    [
        ("StackResourcesRule", "what CloudFormation deploys"),
        ("LambdaCallsRule", "calls that change functions"),
        ("IamCallsRule", "calls that change roles"),
    ];

    public IEnumerable<Look> All =>
    [
        new("Event rules", "events:DescribeRule", RulesAsync),
        new("Role events", "events:ListRuleNamesByTarget and events:DescribeRule", RoleEventsAsync),
        new("CloudTrail", "cloudtrail:DescribeTrails, cloudtrail:GetTrailStatus and cloudtrail:GetEventSelectors", TrailAsync),
    ];

    private async Task<Diagnosis> RulesAsync(CancellationToken stop)
    {
        var off = new List<string>();
        var deaf = new List<string>();
        foreach (var (id, tells) in Rules)
        {
            // A physical id may be that of a rule on a bus: BUS|NAME.
            var name = resources.GetValueOrDefault(id)?.Split('|')[^1];
            var rule = name is null ? default : await Attempt.CallAsync("events:DescribeRule", () => clients.Events.DescribeRuleAsync(name, stop)).ConfigureAwait(false);
            if (rule.Denied is { } denied) return Diagnosis.Unchecked($"It was not looked at: {denied}.", "Ask for events:DescribeRule.") with { Lacks = "events:DescribeRule" };
            if (rule.Value?.State?.StartsWith("ENABLED", StringComparison.Ordinal) == true) continue;
            off.Add(name ?? id);
            deaf.Add(tells);
        }

        return off.Count == 0
            ? Diagnosis.Ok($"{Rules.Length} rules are enabled.")
            : Diagnosis.Fail(
                $"{Enumerate(off)} {(off.Count == 1 ? "is" : "are")} not enabled: nobody tells of {Enumerate(deaf)}.",
                $"aws events enable-rule --region {application.Region} --name {off[0]}; where a rule is gone, deploy the stack again.");
    }

    /// <summary>IAM's events appear in one Region of a partition; elsewhere a forwarder must send them on.</summary>
    private async Task<Diagnosis> RoleEventsAsync(CancellationToken stop)
    {
        if (WireEndpoints.GlobalRegion(application.Partition) is not { } home || home == application.Region)
            return Diagnosis.Ok("IAM's events appear in this Region.");
        foreach (var name in await clients.GlobalEvents.RulesThatSendToAsync(RoleEvents.Bus(application), stop).ConfigureAwait(false))
        {
            var rule = await clients.GlobalEvents.DescribeRuleAsync(name, stop).ConfigureAwait(false);
            if (rule.State?.StartsWith("ENABLED", StringComparison.Ordinal) == true) return Diagnosis.Ok($"The rule {name} in {home} sends IAM's events on.");
        }

        return Diagnosis.Warn(
            $"No rule in {home} sends IAM's events to this Region: a changed role is found by the nightly sweep only.",
            $"Deploy the forwarder: sam deploy --config-env forwarder --parameter-overrides Mode=Forwarder ScannerRegion={application.Region}");
    }

    private async Task<Diagnosis> TrailAsync(CancellationToken stop)
    {
        var silent = new List<string>();
        var trails = await clients.Trail.DescribeTrailsAsync(stop).ConfigureAwait(false);
        foreach (var trail in trails.Where(t => t.IsMultiRegionTrail || t.HomeRegion == application.Region))
        {
            var name = trail.TrailARN ?? trail.Name;
            if (!await clients.Trail.IsLoggingAsync(name, stop).ConfigureAwait(false)) silent.Add($"{trail.Name} is stopped");
            else if (!(await clients.Trail.GetEventSelectorsAsync(name, stop).ConfigureAwait(false)).RecordsManagementWrites) silent.Add($"{trail.Name} records no management events that write");
            else return Diagnosis.Ok($"The trail {trail.Name} records management events, so calls become events within minutes.");
        }

        return Diagnosis.Warn(
            (silent.Count == 0 ? "No trail records this Region" : $"No trail tells of calls: {Enumerate(silent)}")
                + ". Only CloudFormation's own events and the nightly sweep tell of changes.",
            "Start a trail of management events, or deploy with CreateTrail=true.");
    }

    private static string Enumerate(List<string> names) =>
        names.Count < 2 ? string.Concat(names) : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";
}
