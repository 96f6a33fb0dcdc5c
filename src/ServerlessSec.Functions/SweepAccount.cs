using System.Text.Json;
using ServerlessSec.Aws.Collecting;
using ServerlessSec.Aws.Receiving;
using ServerlessSec.Aws.Storing;
using ServerlessSec.Functions.Runtime;
using ServerlessSec.Scanning;

namespace ServerlessSec.Functions;

/// <summary>Started by schedules: <c>{"kind":"sweep"}</c> finds what no event told of, <c>{"kind":"drain"}</c> feeds and wakes.</summary>
internal static class SweepAccount
{
    /// <summary>Until shortly before the schedule comes again.</summary>
    private static readonly TimeSpan Feeding = TimeSpan.FromSeconds(55);

    private static readonly TimeSpan Writing = TimeSpan.FromSeconds(60);
    private static readonly ReadOnlyMemory<byte> Answer = "{}"u8.ToArray();

    public static async Task<ReadOnlyMemory<byte>> HandleAsync(
        Invocation invocation, AccountSweep sweep, RoleEvents roleEvents, Drain drain, RefreshStore state, ScanQueues queues, Owner application, Log log,
        TimeProvider time, CancellationToken stop)
    {
        var kind = Kind(invocation.Payload);
        if (kind is not ("sweep" or "drain"))
        {
            log.Warn("event not understood", ("kind", kind));
            return Answer;
        }

        if (kind == "sweep") await state.AskForSweepAsync(stop).ConfigureAwait(false);
        if (await state.BeginSweepAsync(stop).ConfigureAwait(false) is { } turn)
        {
            using var soon = Deadline.Soon(invocation.Deadline, Writing, time, stop);
            SweepOutcome? outcome = null;
            try
            {
                var compared = await sweep.SweepAsync(turn.After, soon.Token, stop).ConfigureAwait(false);
                if (compared.Next is null) await roleEvents.LookAsync(application, stop).ConfigureAwait(false);
                outcome = compared;
            }
            finally
            {
                // Who tries again need not wait until the turn is over.
                if (outcome is null) await state.LeaveSweepAsync(CancellationToken.None).ConfigureAwait(false);
            }

            var swept = outcome!;
            await state.EndSweepAsync(swept.Next, stop).ConfigureAwait(false);
            if (swept.Next is null) await queues.ReadBackAsync(application, invocation.RequestId, stop).ConfigureAwait(false);
            log.Info("swept", ("functions", swept.Functions), ("waiting", swept.Waiting), ("gone", swept.Gone), ("next", swept.Next));
        }

        var left = invocation.Deadline - time.GetUtcNow() - Writing;
        var drained = await drain.RunAsync(application, left < Feeding ? left : Feeding, stop).ConfigureAwait(false);
        log.Info("drained", ("fed", drained.Fed), ("wokeApplication", drained.WokeApplication), ("wokePublisher", drained.WokePublisher));
        log.Metric("AdvisoriesAge", (await state.AgeAsync(stop).ConfigureAwait(false)).TotalSeconds, "Seconds");
        return Answer;
    }

    private static string? Kind(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var json = JsonDocument.Parse(payload);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String ? kind.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
