namespace ServerlessSec.Findings.Vex;

public class VexTriageTests
{
    private static readonly DateOnly Today = new(2026, 3, 1);

    private static readonly string NotAffected = Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:npm/lodash")));

    [Fact]
    public void A_statement_waives_with_its_reason_and_author()
    {
        var triaged = Triage.Apply([Vexed.Finding()], [], null, Today, Vexed.Matcher([NotAffected])).Single();
        Assert.Equal(FindingState.Waived, triaged.State);
        Assert.Equal(
            (WaiverKind.Vex, "not affected, vulnerable code not present", "Wolfi J", false, "a.json"),
            (triaged.Waiver!.Kind, triaged.Waiver.Reason, triaged.Waiver.Owner, triaged.Waiver.HasEnd, triaged.Waiver.Location!.File));
        Assert.Equal(0, ExitCode.Of(new() { Target = "t", Today = Today, Functions = [new() { Name = "checkout" }], Findings = [triaged] }, Severity.Low, true));
    }

    [Fact]
    public void What_needs_attention_waives_nothing_and_is_kept()
    {
        var triaged = Triage.Apply([Vexed.Finding()], [], null, Today, Vexed.Matcher([Vexed.OpenVex(Vexed.Statement("under_investigation", Vexed.Id("pkg:npm/lodash")))])).Single();
        Assert.Equal((FindingState.New, VexStatus.UnderInvestigation), (triaged.State, triaged.Vex!.Status));
    }

    [Fact]
    public void A_waiver_still_holds_for_what_a_document_calls_affected()
    {
        Waiver waiver = new() { Rule = "SLS6001", Reason = "accepted", Owner = "team", Expires = Today };
        var triaged = Triage.Apply([Vexed.Finding()], [waiver], null, Today, Vexed.Matcher([Vexed.OpenVex(Vexed.Statement("affected", Vexed.Id("pkg:npm/lodash")))])).Single();
        Assert.Equal((FindingState.Waived, WaiverKind.File), (triaged.State, triaged.Waiver!.Kind));
    }

    [Fact]
    public void A_finding_without_an_advisory_is_none_of_its_business() =>
        Assert.Equal(FindingState.New, Triage.Apply([Vexed.Finding() with { Advisory = null }], [], null, Today, Vexed.Matcher([NotAffected])).Single().State);

    [Fact]
    public void Statements_that_match_nothing_are_told_the_first_few_one_by_one()
    {
        var unused = string.Join(',', Enumerable.Range(0, 25).Select(static i => Vexed.NotAffected(Vexed.Id("pkg:npm/lodash"), $"CVE-1999-{i}")));
        var matcher = Vexed.Matcher([Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:npm/lodash")) + "," + Vexed.Statement("affected", Vexed.Id("pkg:npm/none")) + "," + unused)]);
        var notes = VexNotes.Of(matcher, Triage.Apply([Vexed.Finding()], [], null, Today, matcher));
        Assert.Equal(11, notes.Length);
        Assert.All(notes, static note => Assert.Equal(NoteKind.UnusedWaiver, note.Kind));
        Assert.Equal("The VEX statement about CVE-1999-0 by Wolfi J matches no finding of this scan.", notes[0].Message);
        Assert.Equal(("a.json", "statements[2]"), (notes[0].Location!.File, notes[0].Location!.Property));
        Assert.Equal("15 more statements of VEX file 'a.json' match no finding of this scan.", notes[^1].Message);
    }

    [Fact]
    public void A_superseded_statement_is_not_unused()
    {
        var lodash = Vexed.Id("pkg:npm/lodash");
        var matcher = Vexed.Matcher([Vexed.OpenVex(Vexed.NotAffected(lodash) + "," + Vexed.Statement("affected", lodash))]);
        var triaged = Triage.Apply([Vexed.Finding()], [], null, Today, matcher);
        Assert.Equal(FindingState.New, triaged.Single().State);
        Assert.Empty(VexNotes.Of(matcher, triaged));
    }
}
