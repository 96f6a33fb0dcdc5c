using ServerlessSec.Aws.Storing;

namespace ServerlessSec.Aws.Collecting;

/// <summary>
/// Takes turns at Lambda's control plane from the budgets that all scanners share, a few calls at a time. Calls may ask for
/// theirs at once.
/// </summary>
internal sealed class ApiPace(TimeSpan patience, params IReadOnlyList<ApiBudget> budgets)
{
    private const int Block = 4;
    private readonly Lock gate = new();
    private Task last = Task.CompletedTask;
    private int left;

    public Task TakeAsync(CancellationToken stop)
    {
        lock (gate) return last = TakeAsync(last, stop);
    }

    private async Task TakeAsync(Task before, CancellationToken stop)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (left == 0) await RefillAsync(stop).ConfigureAwait(false);
        left--;
    }

    private async Task RefillAsync(CancellationToken stop)
    {
        foreach (var budget in budgets)
        {
            if (!await budget.TakeAsync(Block, patience, stop).ConfigureAwait(false))
                throw new TimeoutException($"no call to Lambda's control plane was to be had within {patience.TotalSeconds:0} seconds");
        }

        left = Block;
    }
}
