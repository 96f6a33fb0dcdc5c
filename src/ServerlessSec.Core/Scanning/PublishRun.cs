using System.Collections.Immutable;
using ServerlessSec.Findings;

namespace ServerlessSec.Scanning;

/// <summary>What one run of the publisher came to: for a log line and metrics.</summary>
/// <param name="GivenUp">Rows that were refused once too often, and leave the index until they change.</param>
/// <param name="Withheld">Rows that do not weigh enough.</param>
/// <param name="Unavailable">Why nobody could be told; null where all could.</param>
public sealed record PublishResult(int Accepted, int Refused, int GivenUp, int Withheld, string? Unavailable)
{
    /// <summary>One of the reasons for refusals; null where there were none.</summary>
    public string? Refusal { get; init; }
}

/// <summary>
/// Tells of every row that is due, once through. Nothing is lost when it ends halfway: a row stays due until its own
/// revision was accepted.
/// </summary>
public sealed class PublishRun(IPublicationStore rows, IFindingPublisher publisher, Severity threshold, TimeProvider time)
{
    /// <summary>Security Hub forgets what was not updated for 90 days.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromDays(30);

    /// <summary>
    /// How long after its first refusal, and after its second, a row is told again: what Security Hub refuses for an hour
    /// or for an afternoon is not the row's fault.
    /// </summary>
    public static readonly ImmutableArray<TimeSpan> AfterRefusal = [TimeSpan.FromMinutes(15), TimeSpan.FromHours(6)];

    private static readonly TimeSpan Reconsidered = TimeSpan.FromDays(7);

    private const int Batch = 100;

    public async Task<PublishResult> RunAsync(CancellationToken stop)
    {
        var result = new PublishResult(0, 0, 0, 0, null);
        var batch = ImmutableArray.CreateBuilder<Publication>(Batch);
        await foreach (var due in rows.DueAsync(time.GetUtcNow(), stop).ConfigureAwait(false))
        {
            var telling = IsLight(due) && due.IsOpen ? due with { Archive = true } : due;
            // What was never told of needs no taking back.
            if (IsLight(due) && (!due.WasTold || due.Accepted == telling.Told))
            {
                await rows.PostponeAsync(due, due.IsOpen ? time.GetUtcNow() + Reconsidered : null, stop).ConfigureAwait(false);
                result = result with { Withheld = result.Withheld + 1 };
                continue;
            }

            batch.Add(telling);
            if (batch.Count < Batch) continue;
            result = await SendAsync(batch.DrainToImmutable(), result, stop).ConfigureAwait(false);
            if (result.Unavailable is not null) return result;
        }

        return batch.Count == 0 ? result : await SendAsync(batch.DrainToImmutable(), result, stop).ConfigureAwait(false);
    }

    private bool IsLight(Publication due) => due.Finding is { } finding && finding.Finding.Severity < threshold;

    private async Task<PublishResult> SendAsync(ImmutableArray<Publication> batch, PublishResult result, CancellationToken stop)
    {
        var answer = await publisher.PublishAsync(batch, stop).ConfigureAwait(false);
        foreach (var (sent, at) in answer.Accepted)
        {
            DateTimeOffset? again = sent.IsOpen ? at + Again : sent.Archive ? at + Reconsidered : null;
            await rows.AcceptAsync(sent, at, again, stop).ConfigureAwait(false);
        }

        var givenUp = 0;
        foreach (var (sent, reason) in answer.Refused)
        {
            DateTimeOffset? again = sent.Refusals < AfterRefusal.Length ? time.GetUtcNow() + AfterRefusal[sent.Refusals] : null;
            if (await rows.RefuseAsync(sent, reason, again, stop).ConfigureAwait(false) && again is null) givenUp++;
        }

        return result with
        {
            Accepted = result.Accepted + answer.Accepted.Length,
            Refused = result.Refused + answer.Refused.Length,
            GivenUp = result.GivenUp + givenUp,
            Unavailable = answer.Unavailable,
            Refusal = answer.Refused is [var (_, first), ..] ? first : result.Refusal,
        };
    }
}
