using System.Collections.Immutable;
using ServerlessSec.Findings;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Storing;

/// <summary>What somebody wants to know of the table.</summary>
public sealed record FindingQuestion
{
    /// <summary>The account and Region.</summary>
    public required Owner Application { get; init; }

    /// <summary>Unqualified names; all where there are none.</summary>
    public ImmutableArray<string> Functions { get; init; } = [];

    public Severity Least { get; init; }

    /// <summary>Null for both; of all functions only what is open can be asked.</summary>
    public StoredState? State { get; init; } = StoredState.Open;
}

/// <param name="Unknown">Functions that were never scanned.</param>
public sealed record FindingAnswer(ImmutableArray<StoredFinding> Findings, ImmutableArray<StoredGap> Gaps, ImmutableArray<string> Unknown);

/// <summary>
/// Reads findings and gaps for people: by owner where functions are named, else by severity. What is suppressed in Security
/// Hub comes with its waiver.
/// </summary>
public sealed class FindingQuery(FindingStore store, HubWaiverStore waivers)
{
    public async Task<FindingAnswer> AskAsync(FindingQuestion question, CancellationToken stop)
    {
        var answer = await FindAsync(question, stop).ConfigureAwait(false);
        if (answer.Findings.IsEmpty) return answer;
        var decided = await waivers.ReadAsync(stop).ToDictionaryAsync(static w => (w.Owner, w.Fingerprint), cancellationToken: stop).ConfigureAwait(false);
        return answer with
        {
            Findings = [.. answer.Findings.Select(f => decided.TryGetValue((f.Owner, f.Fingerprint), out var waiver) ? f with { Waiver = waiver.For(f) } : f)],
        };
    }

    private async Task<FindingAnswer> FindAsync(FindingQuestion question, CancellationToken stop)
    {
        if (question.Functions.IsEmpty)
        {
            var open = Enum.GetValues<Severity>().Where(s => s >= question.Least).ToAsyncEnumerable().SelectMany(severity => store.FindingsAsync(severity, stop));
            // Another account's scanner would have another table; another application in this one is not what was asked for.
            return new(
                [.. await open.Where(f => f.Owner.Application == question.Application).ToListAsync(stop).ConfigureAwait(false)],
                [.. await store.OpenGapsAsync(stop).Where(g => g.Owner.Application == question.Application).ToListAsync(stop).ConfigureAwait(false)],
                []);
        }

        var findings = ImmutableArray.CreateBuilder<StoredFinding>();
        var gaps = ImmutableArray.CreateBuilder<StoredGap>();
        var unknown = ImmutableArray.CreateBuilder<string>();
        foreach (var function in question.Functions)
        {
            var owner = Owner.Of(question.Application.Partition, question.Application.Region, question.Application.Account, function);
            if (!await IsKnownAsync(owner, stop).ConfigureAwait(false)) unknown.Add(function);
            findings.AddRange(await store.FindingsAsync(owner, stop).ToListAsync(stop).ConfigureAwait(false));
            gaps.AddRange(await store.GapsAsync(owner, stop).ToListAsync(stop).ConfigureAwait(false));
        }

        findings.AddRange(await store.FindingsAsync(question.Application, stop).Where(f => f.Finding.Subject.Functions.Any(question.Functions.Contains)).ToListAsync(stop).ConfigureAwait(false));
        gaps.AddRange(await store.GapsAsync(question.Application, stop).Where(g => g.Function is { } about && question.Functions.Contains(about)).ToListAsync(stop).ConfigureAwait(false));
        return new(
            [.. findings.Where(f => f.Finding.Severity >= question.Least && (question.State is null || f.State == question.State))],
            [.. gaps.Where(g => question.State is null || g.State == question.State)],
            unknown.ToImmutable());
    }

    private async Task<bool> IsKnownAsync(Owner owner, CancellationToken stop) =>
        await store.RowAsync(owner, ScanKind.Posture, stop).ConfigureAwait(false) is not null
        || await store.RowAsync(owner, ScanKind.Package, stop).ConfigureAwait(false) is not null;
}
