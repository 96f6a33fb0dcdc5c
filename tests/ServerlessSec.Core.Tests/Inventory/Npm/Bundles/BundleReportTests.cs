using System.Text.Json;
using ServerlessSec.Advisories;
using ServerlessSec.Findings;
using ServerlessSec.Reports;
using ServerlessSec.Reports.Asff;
using ServerlessSec.Reports.CycloneDx;
using ServerlessSec.Reports.Json;
using ServerlessSec.Reports.Sarif;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using ServerlessSec.Templates;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>What was recognised in a bundle, with and without a version, from the package to every format.</summary>
public class BundleReportTests
{
    private const string Template = """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Shop:
            Type: AWS::Serverless::Function
            Properties: {Runtime: nodejs22.x, Handler: index.handler, CodeUri: shop/}
        """;

    private const string Bundle = """
        var __commonJS = (cb, mod) => function __require() {};
        // node_modules/minimist/index.js
        // node_modules/.pnpm/lodash@4.17.20/node_modules/lodash/lodash.js

        """;

    private static readonly DateOnly Today = new(2026, 11, 25);

    [Fact]
    public async Task A_package_known_by_name_only_is_matched_with_no_advisory()
    {
        var report = await ReportAsync();

        Assert.Equal(["lodash"], report.Findings.Select(one => one.Finding.Component?.Name).OfType<string>().Distinct());
        Assert.Contains(Assert.Single(report.Functions).Gaps, gap => gap.Message.Contains("1 of 2 recognised packages are known by name only", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_format_takes_a_component_without_a_version()
    {
        var report = await ReportAsync();

        Schemas.Fits(JsonReportTests.Schema, SampleReport.Bytes(report, JsonReport.Write));
        CycloneDxSchema.Verify(SampleReport.Bytes(report, CycloneDxReport.Write));
        using var sarif = JsonDocument.Parse(SampleReport.Bytes(report, SarifReport.Write));
        using var asff = JsonDocument.Parse(SampleReport.Bytes(report, AsffReport.Write));
        Assert.Empty(new ServiceShapes().Faults("BatchImportFindingsRequest", asff.RootElement));
        Assert.Contains("lodash", asff.RootElement.ToString(), StringComparison.Ordinal);
        Assert.Contains("lodash", sarif.RootElement.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_tells_how_a_package_was_recognised()
    {
        using var json = JsonDocument.Parse(SampleReport.Bytes(await ReportAsync(), JsonReport.Write));

        var components = json.RootElement.GetProperty("functions")[0].GetProperty("components").EnumerateArray().ToArray();
        var recognition = Assert.Single(components, one => one.GetProperty("name").GetString() == "minimist").GetProperty("occurrences")[0].GetProperty("recognition");
        Assert.Equal(("modulePath", 0.9, "node_modules/minimist/index.js"), (recognition.GetProperty("technique").GetString(), recognition.GetProperty("confidence").GetDouble(), recognition.GetProperty("trace").GetString()));
    }

    [Fact]
    public async Task The_bill_of_materials_says_who_a_package_is_by_what_evidence()
    {
        using var bom = JsonDocument.Parse(SampleReport.Bytes(await ReportAsync(), CycloneDxReport.Write));

        var minimist = bom.RootElement.GetProperty("components").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "minimist");
        var identity = minimist.GetProperty("evidence").GetProperty("identity")[0];
        Assert.False(minimist.TryGetProperty("version", out _));
        Assert.Equal(("purl", 0.9), (identity.GetProperty("field").GetString(), identity.GetProperty("confidence").GetDouble()));
        Assert.Equal("node_modules/minimist/index.js", identity.GetProperty("methods")[0].GetProperty("value").GetString());
    }

    private static async Task<ScanReport> ReportAsync()
    {
        var scanner = new Scanner(RuleCatalog.All, ScanLimits.Default, Today);
        var packages = new InMemoryPackages(new() { ["shop/"] = new() { ["index.js"] = Bundle } });
        var advisories = new InMemoryAdvisories(Everything("lodash"), Everything("minimist"));
        var record = await scanner.DeriveAsync(TemplateReader.Read("template.yaml", Template), packages, advisories, TestContext.Current.CancellationToken);
        return ReportBuilder.Build(record, scanner.Judge(record), [], null, Today);
    }

    private static Advisory Everything(string name) => new()
    {
        Id = $"CVE-2021-{name.Length}",
        Affected = [new() { Ecosystem = "npm", Name = name, Ranges = [new("SEMVER", [new(RangeEventKind.Introduced, "0")])] }],
    };
}
