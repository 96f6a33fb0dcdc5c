using System.Globalization;
using Amazon.SQS;
using Amazon.SQS.Model;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Receiving;

/// <summary>Addresses of the queues.</summary>
public sealed record QueueUrls
{
    public required string Deployments { get; init; }

    public required string Posture { get; init; }

    public required string Package { get; init; }

    public required string Application { get; init; }

    public required string Publish { get; init; }

    public required string Refresh { get; init; }
}

/// <summary>Where a changed role or policy waits to be looked at a second time, because IAM answers with the old state for a while.</summary>
public interface ISecondLookQueue
{
    Task SecondLookAsync(DeploymentHint hint, DateTimeOffset notBefore, TimeSpan delay, CancellationToken stop);
}

/// <summary>The queues, as those see them who send.</summary>
public sealed class ScanQueues(IAmazonSQS client, QueueUrls urls) : IScanQueue, ISecondLookQueue
{
    public const string Wake = """{"kind":"wake"}""";
    public const string ReadBack = """{"kind":"readBack"}""";

    public Task SendAsync(ScanJob job, CancellationToken stop) =>
        SendAsync(UrlOf(job.Scan), ScanMessages.Write(job), job.Function.Arn, ScanMessages.DeduplicationId(job), stop);

    public Task AgainAsync(ScanJob job, TimeSpan delay, CancellationToken stop) => SendLaterAsync(AgainMessages.Write(job), delay, stop);

    public Task SecondLookAsync(DeploymentHint hint, DateTimeOffset notBefore, TimeSpan delay, CancellationToken stop) =>
        SendLaterAsync(AgainMessages.Write(hint, notBefore), delay, stop);

    public Task WakeApplicationAsync(Owner application, string id, CancellationToken stop) =>
        SendAsync(urls.Application, Wake, Group(application), ScanMessages.DeduplicationId(id), stop);

    public Task WakePublisherAsync(Owner application, string id, CancellationToken stop) =>
        SendAsync(urls.Publish, Wake, Group(application), ScanMessages.DeduplicationId(id), stop);

    /// <summary>Asks the publisher to read back what people suppressed.</summary>
    public Task ReadBackAsync(Owner application, string id, CancellationToken stop) =>
        SendAsync(urls.Publish, ReadBack, Group(application), ScanMessages.DeduplicationId("read back", id), stop);

    public Task RefreshAsync(string ecosystem, CancellationToken stop) => client.SendMessageAsync(
        new SendMessageRequest { QueueUrl = urls.Refresh, MessageBody = RefreshMessages.Write(ecosystem) }, stop);

    /// <summary>Messages of a scan that are waiting, delayed or in work; about, as SQS counts.</summary>
    public async Task<int> CountAsync(ScanKind scan, CancellationToken stop)
    {
        string[] names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"];
        var answer = await client.GetQueueAttributesAsync(new GetQueueAttributesRequest { QueueUrl = UrlOf(scan), AttributeNames = [.. names] }, stop).ConfigureAwait(false);
        return names.Sum(name => answer.Attributes?.GetValueOrDefault(name) is { } count ? int.Parse(count, CultureInfo.InvariantCulture) : 0);
    }

    private string UrlOf(ScanKind scan) => scan switch
    {
        ScanKind.Posture => urls.Posture,
        ScanKind.Package => urls.Package,
        _ => urls.Application,
    };

    private static string Group(Owner application) => $"{application.Account}:{application.Region}";

    private Task<SendMessageResponse> SendAsync(string url, string body, string group, string deduplication, CancellationToken stop) => client.SendMessageAsync(
        new SendMessageRequest { QueueUrl = url, MessageBody = body, MessageGroupId = group, MessageDeduplicationId = deduplication }, stop);

    private Task<SendMessageResponse> SendLaterAsync(string body, TimeSpan delay, CancellationToken stop) => client.SendMessageAsync(
        new SendMessageRequest { QueueUrl = urls.Deployments, MessageBody = body, DelaySeconds = (int)delay.TotalSeconds }, stop);
}
