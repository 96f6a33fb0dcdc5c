using System.Text;

namespace ServerlessSec.Facts;

public class FactsJsonTests
{
    [Fact]
    public void A_function_is_written_and_read_alone()
    {
        var record = new FunctionRecord { Id = "desk", Package = new() { Id = "desk", Inventory = new() { Files = 3, CodeFiles = 2 }, IsSeen = false } };
        using var json = new MemoryStream();
        FactsJson.WriteFunction(record, json);
        json.Position = 0;
        var read = FactsJson.ReadFunction(json);
        Assert.Equal(("desk", null, 3, false), (read.Id, read.Posture, read.Package!.Inventory.Files, read.Package.IsSeen));
    }

    [Theory]
    [InlineData("""{"Schema":0,"Function":{"Id":"desk"}}""")]
    [InlineData("""{"Schema":99,"Function":{"Id":"desk"}}""")]
    [InlineData("""{"Schema":1}""")]
    [InlineData("""{"Schema":1,"Function":{}}""")]
    [InlineData("""{"Schema":1,"Function":""")]
    [InlineData("null")]
    [InlineData("")]
    public void Another_schema_or_a_malformed_record_is_refused(string json) =>
        Assert.Throws<FormatException>(() => FactsJson.ReadFunction(new MemoryStream(Encoding.UTF8.GetBytes(json))));
}
