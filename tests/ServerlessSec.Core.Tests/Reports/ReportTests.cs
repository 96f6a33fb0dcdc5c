using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using CsCheck;
using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Reports.Asff;
using ServerlessSec.Reports.Json;
using ServerlessSec.Reports.Sarif;
using ServerlessSec.Secrets;
using ServerlessSec.Shared;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Reports;

public class ReportTests
{
    private static readonly Action<ScanReport, Stream>[] Formats =
        [JsonReport.Write, SarifReport.Write, AsffReport.Write];

    [Fact]
    public void The_version_is_the_builds()
    {
        var build = XDocument.Load(Repository.Path("Directory.Build.props"));
        Assert.Equal(Tool.Version, build.Descendants("VersionPrefix").Single().Value);
    }

    [Fact]
    public void The_order_of_findings_functions_and_gaps_changes_no_byte()
    {
        var expected = Formats.Select(write => SampleReport.Bytes(SampleReport.Of(SampleReport.Findings, SampleReport.Waivers, SampleReport.Functions, SampleReport.Gaps), write))
            .ToArray();
        Gen.Select(
                Gen.Shuffle(SampleReport.Findings.ToArray()), Gen.Shuffle(SampleReport.Waivers.ToArray()),
                Gen.Shuffle(SampleReport.Functions.Select(Turned).ToArray()), Gen.Shuffle(SampleReport.Gaps.ToArray()))
            .Sample((findings, waivers, functions, gaps) =>
            {
                var report = SampleReport.Of(findings, [.. waivers], [.. functions], [.. gaps]);
                for (var i = 0; i < Formats.Length; i++) Assert.Equal(expected[i], SampleReport.Bytes(report, Formats[i]));
            }, iter: 50);
    }

    [Fact]
    public void No_report_holds_a_planted_secret()
    {
        var alphabet = Gen.Char["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"];
        Gen.String[alphabet, 20, 60].Sample(secret =>
        {
            var report = SampleReport.Of([Told(secret)], [], [], []);
            foreach (var write in Formats)
            {
                var text = Encoding.UTF8.GetString(SampleReport.Bytes(report, write));
                Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
                Assert.DoesNotContain(secret[4..], text, StringComparison.Ordinal);
            }
        }, iter: 200);
    }

    [Fact]
    public void Any_text_at_all_gives_a_report_of_every_format()
    {
        var text = Gen.String[Gen.Char, 0, 40];
        Gen.Select(text, text, text).Sample((name, message, path) =>
        {
            var finding = new Finding(SampleReport.OpenUrl, Subject.Of(name), path, message, new(path, 1, 1, path));
            var report = SampleReport.Of([finding], [], [new() { Name = name, Gaps = [new(GapKind.Unread, new() { Path = path }, name, message)] }], []);
            foreach (var write in Formats)
            {
                using var parsed = System.Text.Json.JsonDocument.Parse(SampleReport.Bytes(report, write));
                Assert.Equal(System.Text.Json.JsonValueKind.Object, parsed.RootElement.ValueKind);
            }
        }, iter: 500);
    }

    private static FunctionReport Turned(FunctionReport function) =>
        function with
        {
            Gaps = [.. function.Gaps.Reverse()],
            Components = [.. function.Components.Select(component => component with { Occurrences = [.. component.Occurrences.Reverse()] })]
        };

    /// <summary>A finding as a rule makes it of what the facts say about a secret.</summary>
    private static Finding Told(string secret)
    {
        var hit = new SecretHit("AWS access key", $"{secret[..4]}… ({secret.Length} characters)", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret))), true);
        var variable = new VariableFacts("API_KEY", ValueOrigin.Literal, true, hit, new("template.yaml", 3, 1, "Resources.F.Properties.Environment.Variables.API_KEY"));
        return new(SampleReport.OpenUrl, Subject.Of("F"), $"{variable.Name} {hit.Pattern} 1",
            $"{variable.Name} of F holds a credential as plain text: {hit.Pattern}, {hit.Masked}.", variable.Location);
    }
}
