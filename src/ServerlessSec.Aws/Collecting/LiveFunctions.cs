using System.Collections.Immutable;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Collecting;

/// <summary>Functions of the account as they are now.</summary>
/// <param name="lambda">For what was just deployed.</param>
/// <param name="bulk">For what waits behind it, at a lower rate.</param>
internal sealed class LiveFunctions(LambdaClient lambda, LambdaClient bulk, LogsClient logs, IamClient iam) : IFunctionSource
{
    public async Task<FunctionSight> LookAsync(ScanJob job, CancellationToken stop)
    {
        // A collector reads a policy once; the next job must see what it is then.
        var by = new FunctionCollector(job.Bulk ? bulk : lambda, logs, new(iam));
        var seen = await by.LookAsync(job.Function.Function!, stop).ConfigureAwait(false);
        if (seen.IsAbsent) return new Refusal(job, "") { IsAbsent = true };
        if (seen.Value is not { } answer) return new Refusal(job, seen.Denied ?? "lambda:GetFunction gave no answer");
        return job.Scan == ScanKind.Package
            ? new PackageSight(answer, by) { IsSettling = IsSettling(answer), Tags = answer.Tags.ToImmutableSortedDictionary() }
            : new PostureSight(answer, by) { IsSettling = IsSettling(answer), Tags = answer.Tags.ToImmutableSortedDictionary() };
    }

    private static bool IsSettling(GetFunctionAnswer answer) => answer.Configuration is { State: "Pending" } or { LastUpdateStatus: "InProgress" };

    private sealed class PostureSight(GetFunctionAnswer answer, FunctionCollector collector) : FunctionSight
    {
        private ImmutableArray<EventSourceMapping> mappings = [];

        public override async Task<FunctionSnapshot> CollectAsync(CancellationToken stop)
        {
            var (snapshot, listed) = await collector.CollectAsync(answer, null, stop).ConfigureAwait(false);
            mappings = listed;
            return Posture(snapshot) with { Served = [.. snapshot.Served.Select(Posture)] };
        }

        public override string? Mark(FunctionSnapshot snapshot) =>
            FunctionMark.OfPosture(answer.Configuration, mappings, snapshot.Missing.ContainsKey(Evidence.ExecutionRole) ? null : snapshot.Role);

        private static FunctionSnapshot Posture(FunctionSnapshot snapshot) => snapshot with { Asked = Collected.Posture, Missing = snapshot.Missing.Remove(Evidence.Package) };
    }

    private sealed class PackageSight(GetFunctionAnswer answer, FunctionCollector collector) : FunctionSight
    {
        public override Task<FunctionSnapshot> CollectAsync(CancellationToken stop) => collector.PackagesAsync(answer, stop);

        public override string? Mark(FunctionSnapshot snapshot) => FunctionMark.OfPackages(answer.Configuration, snapshot);
    }

    /// <summary>Nothing is to be seen, whether or not something is there.</summary>
    private sealed class Refusal(ScanJob job, string reason) : FunctionSight
    {
        public override Task<FunctionSnapshot> CollectAsync(CancellationToken stop) =>
            Task.FromResult(FunctionCollector.Refused(job.Function.Arn, job.Scan == ScanKind.Package ? Evidence.Package : Collected.Posture, reason));

        public override string? Mark(FunctionSnapshot snapshot) => null;
    }
}
