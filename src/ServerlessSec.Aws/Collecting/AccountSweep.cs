using ServerlessSec.Aws.Clients;
using ServerlessSec.Facts;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Collecting;

/// <param name="Functions">In AWS's list.</param>
/// <param name="Waiting">Jobs put in line.</param>
/// <param name="Gone">Functions that are known and not in the list.</param>
public sealed record SweepOutcome(int Functions, int Waiting, int Gone);

/// <summary>
/// Finds what no event told of: by list calls, what differs from what was scanned, what is unknown or gone, and the
/// seventh that was observed longest ago. All of it becomes bulk work.
/// </summary>
public sealed class AccountSweep
{
    private const int AtOnce = 16;
    private const int Part = 7;

    private readonly LambdaClient lambda;
    private readonly IamClient iam;
    private readonly IFindingStore findings;
    private readonly IFactsStore facts;
    private readonly IBulkStore bulk;
    private readonly TimeProvider time;

    internal AccountSweep(LambdaClient lambda, IamClient iam, IFindingStore findings, IFactsStore facts, IBulkStore bulk, TimeProvider time) =>
        (this.lambda, this.iam, this.findings, this.facts, this.bulk, this.time) = (lambda, iam, findings, facts, bulk, time);

    public async Task<SweepOutcome> SweepAsync(CancellationToken stop)
    {
        var wish = new ScanWish(time.GetUtcNow(), null, ApplicationRecord.CurrentSchema);
        var listed = await lambda.ListFunctionsAsync(stop).ToListAsync(stop).ConfigureAwait(false);
        var mappings = (await lambda.ListEventSourceMappingsAsync(null, stop).ToListAsync(stop).ConfigureAwait(false))
            .ToLookup(static m => Receiving.FunctionName.Unqualified(m.FunctionArn));
        var roles = await RolesAsync(listed, stop).ConfigureAwait(false);

        var waiting = 0;
        var same = new List<(Owner Owner, ScanKind Scan, DateTimeOffset ObservedAt)>();
        foreach (var chunk in listed.Chunk(AtOnce))
        {
            var compared = await Task.WhenAll(chunk.Select(function => CompareAsync(function, mappings[function.FunctionName], roles, stop))).ConfigureAwait(false);
            foreach (var (owner, scan, row, differs) in compared.SelectMany(static c => c))
            {
                if (!differs) same.Add((owner, scan, row!.Order.ObservedAt));
                else waiting += await AddAsync(owner, scan, wish, stop).ConfigureAwait(false);
            }
        }

        foreach (var (owner, scan, _) in same.OrderBy(static s => s.ObservedAt).Take((same.Count + Part - 1) / Part)) waiting += await AddAsync(owner, scan, wish, stop).ConfigureAwait(false);

        var there = listed.Select(static f => Owner.Parse(f.FunctionArn)).ToHashSet();
        var gone = 0;
        await foreach (var summary in facts.SummariesAsync(stop).ConfigureAwait(false))
        {
            if (summary.Address is null || there.Contains(summary.Owner)) continue;
            gone++;
            waiting += await AddAsync(summary.Owner, summary.Scan, wish, stop).ConfigureAwait(false);
        }

        return new(listed.Count, waiting, gone);
    }

    private async Task<int> AddAsync(Owner owner, ScanKind scan, ScanWish wish, CancellationToken stop)
    {
        await bulk.AddAsync(owner, scan, wish, stop).ConfigureAwait(false);
        return 1;
    }

    private async Task<(Owner Owner, ScanKind Scan, ScanRow? Row, bool Differs)[]> CompareAsync(
        FunctionDescription function, IEnumerable<EventSourceMapping> mappings, Dictionary<string, ExecutionRole?> roles, CancellationToken stop)
    {
        var owner = Owner.Parse(function.FunctionArn);
        var role = function.Role is null ? null : roles.GetValueOrDefault(function.Role);
        return
        [
            await CompareAsync(owner, ScanKind.Posture, FunctionMark.OfPosture(function, mappings, role), stop).ConfigureAwait(false),
            await CompareAsync(owner, ScanKind.Package, FunctionMark.OfPackage(function), stop).ConfigureAwait(false),
        ];
    }

    private async Task<(Owner Owner, ScanKind Scan, ScanRow? Row, bool Differs)> CompareAsync(Owner owner, ScanKind scan, string? mark, CancellationToken stop)
    {
        var row = await findings.RowAsync(owner, scan, stop).ConfigureAwait(false);
        return (owner, scan, row, row is not { Progress: ScanProgress.Finished, Ending: ScanEnding.Seen } || row.Evidence != mark || row.Schema < ApplicationRecord.CurrentSchema);
    }

    private async Task<Dictionary<string, ExecutionRole?>> RolesAsync(IEnumerable<FunctionDescription> functions, CancellationToken stop)
    {
        var collector = new RoleCollector(iam);
        var roles = new Dictionary<string, ExecutionRole?>(StringComparer.Ordinal);
        foreach (var arn in functions.Select(static f => f.Role).OfType<string>().Distinct())
        {
            var (role, missing) = await collector.CollectAsync(arn, stop).ConfigureAwait(false);
            roles[arn] = missing is null ? role : null;
        }

        return roles;
    }
}
