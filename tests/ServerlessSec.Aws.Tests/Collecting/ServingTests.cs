using ServerlessSec.Aws.Clients;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Collecting;

public sealed class ServingTests
{
    private const string Arn = "arn:aws:lambda:eu-central-1:123456789012:function:checkout";

    [Fact]
    public void A_function_without_aliases_serves_what_is_not_published_alone()
    {
        var serving = Serving.Whole([], [Mapping(null), Mapping("$LATEST")]);
        Assert.Equal(ServedVersion.Latest, serving.First.Version);
        Assert.Empty(serving.FirstServed);
        Assert.Empty(serving.Others);
        Assert.Empty(serving.Gaps("checkout", Evidence.Package));
    }

    [Fact]
    public void Aliases_serve_the_versions_that_they_share_calls_out_to_and_mappings_their_own()
    {
        var serving = Serving.Whole([Alias("live", "3", ("4", 0.1), ("2", 0)), Alias("beta", "4"), Alias("next", "$LATEST")], [Mapping("7"), Mapping("live")]);
        Assert.Equal(["7: 7", "4: 4 beta live", "3: 3 live"], serving.Others.Select(static part => $"{part.Version}: {string.Join(' ', part.Qualifiers)}"));
        Assert.Equal(["next"], Assert.Single(serving.FirstServed).Aliases);
        Assert.Equal(["$LATEST", "3", "4", "7", "beta", "live", "next"], serving.Qualifiers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void One_qualifier_is_looked_at_by_itself()
    {
        AliasDescription[] aliases = [Alias("live", "3", ("4", 0.1)), Alias("beta", "3")];
        var alias = Serving.Of("live", "3", aliases);
        Assert.Equal(["live"], alias.Qualifiers);
        Assert.Equal("4", Assert.Single(alias.Others).Version);
        var version = Serving.Of("3", "3", aliases);
        Assert.Equal(["3"], version.Qualifiers);
        Assert.Empty(version.Others);
        Assert.Empty(version.FirstServed);
    }

    [Fact]
    public void Too_many_versions_and_aliases_are_a_gap_that_names_those_left_out()
    {
        var serving = Serving.Whole([.. Enumerable.Range(1, 40).Select(static n => Alias($"a{n:00}", $"{(n - 1) % 12 + 1}"))], []);
        Assert.Equal(["12", "11", "10", "9", "8", "7", "6", "5", "4", "3"], serving.Others.Select(static part => part.Version));
        var gap = Assert.Single(serving.Gaps("checkout", Evidence.Package));
        Assert.Equal(GapKind.Limit, gap.Kind);
        Assert.Contains("version 2, version 1, alias a31", gap.Message, StringComparison.Ordinal);
    }

    private static AliasDescription Alias(string name, string version, params (string Version, double Weight)[] more) => new()
    {
        Name = name,
        FunctionVersion = version,
        RoutingConfig = more.Length == 0 ? null : new() { AdditionalVersionWeights = more.ToDictionary(static m => m.Version, static m => m.Weight) },
    };

    private static EventSourceMapping Mapping(string? qualifier) => new() { UUID = "u", FunctionArn = qualifier is null ? Arn : $"{Arn}:{qualifier}" };
}
