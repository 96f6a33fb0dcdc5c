using System.Text;
using System.Text.Json;
using ServerlessSec.Findings;
using ServerlessSec.Shared;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Reports.Asff;

public class AsffReportTests
{
    private static readonly AsffContext Context = AsffContext.Placeholder(SampleReport.Today);

    private static readonly ServiceShapes Shapes = new();

    private static readonly byte[] Whole = Write(SampleReport.Whole());

    [Fact]
    public void Shows_every_case() => Golden.Verify("Golden/report.asff.json", Encoding.UTF8.GetString(Whole));

    [Fact]
    public void Fits_the_service_model()
    {
        using var batch = JsonDocument.Parse(Whole);
        Assert.Empty(Shapes.Faults("BatchImportFindingsRequest", batch.RootElement));
    }

    [Theory]
    [InlineData("\"Label\": \"HIGH\"", "\"Label\": \"Grave\"")]
    [InlineData("\"SchemaVersion\":", "\"Version\":")]
    [InlineData("\"BaseScore\": 7.2", "\"BaseScore\": \"7.2\"")]
    [InlineData("\"Partition\": \"aws\"", "\"Partition\": \"earth\"")]
    public void The_service_model_refuses_what_is_wrong(string right, string wrong)
    {
        var text = Encoding.UTF8.GetString(Whole);
        Assert.Contains(right, text, StringComparison.Ordinal);
        using var batch = JsonDocument.Parse(text.Replace(right, wrong, StringComparison.Ordinal));
        Assert.NotEmpty(Shapes.Faults("BatchImportFindingsRequest", batch.RootElement));
    }

    [Fact]
    public void Every_finding_has_the_members_that_the_format_requires()
    {
        using var batch = JsonDocument.Parse(Whole);
        string[] required =
        [
            "SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId", "CreatedAt", "UpdatedAt", "Severity", "Title", "Description", "Types", "Resources",
        ];
        foreach (var finding in batch.RootElement.GetProperty("Findings").EnumerateArray())
            Assert.All(required, name => Assert.True(finding.TryGetProperty(name, out _), name));
    }

    [Fact]
    public void Keeps_within_the_documented_lengths_whatever_the_texts()
    {
        var subject = new Subject(SampleReport.Long, [.. Enumerable.Range(0, 40).Select(i => $"{SampleReport.Long}{i}")]);
        var rule = SampleReport.OpenUrl with { Title = SampleReport.Long, Remediation = SampleReport.Long };
        var finding = new Finding(rule, subject, SampleReport.Long, SampleReport.Long, new(SampleReport.Long, 1, 1, SampleReport.Long))
        {
            Component = SampleReport.Lodash with { Name = SampleReport.Long, Version = SampleReport.Long },
            Advisory = SampleReport.Prototype with { Id = SampleReport.Long, Aliases = [.. Enumerable.Repeat(SampleReport.Long, 100)], Fixed = SampleReport.Long },
        };
        var gap = new Gap(GapKind.Unread, new() { Path = SampleReport.Long }, SampleReport.Long, SampleReport.Long);
        var function = new FunctionReport { Name = SampleReport.Long, Gaps = [gap] };
        foreach (var report in (ScanReport[])[SampleReport.Whole(), SampleReport.Of([finding], [], [function], [gap])])
        {
            foreach (var encoded in AsffReport.Encode(report, Context)) Fits(encoded);
            using var batch = JsonDocument.Parse(Write(report));
            Assert.Empty(Shapes.Faults("BatchImportFindingsRequest", batch.RootElement));
        }
    }

    [Fact]
    public void A_blank_text_leaves_no_blank_member()
    {
        var finding = new Finding(SampleReport.OpenUrl, Subject.Of("F"), " ", " \n", null) { Fix = "\t", Advisory = SampleReport.Prototype with { Fixed = "", Aliases = [" "] } };
        using var batch = JsonDocument.Parse(Write(SampleReport.Of([finding], [], [], [new(GapKind.Unread, new(), "", "")])));
        Assert.Empty(Shapes.Faults("BatchImportFindingsRequest", batch.RootElement));
    }

    [Fact]
    public void An_id_is_the_owner_and_the_fingerprint()
    {
        var own = SampleReport.Findings[0];
        var joint = SampleReport.Findings[3];
        var ids = AsffReport.Encode(SampleReport.Of([own, joint], [], [], []), Context with { Account = "123456789012", Region = "eu-west-1" }).Select(finding => finding.Id);
        Assert.Contains($"arn:aws:lambda:eu-west-1:123456789012:function:Checkout/{own.Fingerprint}", ids);
        Assert.Contains($"arn:aws:lambda:eu-west-1:123456789012/{joint.Fingerprint}", ids);
    }

    [Fact]
    public void A_gap_keeps_its_id_when_only_its_message_changes_and_ids_are_never_twice()
    {
        var gap = SampleReport.Gaps[0];
        var ids = AsffReport.Encode(SampleReport.Of([], [], [], [gap, gap with { Message = "Other words." }, gap with { Reason = "other" }]), Context)
            .Select(finding => finding.Id).ToArray();
        Assert.Equal(3, ids.Length); // The advisories' own gap is among them.
        Assert.Equal(3, ids.Distinct().Count());
    }

    private static void Fits(AsffFinding finding)
    {
        Assert.InRange(finding.Id.Length, 1, 512);
        Assert.InRange(finding.GeneratorId.Length, 1, 512);
        Assert.InRange(finding.Title.Length, 1, 256);
        Assert.InRange(finding.Description.Length, 1, 1024);
        Assert.InRange(finding.Remediation?.Recommendation.Text.Length ?? 1, 1, 512);
        Assert.InRange(finding.Resources.Length, 1, 32);
        Assert.InRange(finding.Types.Length, 1, 50);
        Assert.InRange(finding.ProductFields.Count, 1, 50);
        Assert.All(finding.ProductFields, field => Assert.True(field.Key.Length <= 128 && field.Value.Length <= 2048, field.Key));
        Assert.All(finding.Resources, resource => Assert.InRange(resource.Id.Length, 1, 512));
        Assert.Equal(finding.Resources.Length, finding.Resources.Select(resource => resource.Id).Distinct().Count());
        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(new([finding]), AsffJson.Default.AsffBatch).Length, 1, 240_000);
    }

    private static byte[] Write(ScanReport report) => SampleReport.Bytes(report, (content, stream) => AsffReport.Write(content, Context, stream));
}
