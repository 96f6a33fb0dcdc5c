using System.Text;
using System.Text.Json;
using Json.Schema;
using ServerlessSec.Findings;
using ServerlessSec.Shared;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Reports.Sarif;

public class SarifReportTests
{
    // The schema is of draft 4, but uses nothing that draft 7 reads otherwise.
    private static readonly JsonSchema Schema = JsonSchema.FromText(
        File.ReadAllText(Repository.Path("tests/ServerlessSec.Core.Tests/Reports/Sarif/sarif-2.1.0-rtm.5.json"))
            .Replace("draft-04", "draft-07", StringComparison.Ordinal)
            .Replace("\"id\": \"https", "\"$id\": \"https", StringComparison.Ordinal));

    private static readonly byte[] Whole = SampleReport.Bytes(SampleReport.Whole(), SarifReport.Write);

    [Fact]
    public void Shows_every_case() => Golden.Verify("Golden/report.sarif", Encoding.UTF8.GetString(Whole).Replace(Tool.Version, "VERSION", StringComparison.Ordinal));

    [Fact]
    public void Fits_the_official_schema() => Schemas.Fits(Schema, Whole);

    [Fact]
    public void A_report_of_nothing_fits_too() =>
        Schemas.Fits(Schema, SampleReport.Bytes(new ScanReport { Target = "empty.zip", Today = SampleReport.Today }, SarifReport.Write));

    [Fact]
    public void The_official_schema_refuses_what_is_wrong()
    {
        using var wrong = JsonDocument.Parse(Encoding.UTF8.GetString(Whole).Replace("\"level\": \"error\"", "\"level\": \"grave\"", StringComparison.Ordinal));
        Assert.False(Schema.Evaluate(wrong.RootElement).IsValid);
    }

    [Fact]
    public void Keeps_within_what_code_scanning_takes()
    {
        using var log = JsonDocument.Parse(Whole);
        var run = log.RootElement.GetProperty("runs")[0];
        foreach (var rule in run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray())
        {
            Assert.InRange(rule.GetProperty("name").GetString()!.Length, 1, 255);
            Assert.InRange(rule.GetProperty("shortDescription").GetProperty("text").GetString()!.Length, 1, 1024);
            Assert.InRange(rule.GetProperty("fullDescription").GetProperty("text").GetString()!.Length, 1, 1024);
            Assert.InRange(rule.GetProperty("properties").GetProperty("tags").GetArrayLength(), 1, 10);
            Assert.InRange(double.Parse(rule.GetProperty("properties").GetProperty("security-severity").GetString()!, null), 0.0, 10.0);
        }

        foreach (var result in run.GetProperty("results").EnumerateArray())
        {
            Assert.InRange(result.GetProperty("message").GetProperty("text").GetString()!.Length, 1, 1024);
            Assert.NotEqual("", result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString());
        }
    }

    [Fact]
    public void Leaves_out_the_least_urgent_of_too_many_and_says_so()
    {
        var findings = Enumerable.Range(0, SarifReport.MostResults + 2)
            .Select(i => new Finding(i == 0 ? SampleReport.NoTracing : SampleReport.OpenUrl, Subject.Of($"F{i}"), "Tracing", "It traces nothing.", null));
        var report = SampleReport.Of(findings, [], [], []);
        using var log = JsonDocument.Parse(SampleReport.Bytes(report, SarifReport.Write));
        var run = log.RootElement.GetProperty("runs")[0];
        Assert.Equal(SarifReport.MostResults, run.GetProperty("results").GetArrayLength());
        Assert.DoesNotContain("\"F0\"", run.GetProperty("results").ToString(), StringComparison.Ordinal);
        Assert.Contains("2 findings, the least urgent, are left out", run.GetProperty("invocations").ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("template.yaml", "template.yaml")]
    [InlineData("./a b/täglich#1.yaml", "a%20b/t%C3%A4glich%231.yaml")]
    [InlineData("../x%20y.yaml", "../x%2520y.yaml")]
    [InlineData("/srv/shop/template.yaml", "file:///srv/shop/template.yaml")]
    [InlineData("//server/share.yaml", "file:///server/share.yaml")]
    [InlineData(@"C:\shop\template.yaml", "file:///C:/shop/template.yaml")]
    [InlineData("odd:name.yaml", "odd%3Aname.yaml")]
    [InlineData("a\nb.yaml", "a%0Ab.yaml")]
    public void A_path_becomes_a_URI_reference(string path, string uri)
    {
        var finding = new Finding(SampleReport.OpenUrl, Subject.Of("F"), "p", "m", new(path, 1, 1, null));
        using var log = JsonDocument.Parse(SampleReport.Bytes(SampleReport.Of([finding], [], [], []), SarifReport.Write));
        Assert.Equal(uri, log.RootElement.GetProperty("runs")[0].GetProperty("results")[0].GetProperty("locations")[0]
            .GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString());
    }

    [Fact]
    public void No_text_of_the_scanned_becomes_a_link() =>
        Assert.DoesNotContain("](https://example.com", Encoding.UTF8.GetString(Whole), StringComparison.Ordinal);
}
