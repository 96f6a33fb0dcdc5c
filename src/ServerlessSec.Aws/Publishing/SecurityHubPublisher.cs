using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Amazon.Runtime;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Reports;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Publishing;

/// <summary>
/// Imports findings and gaps into Security Hub, at most ten calls a second. While Security Hub is off, or refuses
/// everything, it says so and leaves what is due for later.
/// </summary>
public sealed class SecurityHubPublisher : IFindingPublisher, IDisposable
{
    private const string Generator = Tool.Name + "/";
    private const string Suppressed = "suppressed in Security Hub";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly SecurityHubClient client;
    private readonly TimeProvider time;
    private DateTimeOffset next = DateTimeOffset.MinValue;

    public SecurityHubPublisher(AWSCredentials credentials, Action<ClientConfig> configure, TimeProvider time)
        : this(new SecurityHubClient(credentials, configure), time)
    {
    }

    internal SecurityHubPublisher(SecurityHubClient client, TimeProvider time) => (this.client, this.time) = (client, time);

    public async Task<PublishAnswer> PublishAsync(ImmutableArray<Publication> publications, CancellationToken stop)
    {
        var outcome = new Outcome();
        var imports = new List<Import>(publications.Length);
        foreach (var publication in publications)
        {
            var import = Import.Of(publication, time.GetUtcNow());
            if (import.Json.Length <= Import.Limit) imports.Add(import);
            else outcome.Refused.Add((publication, $"it takes {import.Json.Length} bytes, more than {Import.Limit}"));
        }

        foreach (var batch in ImportBatches.Of(imports))
        {
            if (!await SendAsync(batch, outcome, stop).ConfigureAwait(false)) break;
        }

        return new() { Accepted = [.. outcome.Accepted], Refused = [.. outcome.Refused], Unavailable = outcome.Unavailable };
    }

    /// <summary>Findings of ours that somebody suppressed; null while Security Hub is off.</summary>
    public async Task<ImmutableArray<HubWaiver>?> SuppressedAsync(CancellationToken stop)
    {
        var waivers = ImmutableArray.CreateBuilder<HubWaiver>();
        try
        {
            await foreach (var finding in client.GetFindingsAsync(Generator, "SUPPRESSED", stop).ConfigureAwait(false))
            {
                if (finding.Workflow?.Status != "SUPPRESSED" || AsffPublication.Parse(finding.Id) is not { } ours) continue;
                // An administrator's account also sees what its members imported, under whatever id.
                if (finding.ProductArn != AsffPublication.ProductArn(ours.Owner)) continue;
                var note = finding.Note;
                waivers.Add(new(ours.Owner, ours.Fingerprint, Suppressed + (Given(note?.Text) is { } text ? $": {text}" : ""), Given(note?.UpdatedBy) ?? "Security Hub")
                {
                    Since = DateTimeOffset.TryParse(note?.UpdatedAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var written) ? written : null,
                });
            }
        }
        catch (AmazonServiceException off) when (IsUnavailable(off))
        {
            return null;
        }

        return waivers.ToImmutable();
    }

    public void Dispose() => client.Dispose();

    /// <summary>False where nothing more can be told at present.</summary>
    private async Task<bool> SendAsync(ImmutableArray<Import> batch, Outcome outcome, CancellationToken stop)
    {
        try
        {
            await PaceAsync(stop).ConfigureAwait(false);
            var answer = await client.BatchImportFindingsAsync(ImportBatches.Body(batch), stop).ConfigureAwait(false);
            var failed = answer.FailedFindings.GroupBy(static f => f.Id, StringComparer.Ordinal).ToDictionary(static g => g.Key, static g => g.First(), StringComparer.Ordinal);
            foreach (var import in batch)
            {
                if (!failed.TryGetValue(import.Id, out var failure)) outcome.Accepted.Add((import.Publication, import.SentAt));
                else if (!IsPassing(failure.ErrorCode)) outcome.Refused.Add((import.Publication, $"{failure.ErrorCode}: {failure.ErrorMessage}"));
            }

            return true;
        }
        catch (AmazonServiceException off) when (IsUnavailable(off))
        {
            outcome.Unavailable = $"{off.ErrorCode}: {off.Message}";
            return false;
        }
        catch (AmazonServiceException invalid) when (invalid.StatusCode == HttpStatusCode.BadRequest && invalid.ErrorCode is "InvalidInputException" or "ValidationException")
        {
            // One finding spoils a whole batch: the halves tell which.
            if (batch is [var only])
            {
                outcome.Refused.Add((only.Publication, $"{invalid.ErrorCode}: {invalid.Message}"));
                return true;
            }

            var half = batch.Length / 2;
            return await SendAsync(batch[..half], outcome, stop).ConfigureAwait(false) && await SendAsync(batch[half..], outcome, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Off, or not for us: what is to be told is not at fault.</summary>
    private static bool IsUnavailable(AmazonServiceException error) =>
        error.ErrorCode is "InvalidAccessException" or "AccessDeniedException" or "AccessDenied" or "ResourceNotFoundException" or "LimitExceededException"
        || error.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    /// <summary>Not the finding's fault: it stays due, and no refusal is counted.</summary>
    private static bool IsPassing(string code) =>
        ((string[])["Internal", "Throttl", "LimitExceeded", "Concurrent"]).Any(fault => code.Contains(fault, StringComparison.OrdinalIgnoreCase));

    private async Task PaceAsync(CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var turn = next > now ? next : now;
        next = turn + Interval;
        if (turn > now) await Task.Delay(turn - now, time, stop).ConfigureAwait(false);
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private sealed class Outcome
    {
        public List<(Publication Sent, DateTimeOffset SentAt)> Accepted { get; } = [];

        public List<(Publication Sent, string Reason)> Refused { get; } = [];

        public string? Unavailable { get; set; }
    }
}
