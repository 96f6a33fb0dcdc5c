using ServerlessSec.Advisories;
using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Reports.Json;
using ServerlessSec.Rules;
using ServerlessSec.Templates;

namespace ServerlessSec.Scanning;

public class ScannerTests
{
    private const string Template = """
        Transform: AWS::Serverless-2016-10-31
        Parameters:
          Open: {Type: String}
          Key: {Type: String, NoEcho: true}
        Resources:
          Inbox:
            Type: AWS::S3::Bucket
          Resize:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: nodejs16.x
              Handler: index.handler
              CodeUri: resize/
              FunctionUrlConfig: {AuthType: NONE}
              Environment: {Variables: {API_TOKEN: !Ref Key}}
              Policies:
                - S3CrudPolicy: {BucketName: !Ref Inbox}
                - arn:aws:iam::aws:policy/AmazonSNSFullAccess
              Events:
                Upload: {Type: S3, Properties: {Bucket: !Ref Inbox, Events: 's3:ObjectCreated:*'}}
          Late:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: python3.13
              Handler: app.handler
              CodeUri: s3://artifacts/late.zip
              FunctionUrlConfig: {AuthType: !Ref Open}
        """;

    private static readonly DateOnly Today = new(2026, 11, 25);

    private static readonly InMemoryPackages Packages = new(new()
    {
        ["resize/"] = new()
        {
            ["index.js"] = "exports.handler = async () => {}",
            ["node_modules/minimist/package.json"] = """{"name":"minimist","version":"1.2.5"}""",
        },
    });

    private static readonly InMemoryAdvisories Advisories = new(new Advisory
    {
        Id = "CVE-2021-44906",
        Affected = [new() { Ecosystem = "npm", Name = "minimist", Ranges = [new("SEMVER", [new(RangeEventKind.Introduced, "0"), new(RangeEventKind.Fixed, "1.2.6")])] }],
    });

    [Fact]
    public async Task A_report_from_stored_facts_equals_the_one_from_the_input()
    {
        var scanner = new Scanner(RuleCatalog.All, ScanLimits.Default, Today);
        var record = await DeriveAsync(scanner);
        using var stored = new MemoryStream();
        FactsJson.Write(record, stored);
        stored.Position = 0;

        Assert.Equal(Report(scanner, record), Report(scanner, FactsJson.Read(stored)));
        Assert.Contains("SLS7002", Report(scanner, record), StringComparison.Ordinal);
        Assert.Contains("CVE-2021-44906", Report(scanner, record), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_that_fails_costs_no_other_rule_its_findings()
    {
        var broken = new Scanner([new FailingRule(), .. RuleCatalog.All], ScanLimits.Default, Today);
        var judged = broken.Judge(await DeriveAsync(broken));
        var sound = new Scanner(RuleCatalog.All, ScanLimits.Default, Today);

        Assert.Equal(sound.Judge(await DeriveAsync(sound)).Findings.Length, judged.Findings.Length);
        Assert.Equal(2, judged.Gaps.Count(static g => g is { Kind: GapKind.Fault, Scope.Rule: "SLS9999" }));
    }

    [Fact]
    public async Task The_order_of_rules_and_functions_changes_no_report()
    {
        var scanner = new Scanner([.. RuleCatalog.All.Reverse()], ScanLimits.Default, Today);
        var record = await DeriveAsync(scanner);
        var reversed = record with { Functions = [.. record.Functions.Reverse()] };

        Assert.Equal(Report(new Scanner(RuleCatalog.All, ScanLimits.Default, Today), record), Report(scanner, reversed));
    }

    [Fact]
    public async Task A_stopped_scan_says_what_it_did_not_come_to()
    {
        var scanner = new Scanner(RuleCatalog.All, ScanLimits.Default, Today);
        var record = await scanner.DeriveAsync(TemplateReader.Read("template.yaml", Template), Packages, Advisories, new CancellationToken(canceled: true));

        Assert.Empty(record.Functions);
        Assert.Equal(2, record.Gaps.Count(static g => g.Kind == GapKind.Stopped));
    }

    [Fact]
    public async Task A_package_that_is_not_to_be_had_is_missed_by_each_function_in_its_own_name()
    {
        var template = Template.Replace("resize/", "s3://artifacts/late.zip", StringComparison.Ordinal);
        var scanner = new Scanner(RuleCatalog.All, ScanLimits.Default, Today);
        var record = await scanner.DeriveAsync(TemplateReader.Read("template.yaml", template), new NoPackages(), Advisories, CancellationToken.None);

        Assert.Equal(
            ["The code of 'Late' is in a bucket.", "The code of 'Resize' is in a bucket."],
            record.Functions.Select(static f => Assert.Single(f.Package!.Inventory.Gaps).Message).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Stored_facts_hold_no_secret()
    {
        var planted = string.Concat("hunter", "2-Ql8vX", "t0Zr4mNp");
        var template = $$$"""
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Database:
                Type: AWS::RDS::DBInstance
                Properties: {MasterUserPassword: {{{planted}}}}
              Pay:
                Type: AWS::Serverless::Function
                Properties:
                  Runtime: python3.13
                  Handler: app.handler
                  InlineCode: "key = '{{{planted}}}'"
                  Description: {{{planted}}}
                  Environment: {Variables: {DB_PASSWORD: {{{planted}}}}}
            """;
        var scanner = new Scanner(RuleCatalog.All, ScanLimits.Default, Today);
        var record = await scanner.DeriveAsync(TemplateReader.Read("template.yaml", template), Packages, Advisories, TestContext.Current.CancellationToken);
        using var stored = new MemoryStream();
        FactsJson.Write(record, stored);

        Assert.Contains(scanner.Judge(record).Findings, static f => f.Rule.Id == "SLS4001");
        Assert.DoesNotContain(planted, System.Text.Encoding.UTF8.GetString(stored.ToArray()), StringComparison.Ordinal);
        Assert.DoesNotContain(planted, Report(scanner, record), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_of_another_schema_is_refused()
    {
        using var stored = new MemoryStream();
        FactsJson.Write(new() { Name = "x", Schema = ApplicationRecord.CurrentSchema + 1 }, stored);
        stored.Position = 0;

        Assert.Throws<FormatException>(() => FactsJson.Read(stored));
    }

    private static Task<ApplicationRecord> DeriveAsync(Scanner scanner) =>
        scanner.DeriveAsync(TemplateReader.Read("template.yaml", Template), Packages, Advisories, TestContext.Current.CancellationToken);

    private static string Report(Scanner scanner, ApplicationRecord record)
    {
        using var output = new MemoryStream();
        JsonReport.Write(ReportBuilder.Build(record, scanner.Judge(record), [], null, Today), output);
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }

    private sealed class FailingRule : FunctionRule
    {
        public override RuleDescriptor Descriptor { get; } = new()
        {
            Id = "SLS9999",
            Title = "Fails",
            Severity = Severity.Low,
            Needs = Evidence.Configuration,
            Rationale = "None.",
            Remediation = "None.",
        };

        public override IEnumerable<Finding> Check(FunctionFacts function) => throw new InvalidOperationException("as it must");
    }
}
