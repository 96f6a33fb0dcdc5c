using ServerlessSec.Aws.Storing;

namespace ServerlessSec.Aws.Collecting;

/// <summary>Takes turns at Lambda's control plane from the budgets that all scanners share, a few calls at a time.</summary>
internal sealed class ApiPace(TimeSpan patience, params IReadOnlyList<ApiBudget> budgets)
{
    private const int Block = 4;
    private int left;

    public async Task TakeAsync(CancellationToken stop)
    {
        if (left == 0)
        {
            foreach (var budget in budgets)
            {
                if (!await budget.TakeAsync(Block, patience, stop).ConfigureAwait(false))
                    throw new TimeoutException($"no call to Lambda's control plane was to be had within {patience.TotalSeconds:0} seconds");
            }

            left = Block;
        }

        left--;
    }
}
