using System.Globalization;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace ServerlessSec.Aws.Receiving;

/// <summary>
/// Brings messages that failed back soon. A queue by itself hides what was received for six times as long as its function
/// may run, and with it a whole group of a FIFO queue.
/// </summary>
/// <param name="queue">URL of the queue that the messages come from.</param>
public sealed class Redelivery(IAmazonSQS client, string queue)
{
    /// <summary>No queue hides a message for a shorter time by itself.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(6);

    /// <summary>Most faults are over by then.</summary>
    private static readonly TimeSpan First = TimeSpan.FromSeconds(15);

    private const int Batch = 10;

    /// <summary>How long a message waits that was received so often, and failed each time: an outage of minutes must not make
    /// dead letters.</summary>
    public static TimeSpan After(int receives) => receives <= 1 ? First : Longest;

    /// <summary>Hides messages for so long from now on, and no longer; gives reasons where SQS did not do it.</summary>
    public async Task<IReadOnlyList<string>> HideAsync(IEnumerable<(string ReceiptHandle, TimeSpan Delay)> messages, CancellationToken stop)
    {
        List<string> reasons = [];
        foreach (var chunk in messages.Chunk(Batch))
        {
            var request = new ChangeMessageVisibilityBatchRequest
            {
                QueueUrl = queue,
                Entries =
                [
                    .. chunk.Select(static (m, i) => new ChangeMessageVisibilityBatchRequestEntry
                    {
                        Id = i.ToString(CultureInfo.InvariantCulture),
                        ReceiptHandle = m.ReceiptHandle,
                        VisibilityTimeout = (int)m.Delay.TotalSeconds,
                    }),
                ],
            };
            var answer = await client.ChangeMessageVisibilityBatchAsync(request, stop).ConfigureAwait(false);
            reasons.AddRange((answer.Failed ?? []).Select(static f => $"{f.Code}: {f.Message}"));
        }

        return reasons;
    }
}
