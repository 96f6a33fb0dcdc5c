using System.Text;
using CsCheck;
using ServerlessSec.Reports;
using ServerlessSec.Reports.Json;

namespace ServerlessSec.Findings;

public class BaselineTests
{
    private static Baseline Read(string json) => Baseline.Read("before.json", Encoding.UTF8.GetBytes(json), ScanLimits.Default);

    [Fact]
    public void Holds_every_finding_of_a_report_that_was_not_waived()
    {
        var report = SampleReport.Whole();
        var baseline = Baseline.Read("before.json", SampleReport.Bytes(report, JsonReport.Write), ScanLimits.Default);
        Assert.All(report.Findings, item => Assert.Equal(item.State != FindingState.Waived, baseline.Holds(item.Finding.Fingerprint)));
    }

    [Fact]
    public void Members_in_any_order_and_later_members_do_no_harm()
    {
        var baseline = Read("\uFEFF{\"later\":{\"findings\":[1]},\"findings\":[{\"state\":\"new\",\"x\":[],\"fingerprint\":\"a\"},{\"fingerprint\":\"b\"}],\"schemaVersion\":\"1.9\"}");
        Assert.True(baseline.Holds("a") && baseline.Holds("b"));
        Assert.Equal(2, baseline.Count);
    }

    [Theory]
    [InlineData("", "not JSON: line 1")]
    [InlineData("{\n\"schemaVersion\": ", "not JSON: line 2")]
    [InlineData("[]", "no JSON report of this scanner")]
    [InlineData("{}", "no JSON report of this scanner")]
    [InlineData("{\"schemaVersion\":\"1.0\"}", "no JSON report of this scanner")]
    [InlineData("{\"findings\":[]}", "no JSON report of this scanner")]
    [InlineData("{\"schemaVersion\":\"1.0\",\"findings\":[{}]}", "no JSON report of this scanner")]
    [InlineData("{\"schemaVersion\":\"1.0\",\"findings\":[1]}", "no JSON report of this scanner")]
    [InlineData("{\"schemaVersion\":\"2.0\",\"findings\":[]}", "schema version '2.0'")]
    [InlineData("{\"schemaVersion\":\"10.0\",\"findings\":[]}", "schema version '10.0'")]
    [InlineData("{\"schemaVersion\":\"1.0\",\"findings\":[]} {}", "not JSON")]
    [InlineData("{\"schemaVersion\":\"\\ud800\",\"findings\":[]}", "cannot be read")]
    public void What_is_no_report_is_refused(string json, string message)
    {
        var thrown = Assert.Throws<FormatException>(() => Read(json));
        Assert.Contains("'before.json'", thrown.Message, StringComparison.Ordinal);
        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_nested_without_end_or_beyond_the_limit_is_refused()
    {
        Assert.Throws<FormatException>(() => Read("{\"x\":" + new string('[', 100_000)));
        Assert.Throws<LimitReachedException>(() => Baseline.Read("b", new byte[11], new() { ManifestBytes = 10 }));
    }

    [Fact]
    public void Whatever_is_done_to_a_report_is_read_or_refused()
    {
        var whole = SampleReport.Bytes(SampleReport.Of(SampleReport.Findings, [], [], []), JsonReport.Write);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Sample((at, with) =>
        {
            var bytes = (byte[])whole.Clone();
            bytes[at] = with;
            try
            {
                _ = Baseline.Read("b", bytes, ScanLimits.Default);
            }
            catch (FormatException)
            {
            }
        }, iter: 3_000);
    }
}
