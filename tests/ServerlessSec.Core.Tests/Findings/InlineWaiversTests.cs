using ServerlessSec.Snapshots;

namespace ServerlessSec.Findings;

public class InlineWaiversTests
{
    private static readonly SourceLocation Here = new("template.yaml", 7, 5, "Resources.Checkout");

    private static InlineWaivers Read(string text, string? resource = "Checkout") => InlineWaivers.Read([new(text, resource, Here)]);

    [Theory]
    [InlineData("# serverlesssec:ignore SLS1001 owner=team-pay expires=2030-01-31 reason=public on purpose")]
    [InlineData("serverlesssec:ignore SLS1001 owner=team-pay expires=2030-01-31 reason=public on purpose")]
    [InlineData("## serverlesssec:ignore   SLS1001  expires=2030-01-31\towner=\"team-pay\"  reason=public on purpose  ")]
    [InlineData("# serverlesssec:ignore SLS1001 owner=team-pay expires=2030-01-31 reason=\"public on purpose\"")]
    [InlineData("# serverlesssec:ignore SLS1001 owner=team-pay place=* expires=2030-01-31 reason=public on purpose")]
    public void Reads_a_waiver_for_the_resource_it_stands_in(string text)
    {
        var read = Read(text);
        Assert.Empty(read.Gaps);
        Assert.Equal(
            new Waiver
            {
                Kind = WaiverKind.Inline,
                Rule = "SLS1001",
                Function = "Checkout",
                Resource = "Checkout",
                Owner = "team-pay",
                Reason = "public on purpose",
                Expires = new(2030, 1, 31),
                Location = Here,
            },
            Assert.Single(read.Waivers));
    }

    [Fact]
    public void One_comment_may_name_several_rules_and_a_place()
    {
        var waivers = Read("# serverlesssec:ignore SLS1001,SLS3007 place=\"FunctionUrlConfig *\" owner=o expires=2030-01-31 reason=owner=nobody, really").Waivers;
        Assert.Equal(["SLS1001", "SLS3007"], waivers.Select(waiver => waiver.Rule));
        Assert.All(waivers, waiver => Assert.Equal(("FunctionUrlConfig *", "o", "owner=nobody, really"), (waiver.Place, waiver.Owner, waiver.Reason)));
    }

    [Theory]
    [InlineData("# serverlesssec:ignore", "rule id is expected")]
    [InlineData("# serverlesssec:ignoreSLS1001 owner=o expires=2030-01-31 reason=r", "rule id is expected")]
    [InlineData("# serverlesssec:ignore all owner=o expires=2030-01-31 reason=r", "'all' is no rule id")]
    [InlineData("# serverlesssec:ignore SLS1001, SLS1002 owner=o expires=2030-01-31 reason=r", "'' is no rule id")]
    [InlineData("# serverlesssec:ignore SLS1001", "no 'expires'")]
    [InlineData("# serverlesssec:ignore SLS1001 expires=2030-01-31 reason=r", "no 'owner'")]
    [InlineData("# serverlesssec:ignore SLS1001 expires=2030-01-31 owner=o", "no 'reason'")]
    [InlineData("# serverlesssec:ignore SLS1001 expires=2030-01-31 owner=o reason=", "no 'reason'")]
    [InlineData("# serverlesssec:ignore SLS1001 owner=o reason=r expires=2030-01-31", "no 'expires'")]
    [InlineData("# serverlesssec:ignore SLS1001 owner=o expires=31.1.2030 reason=r", "'31.1.2030' is no day")]
    [InlineData("# serverlesssec:ignore SLS1001 owner=o owner=p expires=2030-01-31 reason=r", "'owner' stands there twice")]
    [InlineData("# serverlesssec:ignore SLS1001 because it is public", "are expected")]
    [InlineData("# serverlesssec:allow SLS1001 owner=o expires=2030-01-31 reason=r", "does not begin with")]
    [InlineData("# ServerlessSec:Ignore SLS1001 owner=o expires=2030-01-31 reason=r", "does not begin with")]
    [InlineData("# serverlesssec ignore SLS1001 owner=o expires=2030-01-31 reason=r", "does not begin with")]
    [InlineData("# for now, serverlesssec:ignore SLS1001 owner=o expires=2030-01-31 reason=r", "does not begin with")]
    public void What_looks_like_a_waiver_and_is_none_is_a_gap(string text, string why)
    {
        var read = Read(text);
        Assert.Empty(read.Waivers);
        var gap = Assert.Single(read.Gaps);
        Assert.Equal((GapKind.Unread, "malformed inline waiver", "Resources.Checkout"), (gap.Kind, gap.Reason, gap.Scope.Path));
        Assert.Contains("template.yaml, line 7", gap.Message, StringComparison.Ordinal);
        Assert.Contains(why, gap.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_waiver_outside_of_every_resource_is_a_gap() =>
        Assert.Contains("stands in no resource", Assert.Single(Read("# serverlesssec:ignore SLS1001 owner=o expires=2030-01-31 reason=r", null).Gaps).Message,
            StringComparison.Ordinal);

    [Theory, InlineData("# scanned by serverlesssec every night"), InlineData("# serverlesssec is our scanner"), InlineData("")]
    public void Prose_is_left_alone(string text)
    {
        var read = Read(text);
        Assert.Empty(read.Waivers);
        Assert.Empty(read.Gaps);
    }
}
