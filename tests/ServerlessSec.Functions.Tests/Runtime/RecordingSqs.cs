using System.Globalization;
using Amazon;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace ServerlessSec.Functions.Runtime;

/// <summary>Takes messages and wishes, and keeps them.</summary>
internal sealed class RecordingSqs() : AmazonSQSClient(new AnonymousAWSCredentials(), RegionEndpoint.EUCentral1)
{
    public List<SendMessageRequest> Sent { get; } = [];

    /// <summary>Receipt handles and seconds.</summary>
    public List<(string ReceiptHandle, int Seconds)> Hidden { get; } = [];

    /// <summary>What SQS answers to the wish to hide messages: null does it.</summary>
    public Exception? Refusal { get; set; }

    public override Task<SendMessageResponse> SendMessageAsync(SendMessageRequest request, CancellationToken cancellationToken = default)
    {
        Sent.Add(request);
        return Task.FromResult(new SendMessageResponse());
    }

    public override Task<ChangeMessageVisibilityBatchResponse> ChangeMessageVisibilityBatchAsync(ChangeMessageVisibilityBatchRequest request, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Refusal is not null) return Task.FromException<ChangeMessageVisibilityBatchResponse>(Refusal);
        Assert.InRange(request.Entries.Count, 1, 10);
        Assert.Distinct(request.Entries.Select(static e => e.Id));
        Hidden.AddRange(request.Entries.Select(static e => (e.ReceiptHandle, e.VisibilityTimeout!.Value)));
        // Who is not known any more was deleted, or taken by somebody else.
        var failed = request.Entries.Where(static e => e.ReceiptHandle.EndsWith("gone", StringComparison.Ordinal))
            .Select(static e => new BatchResultErrorEntry { Id = e.Id, Code = "ReceiptHandleIsInvalid", Message = string.Create(CultureInfo.InvariantCulture, $"{e.Id} is not known") });
        return Task.FromResult(new ChangeMessageVisibilityBatchResponse { Failed = [.. failed] });
    }
}
