namespace ServerlessSec.Templates;

public sealed class SamConfigTests
{
    [Theory]
    [InlineData("parameter_overrides = \"Stage=live Size=5\"")]
    [InlineData("parameter_overrides = \"Stage=\\\"live\\\" Size='5'\"")]
    [InlineData("parameter_overrides = [\"Stage=live\", \"Size=5\"]")]
    [InlineData("parameter_overrides = \"ParameterKey=Stage,ParameterValue=live ParameterKey=Size,ParameterValue=5\"")]
    [InlineData("parameter_overrides = { Stage = \"live\", Size = 5 }")]
    public void Overrides_are_read_in_every_form(string line)
    {
        var overrides = SamConfig.ParameterOverrides("samconfig.toml",
            $"version = 0.1\n[default.deploy.parameters]\nstack_name = \"x\"\n{line}\n[other.deploy.parameters]\nparameter_overrides = \"Stage=no\"\n");
        Assert.Equal(["Size=5", "Stage=live"], overrides.Select(pair => $"{pair.Key}={pair.Value}"));
    }

    [Fact]
    public void Deploy_wins_over_global_and_environments_are_apart()
    {
        const string Text = "[default.global.parameters]\nparameter_overrides = \"A=1 B=1\"\n[default.deploy.parameters]\nparameter_overrides = \"B=2 C='x y'\"\n[prod.deploy.parameters]\nparameter_overrides = \"A=3\"\n";
        Assert.Equal(["A=1", "B=2", "C=x y"], SamConfig.ParameterOverrides("f", Text).Select(pair => $"{pair.Key}={pair.Value}"));
        Assert.Equal(["A=3"], SamConfig.ParameterOverrides("f", Text, "prod").Select(pair => $"{pair.Key}={pair.Value}"));
        Assert.Empty(SamConfig.ParameterOverrides("f", Text, "none"));
    }

    [Fact]
    public void What_is_no_toml_is_refused() =>
        Assert.Contains("'f'", Assert.Throws<FormatException>(() => SamConfig.ParameterOverrides("f", "[default\nx = ")).Message, StringComparison.Ordinal);

    [Fact]
    public void Nesting_without_end_is_refused() =>
        Assert.Throws<FormatException>(() => SamConfig.ParameterOverrides("samconfig.toml", "a = " + new string('[', 50_000)));
}
