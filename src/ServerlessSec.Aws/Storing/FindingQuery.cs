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

    /// <summary>Only findings of this vulnerability, by any of its ids; all where null.</summary>
    public string? Advisory { get; init; }

    /// <summary>Null for both; of all functions only what is open can be asked.</summary>
    public StoredState? State { get; init; } = StoredState.Open;
}

/// <param name="Unknown">Functions that were never scanned.</param>
public sealed record FindingAnswer(ImmutableArray<StoredFinding> Findings, ImmutableArray<StoredGap> Gaps, ImmutableArray<string> Unknown);

/// <summary>
/// Reads findings and gaps for people: by owner where functions are named, else by vulnerability or severity. What is
/// suppressed in Security Hub comes with its waiver.
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
            // Another account's scanner would have another table; another application in this one is not what was asked for.
            return new(
                [.. (await OpenAsync(question, stop).ConfigureAwait(false)).Where(f => f.Owner.Application == question.Application)],
                [
                    .. await store.OpenGapsAsync(stop)
                        .Where(g => g.Owner.Application == question.Application && IsAbout(g, question.Advisory)).ToListAsync(stop).ConfigureAwait(false),
                ],
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

        findings.AddRange(await store.FindingsAsync(question.Application, stop)
            .Where(f => f.Finding.Subject.Functions.Any(question.Functions.Contains)).ToListAsync(stop).ConfigureAwait(false));
        gaps.AddRange(await store.GapsAsync(question.Application, stop)
            .Where(g => g.Function is { } about && question.Functions.Contains(about)).ToListAsync(stop).ConfigureAwait(false));
        return new(
            [
                .. findings.Where(f => f.Finding.Severity >= question.Least && IsAbout(f, question.Advisory) && (question.State is null || f.State == question.State)),
            ],
            [.. gaps.Where(g => IsAbout(g, question.Advisory) && (question.State is null || g.State == question.State))],
            unknown.ToImmutable());
    }

    private async Task<List<StoredFinding>> OpenAsync(FindingQuestion question, CancellationToken stop)
    {
        if (question.Advisory is { } id)
        {
            // The index knows the id that findings name, which is the CVE where there is one.
            var named = await store.FindingsAsync(Canonical(id), stop).Where(f => f.Finding.Severity >= question.Least).ToListAsync(stop).ConfigureAwait(false);
            if (named.Count > 0) return named;
        }

        return await Enum.GetValues<Severity>().Where(s => s >= question.Least).ToAsyncEnumerable()
            .SelectMany(severity => store.FindingsAsync(severity, stop))
            .Where(f => IsAbout(f, question.Advisory)).ToListAsync(stop).ConfigureAwait(false);
    }

    private static string Canonical(string id) =>
        id.StartsWith("GHSA-", StringComparison.OrdinalIgnoreCase) ? "GHSA-" + id[5..].ToLowerInvariant() : id.ToUpperInvariant();

    private static bool IsAbout(StoredFinding finding, string? advisory) => advisory is null
        || (finding.Finding.Advisory is { } match && match.Aliases.Prepend(match.Id).Contains(advisory, StringComparer.OrdinalIgnoreCase));

    /// <summary>A vulnerability may hide behind whatever keeps packages from being matched.</summary>
    private static bool IsAbout(StoredGap gap, string? advisory) =>
        advisory is null || Coverage.Reach(gap.Gap.Scope.Evidence).HasFlag(Evidence.Matches);

    private async Task<bool> IsKnownAsync(Owner owner, CancellationToken stop) =>
        await store.RowAsync(owner, ScanKind.Posture, stop).ConfigureAwait(false) is not null
        || await store.RowAsync(owner, ScanKind.Package, stop).ConfigureAwait(false) is not null;
}
