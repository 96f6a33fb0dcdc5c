using System.Collections.Immutable;
using ServerlessSec.Facts;
using ServerlessSec.Rules;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Scanning;

/// <summary>What a scan learned of one function.</summary>
/// <param name="Record">Its facts.</param>
/// <param name="Evidence">Tells whether anything would be new next time; null where not all was seen.</param>
internal sealed record Learned(FunctionRecord Record, string? Evidence)
{
    public DateTimeOffset ObservedAt { get; init; }

    /// <summary>Null where facts were loaded, whose references stand already.</summary>
    public FunctionSnapshot? Snapshot { get; init; }

    public ScanRun Run(ScanJob job) => new()
    {
        Scan = job.Scan,
        Owner = job.Function,
        ObservedAt = ObservedAt,
        Seen = FunctionFacts.Of(Record, default).SeenOfAll,
        Advisories = AdvisoryLevel.Of(Record.Package?.Advisories),
        Packages = Record.Parts().All(static each => each.Package is { IsSeen: true })
            ? [.. Record.Inventory!.Components.Select(static c => c.Purl.WithoutVersion.ToString())] : null,
        Evidence = Evidence,
    };

    public Observation Observe(Judgement judgement) => new()
    {
        Findings = judgement.Findings,
        Gaps = [.. Gaps.Concat(judgement.Gaps).Distinct().Select(static gap => new RunGap(gap))],
        Runtime = Record.Posture?.Configuration.Runtime.Value ?? Snapshot?.Configuration.Runtime.Value,
    };

    /// <summary>The facts as they are kept: the same as long as nothing but the hour is another.</summary>
    public FunctionRecord Kept => Lasting(Record);

    /// <summary>What the facts themselves do not say.</summary>
    public ImmutableArray<Gap> Stopped { get; init; } = [];

    /// <summary>Sources and sinks of events, by which functions touch each other.</summary>
    public ImmutableArray<string> Touches =>
    [
        .. Record.Parts().Select(static each => each.Posture).OfType<PostureFacts>().SelectMany(static posture => posture.Triggers.Select(static t => t.Source)
            .Concat([posture.Configuration.OnSuccess.Value, posture.Configuration.OnFailure.Value, posture.Configuration.DeadLetterTarget.Value]))
            .OfType<string>().Distinct().Order(StringComparer.Ordinal),
    ];

    private IEnumerable<Gap> Gaps => [.. Stopped, .. Record.AllGaps(), .. Record.Package?.Advisories?.Gaps ?? []];

    private static FunctionRecord Lasting(FunctionRecord record) => record with
    {
        Package = record.Package is { Advisories: { } set } package ? package with { Advisories = set.Lasting } : record.Package,
        Served = [.. record.Served.Select(Lasting)],
    };
}

/// <summary>From a snapshot to facts, loaded where nothing can have changed; and what is kept of them.</summary>
internal sealed class FunctionLearning(FunctionPorts ports)
{
    public async Task<Learned> LearnAsync(ScanJob job, ScanRow? row, FunctionSight sight, FunctionSnapshot snapshot, Scanner scanner, CancellationToken soon, CancellationToken stop)
    {
        if (sight.IsSettling) snapshot = snapshot with { Gaps = snapshot.Gaps.Add(Unsettled(job)) };
        var mark = sight.IsSettling ? null : sight.Mark(snapshot);
        if (job.Scan == ScanKind.Package && mark is not null && row is { Ending: ScanEnding.Seen, Progress: ScanProgress.Finished } && row.Evidence == mark
            && await StoredAsync(job, stop).ConfigureAwait(false) is { } stored)
            return new(await scanner.MatchAsync(stored, ports.Advisories, soon).ConfigureAwait(false), mark) { Snapshot = snapshot };

        var application = await scanner.DeriveAsync(new() { Name = job.Function.Arn, Functions = [snapshot] }, job.Bulk ? ports.BulkPackages : ports.Packages, ports.Advisories, soon).ConfigureAwait(false);
        var record = application.Functions.SingleOrDefault() ?? new FunctionRecord { Id = snapshot.Id };
        record = job.Scan == ScanKind.Package ? record with { Package = Noted(record.Package, snapshot, application.Gaps) } : record;
        return new(record, IsWhole(job, record) ? mark : null) { Snapshot = snapshot, Stopped = job.Scan == ScanKind.Package ? [] : application.Gaps };
    }

