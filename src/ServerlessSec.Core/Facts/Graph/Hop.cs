using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Facts.Graph;

/// <summary>One way on for an event: from a resource to a function or to another resource.</summary>
/// <param name="From">Key of the resource.</param>
/// <param name="Function">Index of the function called, or null.</param>
/// <param name="To">Key of the next resource, where no function is called.</param>
/// <param name="OnFailure">Key of where the poller sends what failed.</param>
internal sealed record Hop(TriggerKind Kind, string From, int? Function, string? To, string? OnFailure, SourceLocation? Location)
{
    public ImmutableArray<string> Events { get; init; } = [];

    public Setting<string> Prefix { get; init; }

    public Setting<string> Suffix { get; init; }

    public ImmutableArray<string> Patterns { get; init; } = [];

    public bool PatternsUnknown { get; init; }

    /// <summary>A queue's dead letters.</summary>
    public bool IsRedrive { get; init; }

    public bool IsAsynchronous => Kind is not (TriggerKind.Sqs or TriggerKind.DynamoDb or TriggerKind.Kinesis);

    /// <summary>How surely the event goes this way; null where it does not, or where that is not proven.</summary>
    public LoopStrength? Passes(Emission emission, string service, StepBudget budget)
    {
        if (PatternsUnknown || Prefix.IsUnknown || Suffix.IsUnknown) return null;
        if (IsRedrive) return LoopStrength.OnFailure;
        if (service == "s3") return Objects(emission);
        // A subscription filter of a log group is no JSON, and what it is for is to let little through.
        if (service == "logs") return Patterns.All(string.IsNullOrWhiteSpace) ? LoopStrength.Certain : null;
        return EventPattern.Test(Patterns, emission.ShapeAt(service), budget) switch
        {
            Fit.Yes => LoopStrength.Certain,
            Fit.InPart => LoopStrength.Possible,
            // Every rule of a bus has a pattern; elsewhere a filter on content is there to hold events back.
            Fit.BySender when service == "events" => LoopStrength.Conceivable,
            _ => null,
        };
    }

    /// <summary>The event as it is after this hop.</summary>
    public Emission After(Emission emission) => Kind switch
    {
        // The topic's envelope holds the event as text, which no filter behind it looks into.
        TriggerKind.Sns when emission.Kind == EmissionKind.Objects => new(EmissionKind.Message),
        _ => emission,
    };

    private LoopStrength? Objects(Emission emission)
    {
        if (emission.Kind != EmissionKind.Objects) return null;
        if (!Hears(emission)) return null;
        var (filter, keys) = (WildText.Between(Prefix.Value ?? "", Suffix.Value ?? ""), WildText.Glob(emission.Keys));
        if (!filter.Overlaps(keys)) return null;
        if (Emission.Lines(emission.Except).Select(WildText.Glob).Any(e => e.Covers(filter) || e.Covers(keys))) return null;
        return filter.Covers(keys) ? LoopStrength.Certain : LoopStrength.Possible;
    }

    /// <summary>Whether a bucket's event has one of the names listened to. To EventBridge a bucket sends all there is.</summary>
    public bool Hears(Emission emission)
    {
        if (emission.Kind != EmissionKind.Objects || Kind != TriggerKind.S3 || To?.StartsWith("events:", StringComparison.Ordinal) == true)
            return true;
        foreach (var wanted in Events)
        {
            foreach (var name in emission.Names.AsSpan().Split('\n'))
            {
                if (IsNamed(wanted, emission.Names.AsSpan(name))) return true;
            }
        }

        return false;
    }

    // Event types are written with and without the service before them.
    private static bool IsNamed(ReadOnlySpan<char> wanted, ReadOnlySpan<char> name)
    {
        if (!wanted.StartsWith("s3:")) name = name["s3:".Length..];
        return wanted.EndsWith("*") ? name.StartsWith(wanted[..^1]) : name.SequenceEqual(wanted);
    }
}

/// <summary>Reads hops from triggers, deliveries and resources.</summary>
internal static class HopReader
{
    private const string DefaultBus = "events:event-bus/default";

