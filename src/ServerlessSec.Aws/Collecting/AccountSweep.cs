using ServerlessSec.Aws.Clients;
using ServerlessSec.Facts;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Collecting;

/// <param name="Functions">In AWS's list.</param>
/// <param name="Waiting">Jobs put in line.</param>
/// <param name="Gone">Functions that are known and not in the list.</param>
/// <param name="Next">The function after which to go on another time; null where all are done.</param>
public sealed record SweepOutcome(int Functions, int Waiting, int Gone, string? Next);

/// <summary>
/// Finds what no event told of: by list calls, what differs from what was scanned, what is unknown or gone, and the
/// seventh that was observed longest ago. All of it becomes bulk work, a few functions after the other, so that a sweep
/// that is stopped has not been in vain.
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

    /// <param name="after">Functions up to this name were done before; null for none.</param>
    /// <param name="soon">Ends the comparing; what was compared is in line by then.</param>
    /// <param name="stop">Ends everything.</param>
    public async Task<SweepOutcome> SweepAsync(string? after, CancellationToken soon, CancellationToken stop)
    {
        var wish = new ScanWish(time.GetUtcNow(), null, ApplicationRecord.CurrentSchema);
        var listed = await lambda.ListFunctionsAsync(stop).OrderBy(static f => f.FunctionName, StringComparer.Ordinal).ToListAsync(stop).ConfigureAwait(false);
        var mappings = (await lambda.ListEventSourceMappingsAsync(null, stop).ToListAsync(stop).ConfigureAwait(false))
            .ToLookup(static m => Receiving.FunctionName.Unqualified(m.FunctionArn));
        var roles = new SeenRoles(new(iam));

        var waiting = 0;
        var same = new List<(Owner Owner, ScanKind Scan, DateTimeOffset ObservedAt)>();
        foreach (var chunk in listed.SkipWhile(f => after is not null && string.CompareOrdinal(f.FunctionName, after) <= 0).Chunk(AtOnce))
        {
            if (soon.IsCancellationRequested) return new(listed.Count, waiting + await AddAsync(Oldest(same), wish, stop).ConfigureAwait(false), 0, after);
            var compared = await CompareAsync(chunk, mappings, roles, stop).ConfigureAwait(false);
            same.AddRange(compared.Where(static c => !c.Differs).Select(static c => (c.Owner, c.Scan, c.Row!.Order.ObservedAt)));
            waiting += await AddAsync(compared.Where(static c => c.Differs).Select(static c => (c.Owner, c.Scan)), wish, stop).ConfigureAwait(false);
            after = chunk[^1].FunctionName;
        }

        waiting += await AddAsync(Oldest(same), wish, stop).ConfigureAwait(false);
        var there = listed.Select(static f => Owner.Parse(f.FunctionArn)).ToHashSet();
        var gone = await facts.SummariesAsync(stop).Where(summary => summary.Address is not null && !there.Contains(summary.Owner))
            .Select(static summary => (summary.Owner, summary.Scan)).ToListAsync(stop).ConfigureAwait(false);
        return new(listed.Count, waiting + await AddAsync(gone, wish, stop).ConfigureAwait(false), gone.Count, null);
    }

    private static IEnumerable<(Owner Owner, ScanKind Scan)> Oldest(List<(Owner Owner, ScanKind Scan, DateTimeOffset ObservedAt)> same) =>
        same.OrderBy(static s => s.ObservedAt).Take((same.Count + Part - 1) / Part).Select(static s => (s.Owner, s.Scan));

    private async Task<int> AddAsync(IEnumerable<(Owner Owner, ScanKind Scan)> jobs, ScanWish wish, CancellationToken stop)
    {
        var added = 0;
        foreach (var chunk in jobs.Chunk(AtOnce))
        {
            await Task.WhenAll(chunk.Select(job => bulk.AddAsync(job.Owner, job.Scan, wish, isAhead: false, stop))).ConfigureAwait(false);
            added += chunk.Length;
        }

        return added;
    }

    private async Task<List<Compared>> CompareAsync(
        FunctionDescription[] functions, ILookup<string?, EventSourceMapping> mappings, SeenRoles roles, CancellationToken stop)
    {
        var known = await Task.WhenAll(functions.Select(function => RowsAsync(Owner.Parse(function.FunctionArn), stop))).ConfigureAwait(false);
        var compared = new List<Compared>(2 * functions.Length);
        foreach (var (function, (posture, package)) in functions.Zip(known))
        {
            var owner = Owner.Parse(function.FunctionArn);
            compared.Add(new(owner, ScanKind.Package, package, !IsSeen(package) || !FunctionMark.IsOf(package!.Evidence, FunctionMark.OfPackage(function))));
            // Roles are the dear part, and not needed where the function is scanned anyway.
            compared.Add(new(owner, ScanKind.Posture, posture, !IsSeen(posture)
                || posture!.Evidence != FunctionMark.OfPosture(function, mappings[function.FunctionName], await roles.FindAsync(function.Role, stop).ConfigureAwait(false))));
        }

        return compared;
    }

    private async Task<(ScanRow? Posture, ScanRow? Package)> RowsAsync(Owner owner, CancellationToken stop) => (
        await findings.RowAsync(owner, ScanKind.Posture, stop).ConfigureAwait(false),
        await findings.RowAsync(owner, ScanKind.Package, stop).ConfigureAwait(false));

    private static bool IsSeen(ScanRow? row) => row is { Progress: ScanProgress.Finished, Ending: ScanEnding.Seen, Schema: >= ApplicationRecord.CurrentSchema };

    private sealed record Compared(Owner Owner, ScanKind Scan, ScanRow? Row, bool Differs);

    /// <summary>Each role is read once a sweep, one after the other: IAM has one rate for everybody in the account.</summary>
    private sealed class SeenRoles(RoleCollector collector)
    {
        private readonly Dictionary<string, ExecutionRole?> seen = new(StringComparer.Ordinal);

        public async Task<ExecutionRole?> FindAsync(string? arn, CancellationToken stop)
        {
            if (arn is null) return null;
            if (seen.TryGetValue(arn, out var known)) return known;
            var (role, missing) = await collector.CollectAsync(arn, stop).ConfigureAwait(false);
            return seen[arn] = missing is null ? role : null;
        }
    }
}
