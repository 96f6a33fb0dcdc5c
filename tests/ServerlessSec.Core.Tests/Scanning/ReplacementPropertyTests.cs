using System.Collections.Immutable;
using CsCheck;

namespace ServerlessSec.Scanning;

public class ReplacementPropertyTests
{
    private static readonly Replacement Replacement = new(Ledgers.Scans);

    [Fact]
    public void Repeating_a_run_changes_nothing() => Ledgers.AnyHistory.Sample(static history =>
    {
        var (run, seen) = history[^1];
        Assert.Empty(Replacement.Plan(run, Ledgers.Replay(history), seen));
    });

    [Fact]
    public void The_order_of_what_is_read_and_seen_changes_nothing() => Gen.Select(Ledgers.AnyHistory, Gen.Int).Sample(static (history, seed) =>
    {
        var before = Ledgers.Replay(history[..^1]);
        var (run, seen) = history[^1];
        var random = new Random(seed);
        var other = seen with { Findings = Shuffle(seen.Findings, random), Gaps = Shuffle(seen.Gaps, random) };
        var mixed = before with { Findings = Shuffle(before.Findings, random), Gaps = Shuffle(before.Gaps, random) };
        Assert.Equal(Replacement.Plan(run, before, seen).Select(Ledgers.Told), Replacement.Plan(run, mixed, other).Select(Ledgers.Told));
    });

    [Fact]
    public void A_gap_resolves_nothing() => Gen.Select(Ledgers.AnyHistory, Ledgers.AnyGap).Sample(static (history, gap) =>
    {
        var before = Ledgers.Replay(history[..^1]);
        var (run, seen) = history[^1];
        var blinded = Resolved(Replacement.Plan(run, before, seen with { Gaps = seen.Gaps.Add(new(gap)) }));
        Assert.Subset(Resolved(Replacement.Plan(run, before, seen)), blinded);
        var hidden = before.Findings.Where(f => Coverage.Hides(gap.Scope, Standing.Of(f) is var place && place.Needs == Evidence.Matches ? place with { Needs = Evidence.Inventory } : place));
        Assert.Empty(hidden.Select(static f => f.Fingerprint).Intersect(blinded));
    });

    [Fact]
    public void A_run_that_saw_no_evidence_resolves_nothing() => Ledgers.AnyHistory.Sample(static history =>
    {
        var (run, seen) = history[^1];
        Assert.Empty(Resolved(Replacement.Plan(run with { Seen = Evidence.None }, Ledgers.Replay(history[..^1]), seen)));
    });

    [Fact]
    public void A_run_that_is_older_than_the_row_writes_nothing() => Gen.Select(Ledgers.AnyHistory, Ledgers.AnyRun).Sample(static (history, late) =>
        Assert.Empty(Replacement.Plan(late.Run with { ObservedAt = Ledgers.Start.AddMinutes(-1) }, Ledgers.Replay(history), late.Seen)));

    [Fact]
    public void First_sight_and_revisions_only_move_forward() => Ledgers.AnyHistory.Sample(static history =>
    {
        var before = Ledgers.Replay(history[..^1]).Findings.ToDictionary(static f => f.Fingerprint);
        foreach (var after in Ledgers.Replay(history).Findings)
        {
            if (before.GetValueOrDefault(after.Fingerprint) is not { } was) continue;
            Assert.Equal(was.FirstSeen, after.FirstSeen);
            Assert.True(after.LastSeen >= was.LastSeen);
            Assert.Equal(was.Hash == after.Hash ? was.Revision : was.Revision + 1, after.Revision);
        }
    });

    [Fact]
    public void Killed_after_any_write_and_run_again_it_ends_as_the_calm_run_does() => Ledgers.AnyHistory.Sample(static history =>
    {
        var calm = Run(history, null);
        for (var n = 0; ; n++)
        {
            var broken = Run(history, n);
            Assert.Equal(calm.Timeless(), broken.Timeless());
            if (broken.WritesLeft is null) return;
        }
    }, iter: 200);

    /// <summary>Runs the history; the last run dies after so many writes, and is done again by a redelivered message.</summary>
    private static InMemoryStore Run((ScanRun Run, Observation Seen)[] history, int? writes)
    {
        var store = new InMemoryStore();
        var replacer = new Replacer(store, Ledgers.Scans);
        foreach (var (earlier, saw) in history[..^1]) replacer.ReplaceAsync(earlier, saw, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
        var (run, seen) = history[^1];
        store.WritesLeft = writes;
        try
        {
            replacer.ReplaceAsync(run, seen, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
            store.WritesLeft = null;
        }
        catch (InvalidOperationException)
        {
            store.WritesLeft = null;
            replacer.ReplaceAsync(run with { ObservedAt = run.ObservedAt.AddMinutes(1) }, seen, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
            // Tells the caller that it did die.
            store.WritesLeft = int.MaxValue;
        }

        return store;
    }

    private static HashSet<string> Resolved(ImmutableArray<LedgerWrite> writes) =>
        [.. writes.OfType<FindingWrite>().Where(static w => w.Finding.State == StoredState.Resolved).Select(static w => w.Finding.Fingerprint)];

    private static ImmutableArray<T> Shuffle<T>(ImmutableArray<T> items, Random random)
    {
        var mixed = items.ToArray();
        random.Shuffle(mixed);
        return [.. mixed];
    }
}
