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
    public void A_row_moves_only_forward(int minutes, int days, ScanProgress progress, bool moves)
    {
        var stored = Run(ScanKind.Package, 10, Level(10)).Row(ScanProgress.Finished);
        Assert.Equal(moves, Run(ScanKind.Package, 10 + minutes, Level(10 + days)).Row(progress).MayReplace(stored));
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
        var wish = new ScanWish(Start.AddSeconds(-seconds), Start.AddDays(1 + newer), run.Schema + schema);
        Assert.Equal(served, run.Row(progress).Serves(wish));
    }

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
