using System.IO.Compression;
using System.Text.Json;
using ServerlessSec.Shared;

namespace ServerlessSec.Advisories.Scoring;

public class CvssTests
{
    [Theory]
    [InlineData("AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8)]
    [InlineData("AV:N/AC:L/Au:N/C:C/I:C/A:C", 10.0)]
    [InlineData("(AV:L/AC:H/Au:N/C:C/I:C/A:C)", 6.2)]
    [InlineData("AV:N/AC:L/Au:N/C:N/I:N/A:N", 0.0)]
    [InlineData("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O/RC:C", 9.8)]
    [InlineData("CVSS:3.1/AV:P/AC:H/PR:L/UI:R/S:U/C:L/I:L/A:H", 5.0)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0)]
    [InlineData("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10.0)]
    [InlineData("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3)]
    [InlineData("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0)]
    [InlineData("CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3)]
    [InlineData("CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", 5.9)]
    public void Scores_as_the_specification_does(string vector, double score) => Assert.Equal(score, Cvss.Score(vector));

    [Theory]
    [InlineData("")]
    [InlineData("7.5")]
    [InlineData("CVSS:3.1/AV:N/AC:L")]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:Q")]
    [InlineData("CVSS:3.1/AV:N/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")]
    [InlineData("CVSS:5.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")]
    [InlineData("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N")]
    public void A_vector_with_a_fault_has_no_score(string vector) => Assert.Throws<FormatException>(() => Cvss.Score(vector));

    [Fact]
    public void Agrees_with_the_scores_that_were_published_with_the_vectors()
    {
        using var archive = ZipFile.OpenRead(Requires.Corpus("advisories_extra/cve5_vulnrichment.zip"));
        var failures = new List<string>();
        var seen = new SortedDictionary<string, int>();
        foreach (var entry in archive.Entries.Where(entry => entry.Name.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var stream = entry.Open();
            using var record = JsonDocument.Parse(stream);
            foreach (var metric in Metrics(record.RootElement))
            {
                var vector = metric.Value.GetProperty("vectorString").GetString()!;
                var expected = metric.Value.GetProperty("baseScore").GetDouble();
                seen[metric.Name] = seen.GetValueOrDefault(metric.Name) + 1;
                var actual = Cvss.Score(vector);
                if (actual != expected && !IsEnvironmentalScore(vector, expected, actual)) failures.Add($"{entry.Name} {vector}: {expected}, not {actual}");
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.Equal(["cvssV2_0", "cvssV3_0", "cvssV3_1", "cvssV4_0"], seen.Keys);
    }

    // One publisher's calculator takes the environmental formula (exponent 13 instead of 15) for the base score; it shows only
    // where everything is high and the scope changes.
    private static bool IsEnvironmentalScore(string vector, double published, double actual) =>
        vector.Contains("/S:C/C:H/I:H/A:H", StringComparison.Ordinal) && Math.Round(published - actual, 1) == 0.1;

    private static IEnumerable<JsonProperty> Metrics(JsonElement record)
    {
        var containers = record.GetProperty("containers");
        IEnumerable<JsonElement> all = [containers.GetProperty("cna"), .. containers.TryGetProperty("adp", out var adp) ? adp.EnumerateArray() : []];
        return all
            .SelectMany(container => container.TryGetProperty("metrics", out var metrics) ? metrics.EnumerateArray() : default)
            .SelectMany(metric => metric.EnumerateObject())
            .Where(property => property.Name.StartsWith("cvss", StringComparison.Ordinal) && property.Value.TryGetProperty("vectorString", out _));
    }
}
