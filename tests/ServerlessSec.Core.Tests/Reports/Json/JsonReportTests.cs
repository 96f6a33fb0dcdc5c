using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using ServerlessSec.Findings;
using ServerlessSec.Shared;

namespace ServerlessSec.Reports.Json;

public class JsonReportTests
{
    private static readonly string SchemaText = File.ReadAllText(Repository.Path("docs/report-schema.json"));

    internal static readonly JsonSchema Schema = JsonSchema.FromText(SchemaText);

    private static readonly byte[] Whole = SampleReport.Bytes(SampleReport.Whole(), JsonReport.Write);

    [Fact]
    public void Shows_every_case() => Golden.Verify("Golden/report.json", Encoding.UTF8.GetString(Whole).Replace(Tool.Version, "VERSION", StringComparison.Ordinal));

    [Fact]
    public void Fits_its_published_schema() => Schemas.Fits(Schema, Whole);

    [Fact]
    public void A_report_of_nothing_fits_too() =>
        Schemas.Fits(Schema, SampleReport.Bytes(new ScanReport { Target = "empty.zip", Today = SampleReport.Today }, JsonReport.Write));

    [Theory]
    [InlineData("findings/0/colour", "\"red\"")]
    [InlineData("findings/0/severity", "\"HIGH\"")]
    [InlineData("findings/0/state", "\"waived\"")]
    [InlineData("findings/0/waiver", "{ \"reason\": \"r\", \"owner\": \"o\", \"expires\": \"2030-01-01\" }")]
    [InlineData("gaps/0/kind", "\"Advisories\"")]
    [InlineData("functions/0/components/0/purl", "\"lodash\"")]
    [InlineData("schemaVersion", "\"2.0\"")]
    [InlineData("date", "\"tomorrow\"")]
    public void The_schema_is_strict(string path, string value)
    {
        var document = JsonNode.Parse(Whole)!;
        var steps = path.Split('/');
        var at = steps[..^1].Aggregate(document, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
        at[steps[^1]] = JsonNode.Parse(value);
        using var changed = JsonDocument.Parse(document.ToJsonString());
        Assert.False(Schema.Evaluate(changed.RootElement).IsValid);
    }

    [Fact]
    public void The_schema_describes_every_member()
    {
        List<string> silent = [];
        Walk(JsonNode.Parse(SchemaText), "");
        Assert.Empty(silent);

        void Walk(JsonNode? node, string path)
        {
            if (node is JsonArray list)
            {
                foreach (var item in list) Walk(item, path);
            }

            if (node is not JsonObject members) return;
            foreach (var (name, value) in members)
            {
                if (name is "if" or "else") continue;
                if (name == "properties") silent.AddRange(value!.AsObject().Where(property => property.Value?["description"] is null).Select(property => $"{path}/{property.Key}"));
                Walk(value, $"{path}/{name}");
            }
        }
    }

    [Fact]
    public void Holes_are_written_as_a_person_writes_them()
    {
        var text = Encoding.UTF8.GetString(Whole);
        Assert.DoesNotContain('⟨', text);
        Assert.Contains("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${DeskRole}", text, StringComparison.Ordinal);
    }
}
