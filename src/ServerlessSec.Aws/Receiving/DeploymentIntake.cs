using System.Text.Json;
using ServerlessSec.Facts;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Receiving;

/// <summary>What became of one message of the deployments queue.</summary>
/// <param name="Cause">Of the event.</param>
/// <param name="Jobs">Messages sent.</param>
/// <param name="Waiting">Jobs kept as bulk work, because they are many.</param>
/// <param name="Ignored">Why nothing was done; null where something was.</param>
public sealed record IntakeOutcome(string Cause, int Jobs, int Waiting, string? Ignored);

/// <summary>Turns what comes into the deployments queue into jobs, one a function and scan.</summary>
public sealed class DeploymentIntake(Owner application, IReferenceStore references, IBulkStore bulk, IScanQueue queue, ISecondLookQueue secondLooks, TimeProvider time)
{
    /// <summary>IAM has settled by then.</summary>
    public static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(90);

    /// <summary>A role of more functions than this is bulk work.</summary>
    public const int Many = 20;

    private const int AtOnce = 16;

    private static readonly ScanKind[] Both = [ScanKind.Posture, ScanKind.Package];

    /// <exception cref="UnreadableMessageException">It is neither an event nor a message of ours.</exception>
    public async Task<IntakeOutcome> TakeAsync(string body, CancellationToken stop)
    {
        using var json = Parse(body);
        if (AgainMessages.Read(json.RootElement) is { } again) return await TakeAsync(again, stop).ConfigureAwait(false);
        var hint = DeploymentEvents.Read(json.RootElement);
        if (hint.IsEmpty) return new(hint.Cause, 0, 0, "it names nothing that is scanned");
        if (hint.Account != application.Account) return new(hint.Cause, 0, 0, $"it is of the account {hint.Account}");
        // IAM is of no Region; the rest is scanned where it is.
        if (!hint.IsEventuallyConsistent && hint.Region != application.Region) return new(hint.Cause, 0, 0, $"it is of the Region {hint.Region}");

        if (hint.IsEventuallyConsistent)
        {
            // Sent before the first look, so that a death in between costs a look and not the second one. Only a scan that
            // begins shortly before it is due, or later, may stand for it.
            var notBefore = time.GetUtcNow() + SecondLook - ScanWish.Margin - ScanWish.Margin;
            await secondLooks.SecondLookAsync(hint, notBefore, SecondLook, stop).ConfigureAwait(false);
        }

        return await SendAsync(hint, 1, hint.Time, stop).ConfigureAwait(false);
    }

    private async Task<IntakeOutcome> TakeAsync(AgainMessage again, CancellationToken stop)
    {
        if (again.Job is { } job)
        {
            if (!Enum.TryParse<ScanKind>(again.Scan, out var scan) || scan == ScanKind.Application) throw new UnreadableMessageException("a job put back names no scan");
            await queue.SendAsync(ScanMessages.Read(job, scan), stop).ConfigureAwait(false);
            return new("put back", 1, 0, null);
        }

        var hint = new DeploymentHint
        {
            EventId = again.EventId ?? throw new UnreadableMessageException("a second look names no event"),
            Time = again.NotBefore ?? default,
            Account = application.Account,
            Region = application.Region,
            Cause = "second look",
            Roles = [.. again.Roles ?? []],
            Policies = [.. again.Policies ?? []],
        };
        return await SendAsync(hint, 2, hint.Time, stop).ConfigureAwait(false);
    }

    private async Task<IntakeOutcome> SendAsync(DeploymentHint hint, int attempt, DateTimeOffset notBefore, CancellationToken stop)
    {
        var wish = new ScanWish(notBefore, null, ApplicationRecord.CurrentSchema);
        var jobs = new List<(Owner Owner, ScanKind Scan)>();
        jobs.AddRange(hint.Functions.SelectMany(name => Both.Select(scan => (Owner.Of(application.Partition, application.Region, application.Account, name), scan))));
        foreach (var reference in hint.Roles.Select(static r => new Reference(ReferenceKind.Role, r[(r.LastIndexOf('/') + 1)..])).Concat(hint.Policies.Select(static p => new Reference(ReferenceKind.Policy, p))))
            await AddAsync(jobs, reference, ScanKind.Posture, stop).ConfigureAwait(false);
        foreach (var layer in hint.Layers) await AddAsync(jobs, new(ReferenceKind.Layer, layer), ScanKind.Package, stop).ConfigureAwait(false);

        var distinct = jobs.Distinct().ToArray();
        if (distinct.Length > Both.Length * Many || (hint.Functions.IsEmpty && distinct.Length > Many))
        {
            foreach (var chunk in distinct.Chunk(AtOnce))
                await Task.WhenAll(chunk.Select(job => bulk.AddAsync(job.Owner, job.Scan, wish, isAhead: true, stop))).ConfigureAwait(false);
            return new(hint.Cause, 0, distinct.Length, null);
        }

        foreach (var (owner, scan) in distinct)
            await queue.SendAsync(new() { Function = owner, Scan = scan, EventId = hint.EventId, Attempt = attempt, Wish = wish }, stop).ConfigureAwait(false);
        return new(hint.Cause, distinct.Length, 0, distinct.Length == 0 ? "no function that is known uses it" : null);
    }

    private async Task AddAsync(List<(Owner Owner, ScanKind Scan)> jobs, Reference reference, ScanKind scan, CancellationToken stop)
    {
        await foreach (var owner in references.OwnersAsync(reference, stop).ConfigureAwait(false)) jobs.Add((owner, scan));
    }

    private static JsonDocument Parse(string body)
    {
        try
        {
            return JsonText.Parse(body);
        }
        catch (JsonException malformed)
        {
            throw new UnreadableMessageException("the message is not JSON", malformed);
        }
    }
}
