using System.Text.Json.Nodes;
using ServerlessSec.Emulation.Sources;

namespace ServerlessSec.Functions.Emulated;

public sealed class EventFilterTests
{
    [Theory]
    [InlineData("""{"a":["x","y"]}""", """{"a":"y"}""", true)]
    [InlineData("""{"a":["x","y"]}""", """{"a":"z"}""", false)]
    [InlineData("""{"a":[null]}""", """{"a":null}""", true)]
    [InlineData("""{"a":{"b":[{"exists":true}]}}""", """{"a":{"b":"x"}}""", true)]
    [InlineData("""{"a":{"b":[{"exists":true}]}}""", """{"a":{}}""", false)]
    [InlineData("""{"a":{"b":[{"exists":false}]}}""", "{}", true)]
    [InlineData("""{"a":[{"prefix":"se"}]}""", """{"a":"secret"}""", true)]
    [InlineData("""{"a":[{"suffix":"et"}]}""", """{"a":"secret"}""", true)]
    [InlineData("""{"a":[{"anything-but":["x","y"]}]}""", """{"a":"y"}""", false)]
    [InlineData("""{"a":[{"anything-but":"x"}]}""", """{"a":"y"}""", true)]
    [InlineData("""{"a":[{"equals-ignore-case":"X"}]}""", """{"a":"x"}""", true)]
    [InlineData("""{"a":[{"numeric":[">",1,"<=",3]}]}""", """{"a":3}""", true)]
    [InlineData("""{"a":[{"numeric":[">",1,"<=",3]}]}""", """{"a":4}""", false)]
    [InlineData("""{"a":["x"],"b":["y"]}""", """{"a":"x"}""", false)]
    public void A_record_passes_where_a_filter_matches(string filter, string record, bool passes) =>
        Assert.Equal(passes, EventFilter.Passes([JsonNode.Parse(filter)!.AsObject()], JsonNode.Parse(record)!.AsObject()));

    [Fact]
    public void Without_filters_everything_passes() => Assert.True(EventFilter.Passes([], []));

    [Fact]
    public void An_unknown_comparison_is_an_error_and_not_a_match() =>
        Assert.Throws<NotSupportedException>(() => EventFilter.Passes([JsonNode.Parse("""{"a":[{"cidr":"10.0.0.0/8"}]}""")!.AsObject()], new() { ["a"] = "10.0.0.1" }));
}
