using System.Collections.Immutable;
using System.Globalization;
using Amazon.SQS.Model;

namespace ServerlessSec.Aws.Examining;

/// <summary>Whether messages were given up.</summary>
internal sealed class QueueLooks(ExaminingClients clients, ImmutableDictionary<string, string> resources)
{
    private const string Suffix = "DeadLetters";

    /// <summary>What only wakes somebody: the next wake-up has done its work.</summary>
    private const string Wake = "WakeDeadLetters";

    public IEnumerable<Look> All => [new("Dead letters", "sqs:GetQueueAttributes", DeadLettersAsync)];

    private async Task<Diagnosis> DeadLettersAsync(CancellationToken stop)
    {
        var queues = resources.Where(static r => r.Key.EndsWith(Suffix, StringComparison.Ordinal)).OrderBy(static r => r.Key, StringComparer.Ordinal).ToList();
        var full = new List<string>();
        var wakes = 0;
        foreach (var (id, url) in queues)
        {
            var answer = await clients.Sqs.GetQueueAttributesAsync(
                new GetQueueAttributesRequest { QueueUrl = url, AttributeNames = ["ApproximateNumberOfMessages"] }, stop).ConfigureAwait(false);
            var count = answer.ApproximateNumberOfMessages;
            if (count == 0) continue;
            if (id == Wake) wakes = count;
            else full.Add(string.Create(CultureInfo.InvariantCulture, $"{id} has {count}"));
        }

        if (full.Count > 0)
        {
            return Diagnosis.Fail(
                $"Messages failed three times and were put away: {string.Join(", ", full)}.",
                "Each names its function, and the function's log the reason. Mend it, then start a redrive in the console of SQS (docs/operations.md, Watch).");
        }

        return wakes > 0
            ? Diagnosis.Warn($"{Wake} has {wakes.ToString(CultureInfo.InvariantCulture)}: something was not woken, and was later.", "Purge the queue.")
            : Diagnosis.Ok($"{queues.Count} dead-letter queues are empty.");
    }
}
