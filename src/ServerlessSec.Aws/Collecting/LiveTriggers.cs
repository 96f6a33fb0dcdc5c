using System.Collections.Immutable;
using System.Text.Json;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Collecting;

/// <summary>Triggers of a live function: event source mappings, and the services that its resource policies let in.</summary>
internal static class LiveTriggers
{
    public static Trigger Of(EventSourceMapping mapping) => new()
    {
        Kind = KindOf(mapping.EventSourceArn),
        Name = mapping.UUID,
        Source = mapping.EventSourceArn,
        Enabled = mapping.State is not ("Disabled" or "Disabling"),
        BatchSize = Given(mapping.BatchSize),
        MaximumConcurrency = Given(mapping.ScalingConfig?.MaximumConcurrency),
        MaximumRetryAttempts = Given(mapping.MaximumRetryAttempts),
        OnFailure = mapping.DestinationConfig?.OnFailure?.Arn is { Length: > 0 } arn ? Setting.Known(arn) : default,
        Patterns = [.. (mapping.FilterCriteria?.Filters ?? []).Select(static f => f.Pattern).OfType<string>()],
        FunctionResponseTypes = mapping.FunctionResponseTypes,
    };

    /// <summary>
    /// A push source leaves no mapping, only a permission. It says who may push, not with which filter, so prefix, suffix
    /// and pattern are unknown.
    /// </summary>
    public static IEnumerable<Trigger> Of(ImmutableArray<PolicySnapshot> policies)
    {
        foreach (var policy in policies)
        {
            using var document = JsonDocument.Parse(policy.Json ?? "{}");
            if (!document.RootElement.TryGetProperty("Statement", out var statements) || statements.ValueKind != JsonValueKind.Array) continue;
            foreach (var statement in statements.EnumerateArray())
            {
                if (Service(statement) is { } service && KindOfService(service) is { } kind)
                {
                    yield return new()
                    {
                        Kind = kind,
                        Name = statement.TryGetProperty("Sid", out var sid) ? sid.GetString() ?? service : service,
                        Source = SourceArn(statement),
                        Prefix = Setting.Unknown<string>(),
                        Suffix = Setting.Unknown<string>(),
                        PatternsUnknown = true,
                    };
                }
            }
        }
    }

    private static TriggerKind KindOf(string? source) => source?.Split(':') switch
    {
        [_, _, "sqs", ..] => TriggerKind.Sqs,
        [_, _, "dynamodb", ..] => TriggerKind.DynamoDb,
        [_, _, "kinesis", ..] => TriggerKind.Kinesis,
        [_, _, "kafka", ..] => TriggerKind.Kafka,
        [_, _, "mq", ..] => TriggerKind.Mq,
        [_, _, "rds", ..] => TriggerKind.DocumentDb,
        null => TriggerKind.Kafka,
        _ => TriggerKind.Other,
    };

    private static TriggerKind? KindOfService(string principal) => principal.Split('.')[0] switch
    {
        "s3" => TriggerKind.S3,
        "sns" => TriggerKind.Sns,
        "events" => TriggerKind.EventBridge,
        "scheduler" => TriggerKind.Schedule,
        "logs" => TriggerKind.Logs,
        "cognito-idp" => TriggerKind.Cognito,
        "iot" => TriggerKind.Iot,
        "alexa-appkit" => TriggerKind.Alexa,
        "elasticloadbalancing" => TriggerKind.LoadBalancer,
        // Routes and their authorization stand in the API, not in the permission.
        "apigateway" => null,
        _ => TriggerKind.Other,
    };

    private static string? Service(JsonElement statement) =>
        statement.TryGetProperty("Principal", out var principal) && principal.ValueKind == JsonValueKind.Object
        && principal.TryGetProperty("Service", out var service) && service.ValueKind == JsonValueKind.String
            ? service.GetString()
            : null;

    private static string? SourceArn(JsonElement statement)
    {
        if (!statement.TryGetProperty("Condition", out var conditions) || conditions.ValueKind != JsonValueKind.Object) return null;
        foreach (var condition in conditions.EnumerateObject().Where(static c => c.Value.ValueKind == JsonValueKind.Object))
        {
            foreach (var key in condition.Value.EnumerateObject())
            {
                if (key.Name.Equals("aws:SourceArn", StringComparison.OrdinalIgnoreCase) && key.Value.ValueKind == JsonValueKind.String)
                    return key.Value.GetString();
            }
        }

        return null;
    }

    private static Setting<int> Given(int? value) => value is { } given ? Setting.Known(given) : default;
}
