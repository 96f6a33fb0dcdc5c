using System.Text.Json.Nodes;

namespace ServerlessSec.Emulation.Sources;

/// <summary>An event source mapping as the account has it.</summary>
internal sealed record Mapping
{
    public required string Id { get; init; }

    public required string Source { get; init; }

    public required string Function { get; init; }

    public required int BatchSize { get; init; }

    public required int Concurrency { get; init; }

    public required bool ReportsItems { get; init; }

    public required List<JsonObject> Filters { get; init; }

    /// <summary>Null retries for as long as a record lives.</summary>
    public int? Retries { get; init; }

    public string? OnFailure { get; init; }

    public bool IsStream => Source.Contains(":dynamodb:", StringComparison.Ordinal);

    public string QueueName => Source.Split(':')[^1];

    public static Mapping Of(JsonObject json) => new()
    {
        Id = json["UUID"]!.GetValue<string>(),
        Source = json["EventSourceArn"]!.GetValue<string>(),
        Function = json["FunctionArn"]!.GetValue<string>(),
        BatchSize = json[nameof(BatchSize)]!.GetValue<int>(),
        // Without a limit Lambda takes five batches of a queue at once, to begin with.
        Concurrency = json["ScalingConfig"]?["MaximumConcurrency"]?.GetValue<int>() ?? 5,
        ReportsItems = json["FunctionResponseTypes"]?.AsArray().Any(static t => t!.GetValue<string>() == "ReportBatchItemFailures") == true,
        Filters = [.. json["FilterCriteria"]?[nameof(Filters)]?.AsArray().Select(static f => JsonNode.Parse(f!["Pattern"]!.GetValue<string>())!.AsObject()) ?? []],
        Retries = json["MaximumRetryAttempts"]?.GetValue<int>() is { } retries && retries >= 0 ? retries : null,
        OnFailure = json["DestinationConfig"]?[nameof(OnFailure)]?["Destination"]?.GetValue<string>(),
    };

    /// <summary>
    /// What a function says it could not do: null is everything, and so is an answer that says it in a wrong way
    /// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
    /// </summary>
    public HashSet<string>? Failures(Functions.Outcome outcome, IReadOnlyCollection<string> known)
    {
        if (outcome.Failed) return null;
        if (!ReportsItems || outcome.Body.Length == 0) return [];
        try
        {
            if (JsonNode.Parse(outcome.Body) is not JsonObject answer || answer["batchItemFailures"] is not { } failures) return [];
            var ids = failures.AsArray().Select(static f => f!["itemIdentifier"]!.GetValue<string>()).ToHashSet();
            return ids.IsSubsetOf(known) ? ids : null;
        }
        catch (Exception fault) when (fault is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException)
        {
            return null;
        }
    }
}