    /// <summary>Facts of the scan before; null where there are none that this program reads.</summary>
    public async Task<FunctionRecord?> StoredAsync(ScanJob job, CancellationToken stop)
    {
        if (await ports.Facts.SummaryAsync(job.Function, job.Scan, stop).ConfigureAwait(false) is not { IsCurrent: true, Address: { } address }) return null;
        try
        {
            return await ports.Facts.GetAsync(address, stop).ConfigureAwait(false);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public async Task KeepAsync(ScanJob job, Learned learned, ScanOrder order, CancellationToken stop)
    {
        var putting = ports.Facts.PutAsync(learned.Kept, stop);
        var listing = learned.Record is { Package.IsSeen: true, Inventory: { } inventory }
            ? ports.Inventories.PutAsync(job.Function, Reference.AddressOf(inventory), inventory, stop)
            : Task.CompletedTask;
        var referring = learned.Snapshot is { } snapshot ? ReferAsync(job, learned, snapshot, stop) : Task.CompletedTask;
        await Task.WhenAll(putting, listing, referring).ConfigureAwait(false);
        await SummarizeAsync(job, new FactsSummary
        {
            Owner = job.Function,
            Scan = job.Scan,
            Order = order,
            Address = await putting.ConfigureAwait(false),
            Role = learned.Record.Posture?.Role?.Arn,
            Touches = learned.Touches,
        }, stop).ConfigureAwait(false);
    }

    /// <summary>The function has no facts any more.</summary>
    public async Task ForgetAsync(ScanJob job, ScanOrder order, CancellationToken stop)
    {
        await ports.References.ReplaceAsync(job.Function, Reference.KindsOf(job.Scan), [], stop).ConfigureAwait(false);
        if (await ports.Facts.SummaryAsync(job.Function, job.Scan, stop).ConfigureAwait(false) is { Address: not null })
            await SummarizeAsync(job, new FactsSummary { Owner = job.Function, Scan = job.Scan, Order = order }, stop).ConfigureAwait(false);
    }

    /// <summary>What was not permitted to be read is referred to as before: its events must still find the function.</summary>
    private Task ReferAsync(ScanJob job, Learned learned, FunctionSnapshot snapshot, CancellationToken stop)
    {
        var needed = job.Scan == ScanKind.Posture ? Evidence.ExecutionRole : Evidence.Package;
        if (snapshot.Served.Prepend(snapshot).Any(each => each.Missing.ContainsKey(needed))) return Task.CompletedTask;
        IEnumerable<Reference> references = job.Scan == ScanKind.Posture
            ? Reference.OfPosture(snapshot)
            : learned.Record.Inventory is { } inventory ? Reference.OfPackage(snapshot, Reference.AddressOf(inventory)) : [];
        return ports.References.ReplaceAsync(job.Function, Reference.KindsOf(job.Scan), references, stop);
    }

    private async Task SummarizeAsync(ScanJob job, FactsSummary summary, CancellationToken stop)
    {
        // During bulk work the application is looked at every few minutes, by schedule.
        if (await ports.Facts.SummarizeAsync(summary, stop).ConfigureAwait(false) && !job.Bulk)
            await ports.Queue.WakeApplicationAsync(job.Function.Application, $"{job.Function.Arn} {job.Scan} {job.EventId} {job.Attempt} {summary.Address}", stop).ConfigureAwait(false);
    }

    private static PackageFacts Noted(PackageFacts? package, FunctionSnapshot snapshot, ImmutableArray<Gap> gaps)
    {
        package ??= new() { Id = snapshot.Id, IsSeen = false };
        return package with { Inventory = package.Inventory with { Gaps = [.. package.Inventory.Gaps, .. snapshot.Gaps, .. gaps] } };
    }

    /// <summary>A package that could not be had, or was given up, is to be tried anew next time.</summary>
    private static bool IsWhole(ScanJob job, FunctionRecord record) => job.Scan == ScanKind.Posture
        ? record.Posture is not null
        : record.Parts().All(static each => each.Package is { IsSeen: true }) && !record.Inventory!.Gaps.Any(static g => g.Kind is GapKind.Missing or GapKind.Stopped or GapKind.Limit or GapKind.Fault);

    private static Gap Unsettled(ScanJob job) => new(
        GapKind.Missing, new() { Evidence = job.Scan == ScanKind.Posture ? Evidence.Configuration : Evidence.Package }, "still being updated",
        $"{job.Function.Function} was still being created or updated at the last of {FunctionWork.Looks} looks, and was scanned as it was then.");
}
