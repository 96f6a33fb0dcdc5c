using System.Text.Json.Serialization;
using Amazon.Runtime;
using ServerlessSec.Aws.Clients.Wire;

namespace ServerlessSec.Aws.Clients;

/// <summary>The EventBridge operations by which rules are examined (https://docs.aws.amazon.com/eventbridge/latest/APIReference/).</summary>
internal sealed class EventsClient(AWSCredentials credentials, Action<ClientConfig> configure) : WireClient(Service, credentials, configure)
{
    private static readonly WireService Service = new("EventBridge", "events", "events", "2015-10-07", "AWSEvents");

    /// <summary>A rule of the default bus.</summary>
    public Task<RuleDescription> DescribeRuleAsync(string name, CancellationToken stop) =>
        JsonAsync("DescribeRule", new DescribeRuleInput(name), EventsJson.Default.DescribeRuleInput, EventsJson.Default.RuleDescription, stop);

    /// <summary>Names of the default bus's rules that send to a target; a page of them, since nobody has more.</summary>
    public async Task<IReadOnlyList<string>> RulesThatSendToAsync(string targetArn, CancellationToken stop) =>
        (await JsonAsync("ListRuleNamesByTarget", new RulesByTargetInput(targetArn), EventsJson.Default.RulesByTargetInput, EventsJson.Default.RuleNames, stop)
            .ConfigureAwait(false)).Names ?? [];
}

internal sealed record RulesByTargetInput(string TargetArn);

internal sealed record RuleNames([property: JsonPropertyName("RuleNames")] IReadOnlyList<string>? Names);

internal sealed record DescribeRuleInput(string Name);

/// <param name="State"><c>ENABLED</c>, <c>DISABLED</c>, or enabled for management events of all kinds.</param>
internal sealed record RuleDescription(string? Name, string? State);

[JsonSerializable(typeof(DescribeRuleInput))]
[JsonSerializable(typeof(RuleDescription))]
[JsonSerializable(typeof(RulesByTargetInput))]
[JsonSerializable(typeof(RuleNames))]
internal sealed partial class EventsJson : JsonSerializerContext;
