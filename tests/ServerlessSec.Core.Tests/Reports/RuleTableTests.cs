using ServerlessSec.Shared;

namespace ServerlessSec.Reports;

public class RuleTableTests
{
    [Fact]
    public void Lists_rules_in_the_order_of_their_ids() =>
        Golden.Verify("Golden/rules.md", RuleTable.Write(
            [SampleReport.Vulnerable, SampleReport.OpenUrl, SampleReport.NoTracing with { Title = "A | b <c> \\ d" }, SampleReport.SharedRole]));
}
