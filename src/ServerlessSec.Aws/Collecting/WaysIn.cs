using System.Collections.Immutable;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Collecting;

/// <summary>What leads into a live function, by the qualifier that is called: policies, URLs, event source mappings, and what becomes of events that fail.</summary>
internal sealed class WaysIn
{
    private readonly Dictionary<string, Attempt<string>> policies = new(StringComparer.Ordinal);
    private Attempt<List<FunctionUrlConfig>> urls;
    private Attempt<List<EventInvokeConfig>> invokes;

    private WaysIn(Serving serving) => Serving = serving;

    public Serving Serving { get; }

    /// <summary>All that could be listed.</summary>
    public ImmutableArray<EventSourceMapping> Mappings { get; private set; } = [];

    public string? MappingsDenied { get; private set; }

    public string? AliasesDenied { get; private init; }

    public string? InvokesDenied => invokes.Denied;

    public string? UrlsDenied => urls.Denied;

    /// <summary>Which versions are served, by two calls.</summary>
    public static async Task<(Serving Serving, Attempt<List<EventSourceMapping>> Mappings, string? AliasesDenied)> ServingAsync(
        LambdaClient lambda, GetFunctionAnswer answer, string? qualifier, CancellationToken stop)
    {
        var name = answer.Configuration.FunctionName;
        var listing = Attempt.CallAsync("lambda:ListAliases", () => lambda.ListAliasesAsync(name, stop).ToListAsync(stop).AsTask());
        var mappings = await MappingsAsync(lambda, name, qualifier, stop).ConfigureAwait(false);
        var aliases = await listing.ConfigureAwait(false);
        return (
            qualifier is null
                ? Serving.Whole(aliases.Value ?? [], mappings.Value ?? [])
                : Serving.Of(qualifier, answer.Configuration.Version ?? qualifier, aliases.Value ?? []),
            mappings,
            aliases.Denied);
    }

    public static async Task<WaysIn> CollectAsync(LambdaClient lambda, GetFunctionAnswer answer, string? qualifier, CancellationToken stop)
    {
        var name = answer.Configuration.FunctionName;
        // All at once: none needs another's answer, and each is a way to AWS and back.
        var first = qualifier ?? ServedVersion.Latest;
        var (own, urls, invokes) = (
            PolicyAsync(first),
            Attempt.CallAsync("lambda:ListFunctionUrlConfigs", () => lambda.ListFunctionUrlConfigsAsync(name, stop).ToListAsync(stop).AsTask()),
            Attempt.CallAsync("lambda:ListFunctionEventInvokeConfigs", () => lambda.ListFunctionEventInvokeConfigsAsync(name, stop).ToListAsync(stop).AsTask()));
        var (serving, mappings, aliasesDenied) = await ServingAsync(lambda, answer, qualifier, stop).ConfigureAwait(false);
        var others = serving.Qualifiers.Where(q => q != first).ToArray();
        var policies = others.Select(PolicyAsync).ToArray();
        // Whether the list by a function's name has those of its versions and aliases is not documented.
        var more = qualifier is null ? others.Select(q => MappingsAsync(lambda, name, q, stop)).ToArray() : [];
        await Task.WhenAll([own, urls, invokes, .. policies, .. more]).ConfigureAwait(false);

        var ways = new WaysIn(serving) { AliasesDenied = aliasesDenied, urls = urls.Result, invokes = invokes.Result };
        foreach (var (of, policy) in others.Zip(policies).Prepend((first, own))) ways.policies[of] = policy.Result;
        Attempt<List<EventSourceMapping>>[] listed = [mappings, .. more.Select(static each => each.Result)];
        ways.Mappings = [.. listed.SelectMany(static each => each.Value ?? []).DistinctBy(static mapping => mapping.UUID)];
        ways.MappingsDenied = listed.Select(static each => each.Denied).FirstOrDefault(static denied => denied is not null);
        return ways;

        Task<Attempt<string>> PolicyAsync(string of) => Attempt.CallAsync("lambda:GetPolicy", () => lambda.GetPolicyAsync(name, ServedPart.Asked(of), stop));
    }

    public ImmutableArray<PolicySnapshot> PoliciesOf(ServedPart part) =>
    [
        .. part.Qualifiers.Select(of => (Of: of, Json: policies.GetValueOrDefault(of).Value)).Where(static policy => policy.Json is not null)
            .Select(static policy => new PolicySnapshot { Kind = PolicyKind.Resource, Name = policy.Of, Json = policy.Json }),
    ];

    public ImmutableArray<Trigger> TriggersOf(ServedPart part) =>
        [.. Mappings.Where(mapping => part.Qualifiers.Contains(ServedPart.Of(mapping.FunctionArn))).Select(LiveTriggers.Of), .. LiveTriggers.Of(PoliciesOf(part))];

    /// <summary>The URL of the function itself, and those of aliases.</summary>
    public (FunctionUrl? Own, ImmutableArray<FunctionUrl> OfAliases) UrlsOf(ServedPart part)
    {
        var mine = (urls.Value ?? []).Select(static url => (Of: ServedPart.Of(url.FunctionArn), Url: url)).Where(url => part.Qualifiers.Contains(url.Of))
            .Select(static url => new FunctionUrl { AuthType = Setting.Known(url.Url.AuthType), Qualifier = ServedPart.Asked(url.Of) ?? "" })
            .ToLookup(static url => url.Qualifier!.Length == 0);
        return (mine[true].FirstOrDefault(), [.. mine[false]]);
    }

    /// <summary>Of several qualifiers that of one which events come to without waiting, and which keeps least of what fails.</summary>
    public EventInvokeConfig? InvokeOf(ServedPart part)
    {
        var called = part.Qualifiers.Where(of => LiveTriggers.Of(PoliciesOf(new(part.Version, [of]))).Any()).ToArray();
        var mine = (called.Length == 0 ? part.Qualifiers : [.. called])
            .Select(of => (invokes.Value ?? []).FirstOrDefault(config => ServedPart.Of(config.FunctionArn) == of)).ToArray();
        return called.Length == 0
            ? mine.FirstOrDefault(static config => config is not null)
            : mine.OrderBy(static config => config?.DestinationConfig?.OnFailure?.Arn is not null).First();
    }

    /// <summary>Why not all of who may call is known.</summary>
    public string? PolicyDenied(ServedPart part) =>
        part.Qualifiers.Select(of => policies.GetValueOrDefault(of).Denied).LastOrDefault(static denied => denied is not null);

    private static Task<Attempt<List<EventSourceMapping>>> MappingsAsync(LambdaClient lambda, string name, string? qualifier, CancellationToken stop) => Attempt.CallAsync(
        "lambda:ListEventSourceMappings",
        () => lambda.ListEventSourceMappingsAsync(qualifier is null or ServedVersion.Latest ? name : $"{name}:{qualifier}", stop).ToListAsync(stop).AsTask());
}
