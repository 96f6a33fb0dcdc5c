using System.Globalization;
using System.Text;
using ServerlessSec.Findings;

namespace ServerlessSec.Reports;

/// <summary>The table of rules that <c>docs/rules/README.md</c> holds.</summary>
public static class RuleTable
{
    public static string Write(IEnumerable<RuleDescriptor> rules)
    {
        var text = new StringBuilder(
            """
            <!-- Generated from the rule catalog; a test compares it. To change it, change a rule and run the tests with UPDATE_GOLDEN=1. -->
            # Rules

            | Rule | What it finds | Severity | Stage | Needs | CWE | OWASP Serverless Top 10 |
            |---|---|---|---|---|---|---|

            """);
        foreach (var rule in rules.OrderBy(rule => rule.Id, StringComparer.Ordinal))
        {
            var needs = string.Join(", ", ReportOrder.Of(rule.Needs).Select(part => part.ToString()));
            var cwe = string.Join(
                ", ",
                rule.Cwe.Select(id =>
                    string.Create(CultureInfo.InvariantCulture, $"[CWE-{id}](https://cwe.mitre.org/data/definitions/{id}.html)")));
            var owasp = string.Join(", ", rule.Owasp.Select(Owasp.Name));
            text.Append(
                CultureInfo.InvariantCulture,
                $"| [{rule.Id}]({rule.Id}.md) | {Cell(rule.Title)} | {rule.Severity} | {rule.Stage} | {needs} | {cwe} | {owasp} |\n");
        }

        return text.ToString();
    }

    private static string Cell(string text) => Shown.Line(text)
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal);
}
