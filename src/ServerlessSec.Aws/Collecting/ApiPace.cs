using ServerlessSec.Aws.Storing;

namespace ServerlessSec.Aws.Collecting;

/// <summary>Takes turns at Lambda's control plane from the budgets that all scanners share.</summary>
/// <param name="patience">With each budget.</param>
/// <param name="budgets">The narrowest first: a turn at the last one is used at once, and not kept while waiting for another.</param>
internal sealed class ApiPace(TimeSpan patience, params IReadOnlyList<ApiBudget> budgets)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Nearly what both scans of one function need. With a second's worth at the usual rate it is the 15 calls that Lambda
    // grants an account each second.
    private const int OneFunction = 10;

    /// <summary>All scanners together keep to the rate, and bulk work to half of it.</summary>
    public static ApiPace Of(StateTable table, double callsPerSecond, bool isBulk)
    {
        var shared = new ApiBudget(table, "lambda", callsPerSecond, OneFunction);
        return isBulk ? new(Patience, new ApiBudget(table, "lambda-bulk", callsPerSecond / 2), shared) : new(Patience, shared);
    }

    public async Task TakeAsync(CancellationToken stop)
    {
        foreach (var budget in budgets)
        {
            if (!await budget.TakeAsync(1, patience, stop).ConfigureAwait(false))
                throw new TimeoutException($"no call to Lambda's control plane was to be had within {patience.TotalSeconds:0} seconds");
        }
    }
}
