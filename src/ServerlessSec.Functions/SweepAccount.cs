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
    private static readonly ReadOnlyMemory<byte> Answer = "{}"u8.ToArray();

    public static async Task<ReadOnlyMemory<byte>> HandleAsync(
        Invocation invocation, AccountSweep sweep, Drain drain, RefreshStore state, ScanQueues queues, Owner application, Log log, CancellationToken stop)
    {
        var kind = Kind(invocation.Payload);
        if (kind is not ("sweep" or "drain"))
        {
            log.Warn("event not understood", ("kind", kind));
            return Answer;
        }

        if (kind == "sweep" || await state.IsSweepDueAsync(stop).ConfigureAwait(false))
        {
            var swept = await sweep.SweepAsync(stop).ConfigureAwait(false);
            await state.SweptAsync(stop).ConfigureAwait(false);
            await queues.ReadBackAsync(application, invocation.RequestId, stop).ConfigureAwait(false);
            log.Info("swept", ("functions", swept.Functions), ("waiting", swept.Waiting), ("gone", swept.Gone));
        }

        var drained = await drain.RunAsync(application, stop).ConfigureAwait(false);
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
