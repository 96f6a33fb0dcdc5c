using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Resolving;
using ServerlessSec.Templates.Resources;

namespace ServerlessSec.Templates;

/// <summary>The application while it is put together.</summary>
internal sealed class Draft(Template template)
{
    private readonly Dictionary<string, FunctionDraft> byName = new(StringComparer.Ordinal);

    public Template Template { get; } = template;

    public List<FunctionDraft> Functions { get; } = [];

    public List<Delivery> Deliveries { get; } = [];

    public void Add(FunctionDraft function)
    {
        Functions.Add(function);
        byName.TryAdd(function.Names.Name, function);
    }

    /// <summary>The function that a name, ARN or invocation URI names; null where it is none of this template.</summary>
    public FunctionDraft? Function(string? reference) => Function(reference, out _);

    public FunctionDraft? Function(string? reference, out string? qualifier)
    {
        qualifier = null;
        if (reference is null || ArnText.FunctionName(reference) is not { } named) return null;
        qualifier = named.Qualifier;
        return byName.GetValueOrDefault(named.Name);
    }

    /// <summary>An ARN as it stands, or made from a name.</summary>
    public string ArnOf(string text, string service, string prefix = "") =>
        text.StartsWith("arn:", StringComparison.Ordinal) ? text : Template.Names.Arn(service, prefix + text);

    public string BucketArn(string bucket) =>
        bucket.StartsWith("arn:", StringComparison.Ordinal) ? bucket : $"arn:{Template.Resolver.Pseudo("AWS::Partition")}:s3:::{bucket}";

    public string BusArn(string? bus) =>
        bus is null or "" or "default" ? Template.Names.Arn("events", "event-bus/default")
        : ArnOf(bus, "events", "event-bus/");
}
