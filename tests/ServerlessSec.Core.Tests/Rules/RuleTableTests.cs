using ServerlessSec.Reports;
using ServerlessSec.Shared;

namespace ServerlessSec.Rules;

public class RuleTableTests
{
    [Fact]
    public void The_table_of_rules_is_the_catalog() =>
        Golden.Verify("/docs/rules/README.md", RuleTable.Write(RuleCatalog.All.Select(static r => r.Descriptor)));
}
