using CsCheck;
using ServerlessSec.Rules;
using static ServerlessSec.Scanning.Ledgers;

namespace ServerlessSec.Scanning;

public class ScanRowTests
{
    [Theory]
    [InlineData(1, 0, ScanProgress.Begun, true)]
    [InlineData(-1, 9, ScanProgress.Finished, false)]
    [InlineData(0, 1, ScanProgress.Begun, true)]
    [InlineData(0, -1, ScanProgress.Finished, false)]
    [InlineData(0, 0, ScanProgress.Finished, true)]
    [InlineData(0, 0, ScanProgress.Begun, false)]
    public void A_row_moves_only_forward(int minutes, int generations, ScanProgress progress, bool moves)
    {
        var stored = Run(ScanKind.Package, 10, Level(10)).Row(ScanProgress.Finished);
        Assert.Equal(moves, Run(ScanKind.Package, 10 + minutes, Level(10 + generations)).Row(progress).MayReplace(stored));
    }

    [Fact]
    public void Judging_again_by_newer_advisories_is_later_at_the_same_instant() =>
        Assert.True(Run(ScanKind.Package, 0, Level(2)).Order > Run(ScanKind.Package, 0, Level(1)).Order && Run(ScanKind.Package, 0, Level(1)).Order > Run(ScanKind.Package).Order);

    [Theory]
    [InlineData(ScanProgress.Finished, 5, 0, 0, ScanEnding.Seen, true)]
    [InlineData(ScanProgress.Begun, 5, 0, 0, ScanEnding.Seen, false)]
    [InlineData(ScanProgress.Finished, 4, 0, 0, ScanEnding.Seen, false)]
    [InlineData(ScanProgress.Finished, 5, 1, 0, ScanEnding.Seen, false)]
    [InlineData(ScanProgress.Finished, 5, 0, 1, ScanEnding.Seen, false)]
    [InlineData(ScanProgress.Finished, 5, 0, 1, ScanEnding.Removed, true)]
    public void A_message_is_served_by_a_finished_scan_that_began_late_enough(ScanProgress progress, int seconds, int newer, int schema, ScanEnding ending, bool served)
    {
        var run = Run(ScanKind.Package, 0, Level(1)) with { Ending = ending };
        var wish = new ScanWish(Start.AddSeconds(-seconds), 1 + newer, run.Schema + schema);
        Assert.Equal(served, run.Row(progress).Serves(wish));
    }

    [Fact]
    public void Whatever_order_scans_write_their_rows_in_the_latest_stands() => Gen.Select(AnyRun, Gen.Int[0, 3], Gen.Bool).Array[1, 8].Sample(static scans =>
    {
        var rows = scans.Select(static s => (s.Item1.Run with { ObservedAt = Start.AddMinutes(s.Item2) }).Row(s.Item3 ? ScanProgress.Finished : ScanProgress.Begun)).ToArray();
        ScanRow? stands = null;
        foreach (var row in rows) stands = row.MayReplace(stands) ? row : stands;
        Assert.Equal(rows.Max(static r => (r.Order.ObservedAt, r.Order.Advisories ?? -1, r.Progress)), (stands!.Order.ObservedAt, stands.Order.Advisories ?? -1, stands.Progress));
    });

    [Fact]
    public void A_row_serves_no_wish_for_a_later_generation_and_with_a_wish_every_lesser_one() =>
        Gen.Select(AnyRun, Gen.Long[0, 4], Gen.Int[0, 20]).Sample(static (scan, generation, seconds) =>
    {
        var row = (scan.Run with { ObservedAt = Start }).Row(ScanProgress.Finished);
        var wish = new ScanWish(Start.AddSeconds(-seconds), generation, row.Schema);
        var serves = row.Serves(wish);
        Assert.Equal(serves, seconds >= ScanWish.Margin.TotalSeconds && row.Advisories?.Generation >= generation);
        ScanWish[] lesser = [wish with { Advisories = generation - 1 }, wish with { Advisories = null }, wish with { NotBefore = Start.AddDays(-1) }];
        Assert.True(!serves || lesser.All(row.Serves));
    });

    [Fact]
    public void Of_two_levels_one_is_at_least_the_other_and_the_built_in_set_is_it_of_none() => Gen.Select(AnyRun, AnyRun).Sample(static (one, other) =>
    {
        if (one.Run.Advisories is not { } a || other.Run.Advisories is not { } b) return;
        Assert.True(a.IsBuiltin || b.IsBuiltin || a.IsAtLeast(b) || b.IsAtLeast(a));
        Assert.False(a.IsBuiltin && a.IsAtLeast(b));
        var better = AdvisoryLevel.Better(a, b)!;
        Assert.True(better.IsBuiltin ? a.IsBuiltin && b.IsBuiltin : better.IsAtLeast(a) && better.IsAtLeast(b));
    });

    [Theory]
    [InlineData("arn:aws:lambda:eu-central-1:111122223333", null)]
    [InlineData("arn:aws-cn:lambda:cn-north-1:111122223333:function:desk", "desk")]
    [InlineData("arn:aws:lambda:eu-central-1:111122223333:function:desk:live", "desk")]
    public void An_owner_is_a_function_without_qualifier_or_the_application(string arn, string? function)
    {
        var owner = Owner.Parse(arn);
        Assert.Equal(function, owner.Function);
        Assert.Equal(arn.Replace(":live", ""), owner.Arn);
        Assert.Equal(owner, Owner.Parse(owner.Arn));
    }

    [Theory, InlineData("arn:aws:s3:::bucket"), InlineData("desk"), InlineData("arn:aws:lambda:eu-central-1:111122223333:function:")]
    public void Anything_else_is_no_owner(string text) => Assert.Throws<FormatException>(() => Owner.Parse(text));
}
