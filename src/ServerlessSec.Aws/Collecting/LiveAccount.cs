using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Scanning;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Collecting;

/// <summary>A function to look at.</summary>
/// <param name="Name">Unqualified.</param>
/// <param name="Qualifier">A version or alias, and nothing else of the function; null for all that it serves.</param>
public sealed record LiveFunction(string Name, string? Qualifier = null)
{
    public override string ToString() => Qualifier is null ? Name : $"{Name}:{Qualifier}";
}

/// <summary>The functions that were listed, or why they were not.</summary>
public sealed record LiveListing(ImmutableArray<LiveFunction> Functions, ImmutableArray<Gap> Gaps);

/// <summary>
/// An account in a Region as it is now, for a scan that runs once and that no queue would repeat: a few functions are
/// collected at a time, and what AWS does not tell of one costs nothing of the others.
/// </summary>
public sealed class LiveAccount
{
    private const int AtOnce = 6;

    private readonly Owner application;
    private readonly LambdaClient lambda;
    private readonly FunctionCollector collector;

    internal LiveAccount(Owner application, LambdaClient lambda, LogsClient logs, IamClient iam)
    {
        (this.application, this.lambda) = (application, lambda);
        collector = new(lambda, logs, new(iam));
    }

    /// <summary>All functions, by name.</summary>
    public async Task<LiveListing> ListAsync(CancellationToken stop)
    {
        try
        {
            var listed = await lambda.ListFunctionsAsync(stop).ToListAsync(stop).ConfigureAwait(false);
            return new([.. listed.Select(static f => new LiveFunction(f.FunctionName)).OrderBy(static f => f.Name, StringComparer.Ordinal)], []);
        }
        catch (AmazonServiceException answer) when (Attempt.IsDenied(answer))
        {
            var reason = $"lambda:ListFunctions was refused ({answer.ErrorCode})";
            return new([], [new(GapKind.Missing, new() { Evidence = Collected.All }, reason, $"The functions of {application.Arn} were not seen: {reason}.")]);
        }
    }

    /// <summary>Which of the functions are not there, by one call each.</summary>
    public async Task<ImmutableArray<LiveFunction>> AbsentAsync(ImmutableArray<LiveFunction> functions, CancellationToken stop)
    {
        var absent = ImmutableArray.CreateBuilder<LiveFunction>();
        foreach (var function in functions)
        {
            if ((await collector.LookAsync(function.Name, function.Qualifier, stop).ConfigureAwait(false)).IsAbsent) absent.Add(function);
        }

        return absent.ToImmutable();
    }

    /// <summary>Snapshots in the order of the functions; one that is not there any more is left out.</summary>
    /// <param name="functions">Of the account.</param>
    /// <param name="optOut">Whether the tag that says so keeps a function from being looked at.</param>
    /// <param name="collected">Told of each function that is done with.</param>
    /// <param name="stop">Ends collecting; what was not come to has an empty snapshot.</param>
    public async IAsyncEnumerable<FunctionSnapshot> SnapshotsAsync(
        ImmutableArray<LiveFunction> functions, bool optOut, Action<int>? collected = null, [EnumeratorCancellation] CancellationToken stop = default)
    {
        var running = new Queue<Task<FunctionSnapshot?>>();
        var begun = 0;
        for (var done = 1; done <= functions.Length; done++)
        {
            while (begun < functions.Length && running.Count < AtOnce) running.Enqueue(CollectAsync(functions[begun++], optOut, stop));
            var snapshot = await running.Dequeue().ConfigureAwait(false);
            if (snapshot is not null) yield return snapshot;
            collected?.Invoke(done);
        }
    }

    private async Task<FunctionSnapshot?> CollectAsync(LiveFunction function, bool optOut, CancellationToken stop)
    {
        try
        {
            var seen = await collector.LookAsync(function.Name, function.Qualifier, stop).ConfigureAwait(false);
            if (seen.IsAbsent) return null;
            if (seen.Value is not { } answer) return Refused(function, seen.Denied ?? "lambda:GetFunction gave no answer");
            return optOut && OptOut.IsTagged(answer.Tags) ? OptedOut(function) : await collector.WholeAsync(answer, function.Qualifier, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Refused(function, "the scan was stopped before it was collected");
        }
        catch (Exception failed) when (failed is AmazonServiceException or AmazonClientException or HttpRequestException or OperationCanceledException)
        {
            return Refused(function, Attempt.Failure(failed));
        }
    }

    private FunctionSnapshot Refused(LiveFunction function, string reason) => FunctionCollector.Refused(Arn(function), Collected.All, reason) with { Qualifier = function.Qualifier };

    private FunctionSnapshot OptedOut(LiveFunction function) => new()
    {
        Id = function.Name,
        Arn = Arn(function),
        Asked = Evidence.Configuration,
        Missing = new Dictionary<Evidence, string> { [Evidence.Configuration] = $"its tag {OptOut.Tag}=off keeps it from being scanned" }.ToImmutableSortedDictionary(),
    };

    private string Arn(LiveFunction function) => Owner.Of(application.Partition, application.Region, application.Account, function.Name).Arn;
}
