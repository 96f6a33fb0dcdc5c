using System.Globalization;

namespace ServerlessSec.Aws.Storing;

/// <summary>
/// Holds all scanners of an account and Region together to a number of calls a second: a row says when the next call is
/// due, and who wants to call moves it on and waits for its turn (the generic cell rate algorithm, ITU-T I.371).
/// </summary>
/// <param name="name">One budget; bulk work takes from its own besides.</param>
/// <param name="burst">How many calls may come at once after a quiet time.</param>
public sealed class ApiBudget(StateTable table, string name, double callsPerSecond, int burst = 5)
{
    private const string Next = "Next";
    private readonly long interval = (long)(TimeSpan.TicksPerSecond / callsPerSecond);

    /// <summary>Waits until <paramref name="calls"/> may be made; false, having taken none, where that is longer than <paramref name="patience"/>.</summary>
    public async Task<bool> TakeAsync(int calls, TimeSpan patience, CancellationToken stop)
    {
        while (true)
        {
            var now = table.Time.GetUtcNow().UtcTicks;
            var idle = now - (interval * burst);
            var price = interval * calls;
            // Busy: wait in line behind what others have taken. Idle: what was not used is lost, but for the burst.
            var taken = await table.ChangeAndReadAsync(
                Row().Add(Next, price).If("#Next > :idle AND #Next <= :last", ("idle", Number(idle)), ("last", Number(now + patience.Ticks - price))), stop).ConfigureAwait(false)
                ?? await table.ChangeAndReadAsync(
                    Row().Set(Next, idle + price).If("attribute_not_exists(#Next) OR #Next <= :idle", ("idle", Number(idle))), stop).ConfigureAwait(false);
            if (taken is null)
            {
                // Neither: too long a line, or another was quicker to wake the idle row.
                if (await table.GetAsync(Key, stop).ConfigureAwait(false) is { } row && row.Number(Next) > now + patience.Ticks - price) return false;
                continue;
            }

            var wait = new TimeSpan((taken.Number(Next) ?? 0) - now);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, table.Time, stop).ConfigureAwait(false);
            return true;
        }
    }

    private RowKey Key => new("BUDGET#" + name, "NEXT");

    private RowChange Row() => new(Key);

    private static Amazon.DynamoDBv2.Model.AttributeValue Number(long ticks) => new() { N = ticks.ToString(CultureInfo.InvariantCulture) };
}
