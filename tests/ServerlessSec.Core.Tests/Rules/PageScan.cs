using System.Text;
using ServerlessSec.Advisories;
using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Scanning;
using ServerlessSec.Snapshots;
using ServerlessSec.Templates;

namespace ServerlessSec.Rules;

/// <summary>Runs one rule over one example of its page, through everything that a scan would run it through.</summary>
internal static class PageScan
{
    /// <summary>The day on which the examples are read.</summary>
    public static DateOnly Today { get; } = Given.Today;

    public static IReadOnlyList<Finding> Findings(string ruleId, Fence fence)
    {
        var scanner = new Scanner([RuleCatalog.All.Single(r => r.Descriptor.Id == ruleId)], ScanLimits.Default, Today);
        return scanner.Judge(Derive(scanner, ruleId, fence).GetAwaiter().GetResult()).Findings;
    }

    private static Task<ApplicationRecord> Derive(Scanner scanner, string ruleId, Fence fence)
    {
        var stop = TestContext.Current.CancellationToken;
        if (fence.Language == "yaml")
            return scanner.DeriveAsync(TemplateReader.Read("template.yaml", fence.Template), new InMemoryPackages([]), new InMemoryAdvisories(), stop);

        var function = new FunctionSnapshot { Id = "Checkout", Arn = "Checkout", Asked = Evidence.Package, Package = new() { Code = Setting.Known("code/") } };
        var packages = new InMemoryPackages(new() { ["code/"] = fence.Files.ToDictionary(static f => f.Path, static f => f.Text) });
        var advisories = Page.Fences(ruleId).Where(static f => f.Mark == "advisory")
            .Select(static f => OsvRecord.Read(Encoding.UTF8.GetBytes(f.Text), ScanLimits.Default));
        return scanner.DeriveAsync(new() { Name = "page", Functions = [function] }, packages, new InMemoryAdvisories([.. advisories]), stop);
    }
}
