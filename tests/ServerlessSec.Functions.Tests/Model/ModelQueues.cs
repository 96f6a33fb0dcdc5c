using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace ServerlessSec.Functions.Model;

/// <param name="Receives">After so many a message is dead.</param>
internal sealed record QueueShape(bool IsFifo, TimeSpan Delay, TimeSpan Visibility, int Receives, int BatchSize, int MaximumConcurrency);

/// <summary>
/// A queue and its event source mapping: groups in order and one message at a time, delay, visibility, receives,
/// deduplication for five minutes, and no more invocations at once than the mapping allows.
/// </summary>
internal sealed class ModelQueue(VirtualTime time, string name, QueueShape shape, ModelFunction consumer, Action<Task> watch)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    private readonly LinkedList<Message> messages = [];
    private readonly HashSet<string> busy = [];
    private readonly Dictionary<string, DateTimeOffset> known = [];
    private int running;
    private int sent;

    public List<string> Dead { get; } = [];

    /// <summary>Waiting, delayed or in work.</summary>
    public int Count => messages.Count;

    public int Deepest { get; private set; }

    public void Send(string body, string? group, string? deduplication, TimeSpan delay)
    {
        var now = time.GetUtcNow();
        if (deduplication is not null)
        {
            if (known.TryGetValue(deduplication, out var until) && until > now) return;
            known[deduplication] = now + Remembered;
        }

        messages.AddLast(new Message($"{name}-{++sent}", body, group ?? $"{sent}") { VisibleAt = now + delay });
        Deepest = Math.Max(Deepest, messages.Count);
        time.After(delay, Pump);
    }

    /// <summary>A message that is in work comes back so much later, if it is not deleted.</summary>
    public void Hide(string receiptHandle, TimeSpan delay) => messages.Single(m => m.IsInFlight && m.Id == receiptHandle).VisibleAt = time.GetUtcNow() + delay;

    private void Pump()
    {
        while (running < shape.MaximumConcurrency && Receive() is { Count: > 0 } batch)
        {
            running++;
            watch(WorkAsync(batch));
        }
    }

    private List<Message> Receive()
    {
        var batch = new List<Message>();
        var passed = new HashSet<string>();
        for (var node = messages.First; node is not null && batch.Count < shape.BatchSize; node = node.Next)
        {
            var message = node.Value;
            // What waits in a group holds what came behind it.
            if (shape.IsFifo && (busy.Contains(message.Group) || !passed.Add(message.Group))) continue;
            if (message.IsInFlight || message.VisibleAt > time.GetUtcNow()) continue;
            batch.Add(message);
        }

        foreach (var message in batch)
        {
            message.IsInFlight = true;
            message.Receives++;
            if (shape.IsFifo) busy.Add(message.Group);
        }

        return batch;
    }

    private async Task WorkAsync(List<Message> batch)
    {
        foreach (var message in batch) message.VisibleAt = time.GetUtcNow() + shape.Visibility;
        var answer = await consumer.InvokeAsync(Event(batch));
        var failed = answer is { } json
            ? JsonNode.Parse(json.Span)!["batchItemFailures"]!.AsArray().Select(static f => (string)f!["itemIdentifier"]!).ToHashSet()
            : [.. batch.Select(static m => m.Id)];
        running--;
        foreach (var message in batch)
        {
            if (!failed.Contains(message.Id)) Delete(message);
            else time.After(message.VisibleAt - time.GetUtcNow(), () => Show(message));
        }

        Pump();
    }

    private void Show(Message message)
    {
        message.IsInFlight = false;
        busy.Remove(message.Group);
        if (message.Receives >= shape.Receives)
        {
            Dead.Add(message.Body);
            Delete(message);
        }

        Pump();
    }

    private void Delete(Message message)
    {
        messages.Remove(message);
        busy.Remove(message.Group);
    }

    private byte[] Event(List<Message> batch) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        Records = batch.ConvertAll(m => new
        {
            messageId = m.Id,
            receiptHandle = m.Id,
            body = m.Body,
            attributes = new Dictionary<string, string> { ["ApproximateReceiveCount"] = m.Receives.ToString(CultureInfo.InvariantCulture), ["MessageGroupId"] = m.Group },
            eventSource = "aws:sqs",
            eventSourceARN = $"arn:aws:sqs:eu-central-1:123456789012:{name}{(shape.IsFifo ? ".fifo" : "")}",
        }),
    });

    private sealed class Message(string id, string body, string group)
    {
        public string Id => id;

        public string Body => body;

        public string Group => group;

        public required DateTimeOffset VisibleAt { get; set; }

        public bool IsInFlight { get; set; }

        public int Receives { get; set; }
    }
}

/// <summary>SQS as functions see it: an address is a queue's name.</summary>
internal sealed class ModelSqs(VirtualTime time, Func<string, (ModelQueue Queue, QueueShape Shape)> find) : AmazonSQSClient(new AnonymousAWSCredentials(), RegionEndpoint.EUCentral1)
{
    private static readonly TimeSpan Access = TimeSpan.FromMilliseconds(12);

    public override async Task<SendMessageResponse> SendMessageAsync(SendMessageRequest request, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Access, time, cancellationToken);
        var (queue, shape) = find(request.QueueUrl);
        if (shape.IsFifo != (request.MessageGroupId is not null && request.MessageDeduplicationId is not null)) throw new InvalidOperationException("groups and deduplication ids are for FIFO queues");
        queue.Send(request.MessageBody, request.MessageGroupId, request.MessageDeduplicationId, shape.IsFifo ? shape.Delay : TimeSpan.FromSeconds(request.DelaySeconds ?? 0));
        return new();
    }

    public override async Task<ChangeMessageVisibilityBatchResponse> ChangeMessageVisibilityBatchAsync(ChangeMessageVisibilityBatchRequest request, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Access, time, cancellationToken);
        foreach (var entry in request.Entries) find(request.QueueUrl).Queue.Hide(entry.ReceiptHandle, TimeSpan.FromSeconds(entry.VisibilityTimeout ?? 0));
        return new();
    }

    public override async Task<GetQueueAttributesResponse> GetQueueAttributesAsync(GetQueueAttributesRequest request, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Access, time, cancellationToken);
        return new() { Attributes = new() { ["ApproximateNumberOfMessages"] = find(request.QueueUrl).Queue.Count.ToString(CultureInfo.InvariantCulture) } };
    }
}
