using System.Collections.Immutable;
using Amazon.Runtime;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Aws.Clients.Wire;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Collecting;

/// <summary>
/// IAM's events appear in one Region of a partition. For a scanner in another one this keeps a gap of the whole account
/// while nothing there sends them on.
/// </summary>
public sealed class RoleEvents
{
    private readonly EventsClient home;
    private readonly Replacer replacer;
    private readonly TimeProvider time;

    /// <param name="home">In the partition's global Region.</param>
    internal RoleEvents(EventsClient home, Replacer replacer, TimeProvider time) => (this.home, this.replacer, this.time) = (home, replacer, time);

    public async Task LookAsync(Owner application, CancellationToken stop)
    {
        if (WireEndpoints.GlobalRegion(application.Partition) is not { } region || region == application.Region) return;
        // No scan of the configuration has the account as its owner: this one has the gap to itself.
        var run = new ScanRun { Scan = ScanKind.Posture, Owner = application, ObservedAt = time.GetUtcNow(), Seen = Evidence.None };
        ImmutableArray<RunGap> gaps = await MissingAsync(application, region, stop).ConfigureAwait(false) is { } reason ? [new(Gap(application, reason))] : [];
        await replacer.ReplaceAsync(run, new() { Gaps = gaps }, stop).ConfigureAwait(false);
    }

    /// <summary>What is at the end of the forwarder's rule.</summary>
    internal static string Bus(Owner application) => $"arn:{application.Partition}:events:{application.Region}:{application.Account}:event-bus/default";

    private async Task<string?> MissingAsync(Owner application, string region, CancellationToken stop)
    {
        try
        {
            var rules = await Attempt.CallAsync("events:ListRuleNamesByTarget", () => home.RulesThatSendToAsync(Bus(application), stop)).ConfigureAwait(false);
            return rules.Value is { Count: > 0 } ? null : rules.Denied ?? $"no rule in {region} sends IAM's events to {application.Region}";
        }
        catch (Exception failed) when (failed is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            return Attempt.Failure(failed);
        }
    }

    private static Gap Gap(Owner application, string reason) => new(
        GapKind.Missing, new() { Evidence = Evidence.ExecutionRole }, reason,
        $"Nothing is known to tell {application.Region} of changes to roles and policies: {reason}. "
            + "Until a forwarder does (docs/operations.md), a changed role is found by the nightly sweep.");
}
