using System.Text.RegularExpressions;
using ServerlessSec.Findings;
using ServerlessSec.Shared;

namespace ServerlessSec.Rules;

public class CatalogTests
{
    private static readonly (int From, string Folder)[] Categories =
        [(1, "Exposure"), (2, "Permissions"), (3, "Configuration"), (4, "Secrets"), (5, "Code"), (6, "Dependencies"), (7, "Cost")];

    public static TheoryData<Rule> Rules => [.. RuleCatalog.All];

    [Fact]
    public void Holds_every_rule_of_the_assembly_once()
    {
        var written = typeof(Rule).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Rule)) && !t.IsAbstract).Select(t => t.Name).Order(StringComparer.Ordinal);
        Assert.Equal(written, RuleCatalog.All.Select(r => r.GetType().Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Stands_in_id_order_and_no_id_twice()
    {
        var ids = RuleCatalog.All.Select(r => r.Descriptor.Id).ToArray();
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
        Assert.All(ids, id => Assert.Matches("^SLS[1-7][0-9]{3}$", id));
    }

    [Theory, MemberData(nameof(Rules), DisableDiscoveryEnumeration = true)]
    public void A_rule_lies_in_the_folder_of_its_category(Rule rule)
    {
        var category = Assert.Single(Categories, c => c.From == rule.Descriptor.Id[3] - '0');
        Assert.Equal($"ServerlessSec.Rules.{category.Folder}", rule.GetType().Namespace);
    }

    [Theory, MemberData(nameof(Rules), DisableDiscoveryEnumeration = true)]
    public void A_rule_is_named_for_the_problem(Rule rule)
    {
        Assert.DoesNotMatch("^(Check|No|Ensure|Verify|Detect|Missing)[A-Z]|Rule$", rule.GetType().Name);
        Assert.True(rule.GetType().IsSealed);
    }

    [Theory, MemberData(nameof(Rules), DisableDiscoveryEnumeration = true)]
    public void Texts_fit_where_they_are_shown(Rule rule)
    {
        var about = rule.Descriptor;
        Assert.InRange(about.Title.Length, 10, 100);
        Assert.DoesNotMatch(@"\.$|\{", about.Title);
        Assert.InRange(about.Rationale.Length, 40, 400);
        Assert.EndsWith(".", about.Rationale, StringComparison.Ordinal);
        // ASFF: Remediation.Recommendation.Text holds 512 characters.
        Assert.InRange(about.Remediation.Length, 20, 512);
        Assert.EndsWith(".", about.Remediation, StringComparison.Ordinal);
        Assert.NotEmpty(about.Cwe);
        Assert.NotEmpty(about.Owasp);
        Assert.NotEmpty(about.References);
        Assert.All(about.References, r => Assert.True(Uri.TryCreate(r, UriKind.Absolute, out var uri) && uri.Scheme == "https", r));
        Assert.Equal(Stage.Stable, about.Stage);
        Assert.NotEqual(Evidence.None, about.Needs);
    }

    [Fact]
    public void Titles_are_all_different() => Assert.Distinct(RuleCatalog.All.Select(r => r.Descriptor.Title));

    [Fact]
    public void Every_rule_has_a_page_and_every_page_a_rule()
    {
        var pages = Directory.GetFiles(Repository.Path("docs/rules"), "SLS*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);
        Assert.Equal(RuleCatalog.All.Select(r => r.Descriptor.Id), pages);
    }

    [Fact]
    public void Each_rule_runs_in_the_scan_that_sees_what_it_needs() =>
        Golden.Verify("Golden/scans.txt", string.Concat(RuleCatalog.All.Select(r => $"{r.Descriptor.Id} {r.GetType().Name} {RuleScan.Of(r)} ({r.Descriptor.Needs})\n")));

    [Fact]
    public void A_rule_is_no_longer_than_its_judgement()
    {
        foreach (var file in Directory.GetFiles(Repository.Path("src/ServerlessSec.Core/Rules"), "*.cs", SearchOption.AllDirectories))
        {
            if (Regex.IsMatch(File.ReadAllText(file), @": (Function|Application)Rule\b")) Assert.True(File.ReadLines(file).Count() <= 100, file);
        }
    }
}
