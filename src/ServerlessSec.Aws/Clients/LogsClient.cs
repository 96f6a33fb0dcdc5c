using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Amazon.Runtime;
using ServerlessSec.Aws.Clients.Wire;

namespace ServerlessSec.Aws.Clients;

/// <summary>The CloudWatch Logs operation that the scanner calls (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/).</summary>
internal sealed class LogsClient(AWSCredentials credentials, Action<ClientConfig> configure) : WireClient(Service, credentials, configure)
{
    private static readonly WireService Service = new("CloudWatch Logs", "logs", "logs", "2014-03-28", "Logs_20140328");

    /// <summary>The group of exactly that name, or null.</summary>
    public async Task<LogGroupDescription?> FindLogGroupAsync(string name, CancellationToken stop)
    {
        string? token = null;
        do
        {
            var page = await JsonAsync(
                "DescribeLogGroups", new DescribeLogGroupsInput(name, token), LogsJson.Default.DescribeLogGroupsInput,
                LogsJson.Default.DescribeLogGroupsAnswer, stop).ConfigureAwait(false);
            if (page.LogGroups.FirstOrDefault(g => g.LogGroupName == name) is { } found) return found;
            token = page.NextToken;
        }
        while (!string.IsNullOrEmpty(token));
        return null;
    }
}

internal sealed record DescribeLogGroupsInput(string LogGroupNamePrefix, string? NextToken);

internal sealed record DescribeLogGroupsAnswer
{
    public ImmutableArray<LogGroupDescription> LogGroups { get; init => field = value.IsDefault ? [] : value; } = [];

    public string? NextToken { get; init; }
}

internal sealed record LogGroupDescription(string LogGroupName, int? RetentionInDays);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DescribeLogGroupsInput))]
[JsonSerializable(typeof(DescribeLogGroupsAnswer))]
internal sealed partial class LogsJson : JsonSerializerContext;
