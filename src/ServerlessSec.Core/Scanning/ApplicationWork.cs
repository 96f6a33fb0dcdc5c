using System.Collections.Immutable;
using ServerlessSec.Facts;
using ServerlessSec.Rules;

namespace ServerlessSec.Scanning;

/// <summary>What one run over the application came to.</summary>
/// <param name="Functions">That were joined; none where nothing had changed.</param>
public sealed record ApplicationOutcome(int Functions, int Differences, int Findings, bool Superseded);

/// <summary>
/// Joins what the other scans learned of all functions. It collects nothing, and a run in which nothing differs from what
/// the last finished one read does nothing.
/// </summary>
public sealed class ApplicationWork(IFindingStore findings, IFactsStore facts, ImmutableArray<Rule> rules, TimeProvider time)
{
    private const int AtOnce = 16;

    private readonly Replacer replacer = new(findings, ScanRules.Of(rules));
    private readonly Evidence needs = rules.Where(static r => RuleScan.Of(r) == ScanKind.Application).Aggregate(Evidence.None, static (all, r) => all | r.Descriptor.Needs);

    public async Task<ApplicationOutcome> DoAsync(Owner application, CancellationToken stop)
    {
        var observedAt = time.GetUtcNow();
        var differences = await ListAsync(facts.DifferencesAsync(stop), stop).ConfigureAwait(false);
        if (differences.IsEmpty) return new(0, 0, 0, false);

        // Read after the differences: what changes in between stays different.
        var summaries = (await ListAsync(facts.SummariesAsync(stop), stop).ConfigureAwait(false)).ToDictionary(static s => (s.Owner, s.Scan));
        foreach (var difference in differences) summaries[(difference.Owner, difference.Scan)] = difference;
        var read = await ReadAsync([.. summaries.Values.Where(Matters)], stop).ConfigureAwait(false);
        var joined = Join(application, read, DateOnly.FromDateTime(observedAt.UtcDateTime));
        var judgement = new Scanner(rules, ScanLimits.Default, joined.Today).JudgeApplication(joined);

        var seen = judgement.Findings.ToLookup(finding => application.For(finding.Subject));
        var gaps = Gaps(read, judgement);
        var superseded = false;
        // Functions first: the application's own row, written last, says that all is done.
        var owners = seen.Select(static g => g.Key).Concat(differences.Select(static d => d.Owner)).Where(owner => owner != application).Distinct();
        foreach (var owner in owners.OrderBy(static o => o.Arn, StringComparer.Ordinal).Append(application))
        {
            var run = new ScanRun { Scan = ScanKind.Application, Owner = owner, ObservedAt = observedAt };
            if (owner.Function is not null && !HasJoinedRules) continue;
            if (owner.Function is not null && !joined.Functions.Any(f => f.Name == owner.Function)) continue;
            var mine = owner.Function is null ? gaps : [.. gaps.Where(g => g.Function == owner.Function).Select(static g => g with { Function = null })];
            var result = await replacer.ReplaceAsync(run, new() { Findings = [.. seen[owner]], Gaps = mine, Runtime = Runtime(read, owner) }, stop).ConfigureAwait(false);
            superseded |= result == ReplacementResult.Superseded && owner == application;
        }

        var unread = read.Where(static r => r.Problem is not null).Select(static r => r.Summary).ToImmutableArray();
        if (!superseded) await facts.MarkReadAsync([.. differences.Except(unread)], unread, stop).ConfigureAwait(false);
        return new(joined.Functions.Length, differences.Length, judgement.Findings.Length, superseded);
    }

    /// <summary>Rules about one function whose evidence comes from both other scans.</summary>
    private bool HasJoinedRules => rules.Any(static r => r is FunctionRule && RuleScan.Of(r) == ScanKind.Application);

    private bool Matters(FactsSummary summary) => summary.Address is not null && summary.Scan switch
    {
        ScanKind.Posture => true,
        ScanKind.Package => (needs & Collected.Posture) != needs,
        _ => false,
    };

    private async Task<ImmutableArray<ReadFacts>> ReadAsync(IReadOnlyCollection<FactsSummary> summaries, CancellationToken stop)
    {
        var read = ImmutableArray.CreateBuilder<ReadFacts>(summaries.Count);
        foreach (var chunk in summaries.OrderBy(static s => s.Owner.Arn, StringComparer.Ordinal).Chunk(AtOnce))
            read.AddRange(await Task.WhenAll(chunk.Select(summary => ReadAsync(summary, stop))).ConfigureAwait(false));
        return read.ToImmutable();
    }

    private async Task<ReadFacts> ReadAsync(FactsSummary summary, CancellationToken stop)
    {
        if (!summary.IsCurrent) return new(summary, null, "its facts have an older form");
        try
        {
            return new(summary, await facts.GetAsync(summary.Address!, stop).ConfigureAwait(false), null);
        }
        catch (FormatException unread)
        {
            return new(summary, null, unread.Message);
        }
    }

    private static ApplicationFacts Join(Owner application, ImmutableArray<ReadFacts> read, DateOnly today) => new()
    {
        Name = application.Arn,
        Today = today,
        Functions =
        [
            .. read.Where(static r => r.Record is not null).GroupBy(static r => r.Summary.Owner)
                .Select(of => FunctionFacts.Of(Joined(of.Key.Function!, [.. of.Select(static r => r.Record!)]), today)),
        ],
    };

    /// <summary>Rules that join functions look at postures, of which each version has its own.</summary>
    private static FunctionRecord Joined(string name, FunctionRecord[] records)
    {
        var posture = records.FirstOrDefault(static r => r.Posture is not null);
        return (posture ?? records[0]) with { Id = name, Package = records.Select(static r => r.Package).FirstOrDefault(static p => p is not null) };
    }

    /// <summary>What the other scans did not see covers here too, and is theirs to tell; facts that cannot be read are ours.</summary>
    private static ImmutableArray<RunGap> Gaps(ImmutableArray<ReadFacts> read, Judgement judgement) =>
    [
        .. judgement.Gaps.Select(static gap => new RunGap(gap)),
        .. read.SelectMany(static r => (r.Record?.AllGaps() ?? [])
            .Select(gap => new RunGap(gap, r.Summary.Owner.Function, Elsewhere: true))),
        .. read.Where(static r => r.Problem is not null).Select(static r => new RunGap(
            new(
                GapKind.Missing, new() { Evidence = r.Summary.Scan == ScanKind.Posture ? Collected.Posture : Evidence.Package }, "no current facts",
                $"What is known of {r.Summary.Owner.Function} was not joined with the rest: {r.Problem}. Its next scan mends that."),
            r.Summary.Owner.Function)),
    ];

    private static string? Runtime(ImmutableArray<ReadFacts> read, Owner owner) =>
        owner.Function is null ? null : read.FirstOrDefault(r => r.Summary.Owner == owner && r.Record?.Posture is not null)?.Record?.Posture?.Configuration.Runtime.Value;

    private static async Task<ImmutableArray<T>> ListAsync<T>(IAsyncEnumerable<T> items, CancellationToken stop)
    {
        var list = ImmutableArray.CreateBuilder<T>();
        await foreach (var item in items.WithCancellation(stop).ConfigureAwait(false)) list.Add(item);
        return list.ToImmutable();
    }

    /// <param name="Problem">Why there is no record; null where there is one.</param>
    private sealed record ReadFacts(FactsSummary Summary, FunctionRecord? Record, string? Problem);
}