    public static IEnumerable<Hop> Read(ApplicationFacts application, ResourceNames names)
    {
        var deliveries = application.Deliveries.Select(d => Of(d, names)).ToArray();
        var fed = deliveries.Select(d => d.To!).ToHashSet(StringComparer.Ordinal);
        return [.. deliveries, .. Redrives(application, names), .. Triggers(application, names, fed)];
    }

    /// <summary>Functions of which something is known, each with the versions that are served beside it.</summary>
    /// <returns>And each with the index of the function that it stands for.</returns>
    public static ImmutableArray<(FunctionFacts Facts, int Of)> Functions(ApplicationFacts application)
    {
        var functions = ImmutableArray.CreateBuilder<(FunctionFacts, int)>();
        foreach (var function in application.Functions)
        {
            var first = functions.Count;
            functions.AddRange(function.All.Where(static each => each.Posture is not null).Select(each => (each, first)));
        }

        return functions.ToImmutable();
    }

    private static IEnumerable<Hop> Triggers(ApplicationFacts application, ResourceNames names, HashSet<string> fed)
    {
        var index = -1;
        foreach (var (function, _) in Functions(application))
        {
            index++;
            foreach (var trigger in function.Posture!.Triggers)
            {
                if (trigger.Enabled && Source(trigger, names, fed) is { } from) yield return Of(trigger, from, index, names);
            }
        }
    }

    private static string? Source(Trigger trigger, ResourceNames names, HashSet<string> fed)
    {
        if (trigger.Kind is not (TriggerKind.S3 or TriggerKind.Sns or TriggerKind.Sqs or TriggerKind.DynamoDb or TriggerKind.Kinesis
            or TriggerKind.EventBridge or TriggerKind.Logs or TriggerKind.StepFunctions)) return null;
        if (trigger.Source is null) return trigger.Kind == TriggerKind.EventBridge ? DefaultBus : null;
        var key = names.KeyOf(trigger.Source);
        return key.StartsWith("events:rule/", StringComparison.Ordinal) && !fed.Contains(key) ? BusOf(key) : key;
    }

    // A rule's ARN names its bus, unless that is the default one.
    private static string BusOf(string rule) => ArnText.Split(rule, '/', 3) is [_, var bus, _] ? $"events:event-bus/{bus}" : DefaultBus;

    private static Hop Of(Trigger trigger, string from, int function, ResourceNames names) =>
        new(
            trigger.Kind,
            from,
            function,
            null,
            trigger is { OnFailure: { IsKnown: true, Value: { } target }, Kind: TriggerKind.DynamoDb or TriggerKind.Kinesis }
                ? names.KeyOf(target)
                : null,
            trigger.Location)
        {
            Events = trigger.Events,
            Prefix = trigger.Prefix,
            Suffix = trigger.Suffix,
            Patterns = trigger.Patterns,
            PatternsUnknown = trigger.PatternsUnknown,
        };

    private static Hop Of(Delivery delivery, ResourceNames names)
    {
        var (from, to) = (names.KeyOf(delivery.From), names.KeyOf(delivery.To));
        return new(delivery.Kind, from, null, to, null, delivery.Location)
        {
            Events = delivery.Events,
            Prefix = delivery.Prefix,
            Suffix = delivery.Suffix,
            Patterns = delivery.Patterns,
            PatternsUnknown = delivery.PatternsUnknown,
            IsRedrive = from.StartsWith("sqs:", StringComparison.Ordinal) && to.StartsWith("sqs:", StringComparison.Ordinal),
        };
    }

    private static IEnumerable<Hop> Redrives(ApplicationFacts application, ResourceNames names) =>
        from resource in application.Resources
        where resource is { Kind: ResourceKind.Queue, DeadLetterTarget: { IsKnown: true, Value: not null } }
        select new Hop(
            TriggerKind.Sqs,
            names.KeyOf(resource.Arn),
            null,
            names.KeyOf(resource.DeadLetterTarget.Value!),
            null,
            resource.Location)
        {
            IsRedrive = true,
        };
}
